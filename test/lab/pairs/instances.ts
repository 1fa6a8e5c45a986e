// Several instances on one pair: each director is master of one; and tracking, groups, preemption and notices of each.
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type * as lvs from "@pulumi-lvs/lvs";
import { holdersOf } from "../../../lab";
import { on, shell, theLab } from "../support/stack";
import { tally, visits } from "../support/traffic";
import {
  type Declared,
  directors,
  forgetNotices,
  notice,
  noticed,
  Pair,
  patience,
  processOf,
  quick,
  realServers,
} from "./pair";

const first = "198.18.0.100";
const second = ["198.18.0.101", "198.18.0.102"];
const vips = [first, ...second];
const sick = "/run/lvs-sick";
/** Seconds that the first instance's old master waits. */
const preemptDelay = 4;

const declared: NonNullable<Declared["pair"]> = {
  advertInterval: 0.2,
  preempt: true,
  instances: [
    {
      name: "VI_1",
      vips: [first],
      preemptDelay,
      trackInterfaces: [{ name: "lvs-uplink" }],
      notify: {
        master: notice("master"),
        backup: notice("backup"),
        fault: notice("fault"),
        any: notice("any"),
      },
    },
    { name: "VI_2", vips: second, priorities: [140, 150] },
  ],
  trackScripts: [{ name: "healthy", script: `[ ! -e ${sick} ]` }],
  services: vips.map((vip) => ({
    vip,
    port: 80,
    scheduler: "rr",
    realServers: realServers(1, 1, 1),
    healthCheck: { http: { path: "/" }, ...quick },
  })),
};

export function instances(): void {
  let pair: Pair;

  /** The director that has each of the VIPs. */
  async function held(): Promise<string[]> {
    const holders = await Promise.all(vips.map((vip) => holdersOf(theLab(), vip, directors)));
    return holders.map((hosts) => hosts.join(" and "));
  }

  async function becomes(...wanted: string[]): Promise<void> {
    await expect.poll(held, patience).toEqual(wanted);
    for (const vip of vips) {
      await expect
        .poll(async () => tally(await visits(3, `http://${vip}/`)), patience)
        .toEqual({ "<h1>r1</h1>": 1, "<h1>r2</h1>": 1, "<h1>r3</h1>": 1 });
    }
  }

  beforeAll(async () => {
    for (const host of directors) {
      await shell(host, "ip link add lvs-uplink type dummy; ip link set lvs-uplink up");
    }
    pair = new Pair({ pair: declared, vips });
    await pair.up();
  });

  afterEach(async () => {
    for (const host of directors) {
      await shell(host, `rm -f ${sick}; ip link set lvs-uplink up`);
    }
    await forgetNotices();
  });

  afterAll(async () => {
    await pair.destroy();
    pair.forget();
    for (const host of directors) {
      await shell(host, `ip link del lvs-uplink; rm -f ${sick}`);
    }
    await forgetNotices();
  });

  it("each have a master of their own, and all VIPs answer", async () => {
    await becomes("d1", "d2", "d2");
    await pair.unchanged();
  });

  it("move by themselves when what they track goes down, say so, and come back no sooner than they may", async () => {
    await forgetNotices();
    await on("d1", "ip", "link", "set", "lvs-uplink", "down");
    await becomes("d2", "d2", "d2");
    await pair.unchanged();
    await expect
      .poll(() => noticed("d1"), patience)
      .toEqual(expect.arrayContaining(["fault INSTANCE VI_1 FAULT", "any INSTANCE VI_1 FAULT 150"]));
    await expect
      .poll(() => noticed("d2"), patience)
      .toEqual(expect.arrayContaining(["master INSTANCE VI_1 MASTER", "any INSTANCE VI_1 MASTER 140"]));
    await forgetNotices();
    const start = Date.now();
    await on("d1", "ip", "link", "set", "lvs-uplink", "up");
    await becomes("d1", "d2", "d2");
    // (The kernel's clock and this one agree to some hundredths.)
    expect(Date.now() - start).toBeGreaterThan(preemptDelay * 1000 - 100);
    expect(await noticed("d2")).toEqual(
      expect.arrayContaining(["backup INSTANCE VI_1 BACKUP", "any INSTANCE VI_1 BACKUP 140"]),
    );
    expect(await noticed("d1")).toEqual(
      expect.arrayContaining(["master INSTANCE VI_1 MASTER", "any INSTANCE VI_1 MASTER 150"]),
    );
  });

  it("leave a director on which a process ends that they need, and come back with it", async () => {
    const start = "systemd-run --quiet --unit=needed /usr/local/bin/needed infinity";
    for (const host of directors) await shell(host, `cp /usr/bin/sleep /usr/local/bin/needed; ${start}`);
    pair.declare({ pair: { ...declared, trackProcesses: [{ name: "needed", process: "needed" }] } });
    await pair.up();
    await becomes("d1", "d2", "d2");
    await on("d1", "systemctl", "stop", "needed");
    await becomes("d2", "d2", "d2");
    await pair.unchanged();
    await shell("d1", start);
    await becomes("d1", "d2", "d2");
    pair.declare({ pair: declared });
    await pair.up();
    for (const host of directors) await shell(host, "systemctl stop needed; rm /usr/local/bin/needed");
  });

  it("leave a director whose script fails", async () => {
    await on("d2", "touch", sick);
    await becomes("d1", "d1", "d1");
    await pair.unchanged();
    await on("d2", "rm", sick);
    await becomes("d1", "d2", "d2");
  });

  it("move together as a group", async () => {
    const running = await Promise.all(directors.map(processOf));
    const [one, two] = declared.instances as lvs.VrrpInstanceArgs[];
    pair.declare({
      pair: {
        ...declared,
        instances: [one!, { ...two!, priorities: [150, 140] }],
        syncGroups: [{ name: "VG_1", instances: ["VI_1", "VI_2"], notify: { master: notice("master") } }],
      },
    });
    await pair.up();
    await becomes("d1", "d1", "d1");
    await pair.unchanged();
    expect(await Promise.all(directors.map(processOf))).toEqual(running);
    await forgetNotices();
    await on("d1", "ip", "link", "set", "lvs-uplink", "down");
    await becomes("d2", "d2", "d2");
    await expect
      .poll(() => noticed("d2"), patience)
      .toEqual(expect.arrayContaining(["master GROUP VG_1 MASTER"]));
    await pair.unchanged();
    await on("d1", "ip", "link", "set", "lvs-uplink", "up");
    await becomes("d1", "d1", "d1");
  });
}
