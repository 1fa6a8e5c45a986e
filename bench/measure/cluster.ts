// Two directors and three real servers: from clean hosts, again with nothing to do, and with a change.
import type { Hosts } from "../hosts";
import type { Program } from "../program";
import type { Count, Findings, Runs } from "../row";

export async function measureCluster(
  hosts: Hosts,
  cluster: Program,
  empty: Program,
  runs: Runs,
  say: (what: string) => void,
): Promise<Partial<Findings>> {
  const first = await measureFirst(hosts, cluster, runs.firsts, say, () => hosts.reset());

  say("nothing to do");
  await empty.up();
  const idle = { up: [] as number[], bare: [] as number[], cli: [] as number[] };
  const counts: Count[] = [];
  for (let run = 1; run <= runs.noops; run += 1) {
    // In turns, so that other work on the machine slows all of them down alike.
    idle.cli.push(await empty.up());
    idle.bare.push(await slowestOfAll(hosts));
    const before = await hosts.connections();
    idle.up.push(await cluster.up());
    if (run === 1)
      counts.push(
        await connectionsSince(hosts, before, "ssh connections of an unchanged `up`, each host", "1"),
      );
  }
  say("a change of each host");
  const before = await hosts.connections();
  await cluster.up({ round: "2" });
  counts.push(await connectionsSince(hosts, before, "ssh connections of a changed `up`, each host", "2"));

  const bareAndCli = [
    { what: "the slowest of five bare `ssh HOST true`, all at once", seconds: idle.bare },
    { what: "the CLI's own no-op (a program with nothing in it)", seconds: idle.cli },
  ];
  return {
    counts,
    rows: [
      {
        what: "no-op `up` of 2 directors and 3 real servers",
        seconds: idle.up,
        against: bareAndCli,
        budget: 1.5,
      },
      {
        what: "first `up` of the same, on clean hosts",
        ...heldAgainstHand(first),
      },
      {
        what: "no-op `up` of the same",
        seconds: idle.up,
        against: [{ what: "by hand, a second time", seconds: first.byHandAgain }],
      },
    ],
  };
}

export interface First {
  up: number[];
  byHand: number[];
  byHandAgain: number[];
}

/** From clean hosts, by hand and by the package. */
export async function measureFirst(
  hosts: Hosts,
  cluster: Program,
  times: number,
  say: (what: string) => void,
  clean: () => Promise<void>,
): Promise<First> {
  const first: First = { up: [], byHand: [], byHandAgain: [] };
  for (let run = 1; run <= times; run += 1) {
    say(`clean hosts, by hand (${run} of ${times})`);
    await clean();
    first.byHand.push(await hosts.byHand());
    first.byHandAgain.push(await hosts.byHand());
    say(`clean hosts, up (${run} of ${times})`);
    await clean();
    cluster.forget();
    first.up.push(await cluster.up({ round: "1" }));
  }
  return first;
}

export const heldAgainstHand = ({ up, byHand }: First) => ({
  seconds: up,
  against: [
    { what: "by hand: bash over ssh, all real servers at once, then all directors", seconds: byHand },
  ],
  budget: 1.3,
});

async function slowestOfAll(hosts: Hosts): Promise<number> {
  return Math.max(...(await Promise.all(hosts.all.map(({ name }) => hosts.ssh(name, "true")))));
}

/** Counted by the hosts: what their sshd has let in. */
async function connectionsSince(
  hosts: Hosts,
  before: Map<string, number>,
  what: string,
  wanted: string,
): Promise<Count> {
  const after = await hosts.connections();
  const found = hosts.all.map(({ name }) => (after.get(name) ?? 0) - (before.get(name) ?? 0));
  return { what, wanted, found: new Set(found).size === 1 ? String(found[0]) : found.join(", ") };
}
