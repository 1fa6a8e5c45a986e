import { expect } from "vitest";
import { on } from "./stack";

export const vip = "198.18.0.100";

/** Visits the VIP so many times, one after the other, each over a connection of its own; the answers in their order. */
export async function visits(count: number, url = `http://${vip}/`, client = "c1"): Promise<string[]> {
  const first = freshPorts(count);
  // One curl for all: --next makes each a transfer of its own, and "Connection: close" a connection of its own.
  const all = Array.from({ length: count }, (_, index) => {
    const one = [
      "-s",
      "-m",
      "5",
      "-H",
      "Connection: close",
      "-w",
      "\n",
      "--local-port",
      `${first + index}`,
      url,
    ];
    return index === 0 ? one : ["--next", ...one];
  }).flat();
  const output = await on(client, "curl", ...all);
  return output.split("\n").filter((line) => line !== "");
}

/** Ports of a client that are not the kernel's to choose; where a file of scenarios begins among them depends on the time. */
const ports = { first: 10_000, end: 32_000 };
let nextPort = ports.first + (Math.floor(Date.now() / 40) % (ports.end - ports.first));

/**
 * The first of so many ports in a row that no visit has come from for a while. IPVS remembers a connection for two minutes after its end, and
 * sends a new one from the same port (with conn_reuse_mode 1) to the same real server, past the scheduler: with ports as the kernel chooses
 * them, at random, that happens to a few visits in 300.
 */
function freshPorts(count: number): number {
  if (nextPort + count > ports.end) nextPort = ports.first;
  const first = nextPort;
  nextPort += count;
  return first;
}

/** How often each answer came. */
export function tally(answers: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}

/** Fails unless each of the hosts answers as often as the others, and none twice before all others have. */
export async function answersInTurn(url = `http://${vip}/`, names = ["r1", "r2", "r3"]): Promise<void> {
  const answers = await visits(2 * names.length, url);
  expect(tally(answers), url).toEqual(Object.fromEntries(names.map((name) => [`<h1>${name}</h1>`, 2])));
  const first = answers.slice(0, names.length);
  expect(new Set(first).size, `${url}: ${answers.join(" ")}`).toBe(names.length);
}
