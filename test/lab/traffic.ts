import { expect } from "vitest";
import { on, shell } from "./stack";

export const vip = "198.18.0.100";

/** Visits the VIP so many times, one after the other, each over a connection of its own; the answers in their order. */
export async function visits(count: number, url = `http://${vip}/`, client = "c1"): Promise<string[]> {
  const first = await freshPorts(client, count);
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

/**
 * The first of so many ports in a row that the client has not used for a while. IPVS remembers a connection for two minutes after its end
 * and sends a new one from the same port, with conn_reuse_mode 1, to the same real server, past the scheduler: the kernel's own choice of
 * ports, which is random, meets a few of those in 300.
 */
async function freshPorts(client: string, count: number): Promise<number> {
  // Below the kernel's own range.
  const line = `next=$(cat /run/next-port 2>/dev/null || echo 10000)
    (( next + ${count} <= 32000 )) || next=10000
    echo $(( next + ${count} )) >/run/next-port; echo "$next"`;
  return Number(await shell(client, line));
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
