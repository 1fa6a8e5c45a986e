import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hosts, ofEach } from "./support/leftovers";
import { on, shell, Stack, theLab } from "./support/stack";
import { counters, linesFed } from "./support/table";
import { touched, traces } from "./support/traces";
import { vip, visits } from "./support/traffic";

const realServers = ["r1", "r2", "r3"];
const units = (host: string) => (host === "d1" ? [] : ["nginx.service"]);

const state = (names: string[]) => ofEach((host) => traces(host, ...units(host)), names);
const connections = () => ofEach(async (host) => (await theLab().sshConnections(host)).others);

/** How many more connections each host has accepted than before. */
async function newConnections(before: Record<string, number>): Promise<Record<string, number>> {
  const now = await connections();
  return Object.fromEntries(hosts.map((host) => [host, now[host]! - before[host]!]));
}

describe("a cluster that is as declared", () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = new Stack();
    await stack.up();
  });

  afterAll(async () => {
    await stack.destroy();
    stack.forget();
  });

  it("is left alone by another up: not a file, not a unit, one connection a host", async () => {
    const [before, accepted] = [await state(hosts), await connections()];
    const { code, stdout } = await stack.try("up", { expectNoChanges: true });
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/^ {4}14 unchanged$/m);
    expect(await newConnections(accepted)).toEqual({ d1: 1, r1: 1, r2: 1, r3: 1 });
    expect(await state(hosts)).toEqual(before);
  });

  it("is left alone by a preview, which writes nothing at all", async () => {
    const [before, accepted] = [await state(hosts), await connections()];
    await stack.unchanged();
    expect(await newConnections(accepted)).toEqual({ d1: 1, r1: 1, r2: 1, r3: 1 });
    expect(await state(hosts)).toEqual(before);
  });

  // (The host also starts other processes, so the smallest of three counts is used. These are counted, too: the shells of `$(…)`, bash, and
  // the second awk.)
  it("is looked at with at most twelve processes", async () => {
    const line = String.raw`set -e; cd /var/lib/pulumi-lvs; document=$(echo owners/*/document); least=999
      for round in 1 2 3; do
        before=$(awk '/^processes/ { print $2 }' /proc/stat)
        said=$(bash program observe <"$document")
        [[ $said == *H\ \#\ generation* ]]
        after=$(awk '/^processes/ { print $2 }' /proc/stat)
        ((after - before >= least)) || least=$((after - before))
      done
      echo "$least"`;
    const spent = await ofEach(async (host) => Number(await shell(host, line)), ["d1", "r1"]);
    expect(spent.d1).toBeLessThanOrEqual(12);
    expect(spent.r1).toBeLessThanOrEqual(12);
  });

  it("would have been seen not to be: its comparison notices a daemon-reload, a reload and a restart", async () => {
    const [director, real] = [await traces("d1"), await traces("r1", "nginx.service")];
    await on("d1", "systemctl", "daemon-reload");
    await on("r1", "systemctl", "reload", "nginx");
    await delay(1000);
    expect((await traces("d1")).systemd).not.toBe(director.systemd);
    const reloaded = await traces("r1", "nginx.service");
    expect(reloaded.systemd).not.toBe(real.systemd);
    await on("r1", "systemctl", "restart", "nginx");
    expect((await traces("r1", "nginx.service")).systemd).not.toBe(reloaded.systemd);
  });

  it("changes by one weight in one rule, over two connections to that one host", async () => {
    await visits(30);
    // The kernel adds up its counters every few seconds.
    const counted = { [`${vip}:80`]: 30, "198.18.0.21:80": 10, "198.18.0.22:80": 10, "198.18.0.23:80": 10 };
    await expect.poll(counters, { timeout: 30_000, interval: 1000 }).toEqual(counted);
    const [before, accepted] = [await state(hosts), await connections()];

    const machines = JSON.parse(stack.config.realServers!) as { weight?: number }[];
    machines[1]!.weight = 5;
    stack.config.realServers = JSON.stringify(machines);
    const fed = await linesFed(() => stack.up());

    expect(fed).toEqual(["-e -t 198.18.0.100:80 -r 198.18.0.22:80 -g -w 5"]);
    expect(await counters()).toEqual(counted);
    expect(await newConnections(accepted)).toEqual({ d1: 2, r1: 1, r2: 1, r3: 1 });
    const after = await state(hosts);
    for (const host of realServers) expect(after[host]).toEqual(before[host]);
    expect(after.d1!.systemd).toBe(before.d1!.systemd);
    const owner = "/var/lib/pulumi-lvs/owners/lvs-dr-cluster=dev=Director=web-d1";
    expect(touched(before.d1!, after.d1!)).toEqual([
      "/etc/pulumi-lvs/rules",
      "/var/lib/pulumi-lvs/boot/rules",
      `${owner}/document`,
      `${owner}/rules`,
      "/var/lib/pulumi-lvs/readback/owners",
      "/var/lib/pulumi-lvs/readback/rules",
    ]);
  });
});
