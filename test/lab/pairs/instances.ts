// Several instances on one pair: each director is master of one, and what each of them tracks, groups, preemption and notices do.
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type * as lvs from "@pulumi-lvs/lvs";
import { holdersOf } from "../../../lab";
import { on, shell, theLab } from "../stack";
import { tally, visits } from "../traffic";
import { directors, Pair, patience, processOf } from "./pair";

const first = "198.18.0.100";
const second = ["198.18.0.101", "198.18.0.102"];
const vips = [first, ...second];
const sick = "/run/lvs-sick";
const notices = "/run/lvs-notices";
/** Seconds that the first instance's old master waits. */
const preemptDelay = 4;

const notify = (part: keyof lvs.NotifyArgs) => `echo "${part} $*" >>${notices}`;

const declared: Partial<Omit<lvs.KeepalivedPairArgs, "directors" | "vip" | "password">> = {
  advertInterval: 0.2,
  preempt: true,
  instances: [
    {
      name: "VI_1",
      vips: [first],
      preemptDelay,
      trackInterfaces: [{ name: "lvs-uplink" }],
      notify: {
        master: notify("master"),
        backup: notify("backup"),
        fault: notify("fault"),
        any: notify("any"),
      },
    },
    { name: "VI_2", vips: second, priorities: [140, 150] },
  ],
  trackScripts: [{ name: "healthy", script: `[ ! -e ${sick} ]` }],
  services: vips.map((vip) => ({
    vip,
    port: 80,
    scheduler: "rr",
    realServers: [21, 22, 23].map((last) => ({ address: `198.18.0.${last}` })),
    healthCheck: { http: { path: "/" }, interval: 1, retries: 1, retryDelay: 1, timeout: 1 },
  })),
};

export function instances(): void {
  let pair: Pair;

  /** Who has each of the VIPs. */
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

  const said = async (host: string) =>
    (await shell(host, `cat ${notices} 2>/dev/null; rm -f ${notices}`))
      .split("\n")
      .filter((line) => line !== "");

  beforeAll(async () => {
    for (const host of directors) {
      await shell(host, "ip link add lvs-uplink type dummy; ip link set lvs-uplink up");
    }
    pair = new Pair({ pair: declared, vips });
    await pair.up();
  });

  afterEach(async () => {
    for (const host of directors) {
      await shell(host, `rm -f ${sick} ${notices}; ip link set lvs-uplink up`);
    }
  });

  afterAll(async () => {
    await pair.destroy();
    pair.forget();
    for (const host of directors) {
      await shell(host, `ip link del lvs-uplink; rm -f ${sick} ${notices}`);
    }
  });

  it("each have a master of their own, and all VIPs answer", async () => {
    await becomes("d1", "d2", "d2");
    await pair.unchanged();
  });

  it("move by themselves when what they track goes down, say so, and come back no sooner than they may", async () => {
    for (const host of directors) await said(host);
    await on("d1", "ip", "link", "set", "lvs-uplink", "down");
    await becomes("d2", "d2", "d2");
    await pair.unchanged();
    await expect
      .poll(() => said("d1"), patience)
      .toEqual(expect.arrayContaining(["fault INSTANCE VI_1 FAULT", "any INSTANCE VI_1 FAULT 150"]));
    await expect
      .poll(() => said("d2"), patience)
      .toEqual(expect.arrayContaining(["master INSTANCE VI_1 MASTER", "any INSTANCE VI_1 MASTER 140"]));
    const start = Date.now();
    await on("d1", "ip", "link", "set", "lvs-uplink", "up");
    await becomes("d1", "d2", "d2");
    // (The kernel's clock and this one agree to some hundredths.)
    expect(Date.now() - start).toBeGreaterThan(preemptDelay * 1000 - 100);
    expect(await said("d2")).toEqual(
      expect.arrayContaining(["backup INSTANCE VI_1 BACKUP", "any INSTANCE VI_1 BACKUP 140"]),
    );
    expect(await said("d1")).toEqual(
      expect.arrayContaining(["master INSTANCE VI_1 MASTER", "any INSTANCE VI_1 MASTER 150"]),
    );
  });

  it("cannot track processes where the kernel tells nobody of them, as the lab's", async () => {
    pair.declare({ pair: { ...declared, trackProcesses: [{ name: "needed", process: "sshd" }] } });
    const { code, stdout, stderr } = await pair.try("preview");
    pair.declare({ pair: declared });
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toMatch(
      /kernel tells nobody which processes start and end .*trackProcesses/,
    );
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
        syncGroups: [{ name: "VG_1", instances: ["VI_1", "VI_2"], notify: { master: notify("master") } }],
      },
    });
    await pair.up();
    await becomes("d1", "d1", "d1");
    await pair.unchanged();
    expect(await Promise.all(directors.map(processOf))).toEqual(running);
    for (const host of directors) await said(host);
    await on("d1", "ip", "link", "set", "lvs-uplink", "down");
    await becomes("d2", "d2", "d2");
    await expect
      .poll(() => said("d2"), patience)
      .toEqual(expect.arrayContaining(["master GROUP VG_1 MASTER"]));
    await pair.unchanged();
    await on("d1", "ip", "link", "set", "lvs-uplink", "up");
    await becomes("d1", "d1", "d1");
  });
}
