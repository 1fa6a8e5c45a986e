import { expect } from "vitest";
import type { Seen } from "../../../lab/client";
import { on } from "./stack";

export const vip = "198.18.0.100";

/** Visits the VIP this number of times, one after the other, each over a connection of its own. Returns the answers in their order. */
export async function visits(count: number, url = `http://${vip}/`, client = "c1"): Promise<string[]> {
  // One curl for all: --next makes each a transfer of its own, and "Connection: close" a connection of its own.
  const one = ["-s", "-m", "10", "-H", "Connection: close", "-w", "\n", url];
  const all = Array.from({ length: count }, (_, index) => (index === 0 ? one : ["--next", ...one])).flat();
  const output = await on(client, "curl", ...all);
  return output.split("\n").filter((line) => line !== "");
}

/** The number of times of each answer. */
export function tally(answers: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}

/** The number of answered requests of a client's load. */
export const requests = ({ answers }: Seen): number =>
  Object.values(answers).reduce((sum, count) => sum + count, 0);

/** Fails unless each of the hosts answers as often as the others, and none twice before all others have. */
export async function answersInTurn(
  url = `http://${vip}/`,
  names = ["r1", "r2", "r3"],
  client = "c1",
): Promise<void> {
  const answers = await visits(2 * names.length, url, client);
  expect(tally(answers), url).toEqual(Object.fromEntries(names.map((name) => [`<h1>${name}</h1>`, 2])));
  const first = answers.slice(0, names.length);
  expect(new Set(first).size, `${url}: ${answers.join(" ")}`).toBe(names.length);
}
