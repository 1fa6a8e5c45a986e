// How long nobody answers on a pair's VIP when its master fails, each way that a master can fail; and when it comes back.
import { setTimeout as delay } from "node:timers/promises";
import { type MasterFailure, masterFailures, masterOf } from "../../lab";
import type { Client } from "../../lab/client";
import type { Hosts } from "../hosts";
import type { Program } from "../program";
import type { Findings, Runs, TakeOver } from "../row";
import { onCleanPair } from "./cleanPair";

/** In seconds: fast, as version 3 makes it possible, and as keepalived has it by default. */
const adverts = [0.1, 1];

export async function measureTakeOver(
  hosts: Hosts,
  pair: Program,
  runs: Runs,
  say: (what: string) => void,
): Promise<Partial<Findings>> {
  const takeOvers: TakeOver[] = [];
  await onCleanPair(hosts, pair, async (client) => {
    for (const advert of adverts) {
      say(`a pair that adverts every ${advert} s`);
      await pair.up({ advertInterval: String(advert) });
      for (const failure of masterFailures) {
        say(`the master ${failure.what}, ${runs.takeOvers} times`);
        takeOvers.push(await measure(hosts, client, failure, advert, runs.takeOvers));
      }
    }
  });
  return { takeOvers };
}

async function measure(
  hosts: Hosts,
  client: Client,
  failure: MasterFailure,
  advert: number,
  times: number,
): Promise<TakeOver> {
  const directors = hosts.directors.map(({ name }) => name);
  const target = { address: hosts.vips[0] ?? "", port: 80 };
  const found: TakeOver = { what: `the master ${failure.what}`, advert, seconds: [], back: [] };
  for (let run = 0; run < times; run += 1) {
    const master = await masterOf(hosts.lab, target.address, directors);
    await client.call("watch", target);
    await delay(300);
    await failure.strike(hosts.lab, master);
    await delay(1_000 + 3_600 * advert);
    found.seconds.push((await client.call("watched")).longest);
    await client.call("watch", target);
    await failure.mend(hosts.lab, master);
    await delay(500 + 1_500 * advert);
    found.back.push((await client.call("watched")).longest);
  }
  return found;
}
