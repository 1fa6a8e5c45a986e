// How long a real server that fails stays in the table of a pair, and whether anybody is sent to it afterwards.
import { setTimeout as delay } from "node:timers/promises";
import { masterOf, webServerFailures } from "../../lab";
import type { Hosts } from "../hosts";
import type { Program } from "../program";
import type { Findings, Removal, Runs } from "../row";
import { onCleanPair } from "./cleanPair";

const healthCheck = { http: { path: "/" }, interval: 1, retries: 1, retryDelay: 1, timeout: 1 };
const { interval, retries, retryDelay, timeout } = healthCheck;
/** The last check that went well may have been just before; then the first and each further one may have to run out of time. */
const latest = interval + (retries + 1) * timeout + retries * retryDelay;

export async function measureChecks(
  hosts: Hosts,
  pair: Program,
  runs: Runs,
  say: (what: string) => void,
): Promise<Partial<Findings>> {
  const removals: Removal[] = [];
  await onCleanPair(hosts, pair, async (client) => {
    await pair.up({ advertInterval: "1", healthCheck: JSON.stringify(healthCheck) });
    const vip = hosts.vips[0] ?? "";
    const directors = hosts.directors.map(({ name }) => name);
    const master = await masterOf(hosts.lab, vip, directors);
    const { name, address } = hosts.realServers[1]!;
    const until = (there: "" | "!") =>
      hosts.ask(
        master,
        "sh",
        "-c",
        `until ${there} ipvsadm -Sn | grep -qF ' ${address}:80 '; do sleep 0.02; done`,
      );

    for (const { what, strike, mend } of webServerFailures) {
      say(`a real server ${what}, ${runs.removals} times`);
      const found: Removal = { what, seconds: [], latest, failed: 0 };
      for (let run = 0; run < runs.removals; run += 1) {
        await until("");
        // At another point of its checks each time.
        await delay(500 + (run * 1_000) / runs.removals);
        const begun = performance.now();
        await strike(hosts.lab, name);
        await until("!");
        found.seconds.push((performance.now() - begun) / 1_000);
        await client.call("load", { url: `http://${vip}/`, visitors: 4 });
        await delay(1_000);
        found.failed += (await client.call("unload")).failures.length;
        await mend(hosts.lab, name);
      }
      await until("");
      removals.push(found);
    }
  });
  return { removals };
}
