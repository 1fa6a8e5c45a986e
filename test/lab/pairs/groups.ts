// A virtual_server_group in keepalived's own words beside the pair's own services: one check for all of its entries, and no trace after
// the end.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Fingerprint } from "../../../lab/fingerprint";
import { fingerprints, leftBesidesPackages } from "../support/leftovers";
import { on, shell } from "../support/stack";
import { rules } from "../support/table";
import { vip } from "../support/traffic";
import { all, answers, directors, head, Pair, patience, rule, table } from "./pair";

const port = 8081;
/** The second one is on no host: an entry needs no address. */
const vips = [vip, "198.18.0.180"];
const servers = [21, 22];
const group = [
  "virtual_server_group own {",
  ...vips.map((each) => `  ${each} ${port}`),
  "}",
  "virtual_server group own {",
  "  delay_loop 1",
  "  lvs_sched rr",
  "  lvs_method DR",
  "  protocol TCP",
  ...servers.flatMap((last) => [
    `  real_server 198.18.0.${last} ${port} {`,
    "    weight 1",
    "    TCP_CHECK {",
    "      connect_timeout 1",
    "      connect_port 80",
    "    }",
    "  }",
  ]),
  "}",
].join("\n");
const ofGroup = (...lasts: number[]) =>
  vips.flatMap((each) => [
    `-A -t ${each}:${port} -s rr`,
    ...lasts.map((last) => `-a -t ${each}:${port} -r 198.18.0.${last}:${port} -g -w 1`),
  ]);

/** Whether r2 sends replies to the directors. */
const deaf = (verb: "add" | "del") =>
  shell("r2", [11, 12].map((last) => `ip route ${verb} blackhole 198.18.0.${last}/32`).join("\n"));

export function groups(): void {
  let pair: Pair;
  let before: Record<string, Fingerprint>;

  beforeAll(async () => {
    before = await fingerprints(directors);
    pair = new Pair();
    // (keepalived starts without the group, so it is told to leave its rules when it stops.)
    await pair.up();
    pair.declare({ pair: { verbatimBlocks: group } });
    await pair.up();
  });

  afterAll(async () => {
    await pair.destroy();
    pair.forget();
  });

  it("is in the kernel beside the pair's own services, which is no drift", async () => {
    for (const host of directors)
      await expect.poll(() => rules(host), patience).toEqual([...table, ...ofGroup(21, 22)].sort());
    await pair.unchanged();
    await answers(all);
  });

  it("loses a real server that fails from each entry, and the pair's own services are still compared rightly", async () => {
    // (Both directors' checks fail, and the host is as declared.)
    await deaf("add");
    const less = [head, rule(21), rule(23), ...ofGroup(21)].sort();
    for (const host of directors) await expect.poll(() => rules(host), patience).toEqual(less);
    await pair.unchanged();
    await shell(pair.backup, `ipvsadm -d -t ${vip}:80 -r 198.18.0.21:80`);
    expect((await pair.drift())[pair.backup]).toEqual([`lost  ${rule(21)}`]);
    await pair.up();
    for (const host of directors) expect(await rules(host)).toEqual(less);
    await deaf("del");
    for (const host of directors)
      await expect.poll(() => rules(host), patience).toEqual([...table, ...ofGroup(21, 22)].sort());
  });

  it("begins anew with keepalived", async () => {
    await on(pair.backup, "systemctl", "restart", "keepalived");
    await expect.poll(() => rules(pair.backup), patience).toEqual([...table, ...ofGroup(21, 22)].sort());
    await pair.unchanged();
  });

  it("leaves nothing behind", async () => {
    const said = await pair.destroy();
    expect(await leftBesidesPackages(before), said).toEqual({ d1: [], d2: [] });
  });
}
