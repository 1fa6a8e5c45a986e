import { on } from "./stack";

export const vip = "198.18.0.100";

/** Visits the VIP so many times, one after the other, each over a connection of its own; the answers in their order. */
export async function visits(count: number, url = `http://${vip}/`, client = "c1"): Promise<string[]> {
  // One curl for all: --next makes each a transfer of its own, and "Connection: close" a connection of its own.
  const one = ["-s", "-m", "5", "-H", "Connection: close", "-w", "\n", url];
  const all = Array.from({ length: count }, (_, index) => (index === 0 ? one : ["--next", ...one])).flat();
  const output = await on(client, "curl", ...all);
  return output.split("\n").filter((line) => line !== "");
}

/** How often each answer came. */
export function tally(answers: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}
