// How long nobody answers on a pair's VIP when its master fails, each way that a master can fail; and when it comes back.
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "../../lab/client";
import type { Hosts } from "../hosts";
import type { Program } from "../program";
import type { Findings, Runs, TakeOver } from "../row";

interface Failure {
  what: string;
  /** Ends the master. Returns at once, or when that is done. */
  strike(hosts: Hosts, master: string): Promise<unknown>;
  /** And brings it back. */
  mend(hosts: Hosts, master: string): Promise<unknown>;
}

const failures: Failure[] = [
  {
    what: "power cut",
    strike: (hosts, master) => hosts.lab.crash(master),
    mend: (hosts, master) => hosts.lab.boot(master),
  },
  {
    what: "`systemctl stop keepalived`",
    strike: (hosts, master) => hosts.ask(master, "systemctl", "stop", "keepalived"),
    mend: (hosts, master) => hosts.ask(master, "systemctl", "start", "keepalived"),
  },
  {
    what: "interface down",
    // Nobody can reach it then, so it is told beforehand to come up again.
    strike: (hosts, master) =>
      hosts.ask(
        master,
        "sh",
        "-c",
        "(sleep 0.3; ip link set eth0 down; sleep 8; ip link set eth0 up) >/dev/null 2>&1 &",
      ),
    mend: (hosts, master) => hosts.lab.waitFor(master),
  },
  {
    what: "keepalived killed",
    strike: (hosts, master) => hosts.ask(master, "systemctl", "kill", "-s", "KILL", "keepalived"),
    mend: () => delay(3_000),
  },
  {
    what: "its kernel hangs",
    strike: (hosts, master) => Promise.resolve(hosts.lab.suspend(master)),
    mend: (hosts, master) => Promise.resolve(hosts.lab.resume(master)),
  },
];

/** In seconds: fast, as version 3 makes it possible, and as keepalived has it by default. */
const adverts = [0.1, 1];

export async function measureTakeOver(
  hosts: Hosts,
  pair: Program,
  runs: Runs,
  say: (what: string) => void,
): Promise<Findings> {
  await hosts.reset();
  const client = new Client(hosts.lab);
  const found: TakeOver[] = [];
  try {
    for (const advert of adverts) {
      say(`a pair that adverts every ${advert} s`);
      await pair.up({ advertInterval: String(advert) });
      for (const failure of failures) {
        say(`${failure.what}, ${runs.takeOvers} times`);
        found.push(await measure(hosts, client, failure, advert, runs.takeOvers));
      }
    }
  } finally {
    await client.end();
  }
  await pair.destroy();
  return { rows: [], takeOvers: found, counts: [] };
}

async function measure(
  hosts: Hosts,
  client: Client,
  failure: Failure,
  advert: number,
  times: number,
): Promise<TakeOver> {
  const target = { address: hosts.vips[0] ?? "", port: 80 };
  const found: TakeOver = { what: failure.what, advert, seconds: [], back: [] };
  for (let run = 0; run < times; run += 1) {
    const master = await onlyHolder(hosts, target.address);
    await client.call("watch", target);
    await delay(300);
    await failure.strike(hosts, master);
    await delay(1_000 + 3_600 * advert);
    found.seconds.push((await client.call("watched")).longest);
    await client.call("watch", target);
    await failure.mend(hosts, master);
    await delay(500 + 1_500 * advert);
    found.back.push((await client.call("watched")).longest);
  }
  return found;
}

/** The director that has the VIP, once it is one and its neighbour has come to rest as backup. */
async function onlyHolder(hosts: Hosts, vip: string): Promise<string> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const holding = await Promise.all(
      hosts.directors.map(async ({ name }) => {
        const held = await hosts.ask(name, "ip", "-o", "address", "show", "to", `${vip}/32`);
        return held === "" ? [] : [name];
      }),
    );
    const [first, ...others] = holding.flat();
    if (first !== undefined && others.length === 0) return first;
    if (Date.now() > deadline) throw new Error(`${vip} is on ${holding.flat().join(" and ") || "nobody"}`);
    await delay(200);
  }
}
