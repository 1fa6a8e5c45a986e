// While a real server drains: clients whose hash chooses it, and other components that want to change the same host.
import type * as lvs from "@pulumi-lvs/lvs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, type Held } from "../../lab/client";
import { realServers, service, Services } from "./support/services";
import { on, shell, theLab } from "./support/stack";
import { rules } from "./support/table";
import { visits } from "./support/traffic";

const nginx = { kind: "nginx" as const };
const page = (name: string) => `<h1>${name}</h1>`;
const schedulers = ["sh", "mh"] as const;
const vips = { sh: "198.18.0.121", mh: "198.18.0.122", first: "198.18.0.123", second: "198.18.0.124" };
const addressOf = (answer: string) => realServers[["r1", "r2", "r3"].map(page).indexOf(answer)]!;
const without = (gone?: string) =>
  realServers.filter((address) => address !== gone).map((address) => ({ address }));

// A machine that is busy with other things takes several times as long.
describe("while a real server drains", { timeout: 600_000 }, () => {
  let stack: Services;
  let client: Client;

  /** The virtual services, each without the real server that is named. */
  const declared = (gone: Partial<Record<keyof typeof vips, string>>): Record<string, lvs.ServiceArgs> =>
    Object.fromEntries(
      Object.entries(vips).map(([name, vip]) => {
        const key = name as keyof typeof vips;
        const scheduler = key === "sh" || key === "mh" ? key : "rr";
        return [name, service(vip, 80, { scheduler, realServers: without(gone[key]) })];
      }),
    );

  beforeAll(async () => {
    stack = new Services({
      vips: Object.values(vips),
      webServers: { r1: nginx, r2: nginx, r3: nginx },
      virtualServices: declared({}),
      // As long as it takes: the test ends what is drained.
      common: { drain: 300 },
    });
    await stack.up();
    client = new Client(theLab());
  });

  afterAll(async () => {
    await client.end();
    await stack.destroy();
    stack.forget();
  });

  const table = async (vip: string) => (await rules("d1")).filter((line) => line.includes(`${vip}:80`));
  const draining = async (vip: string, address: string) =>
    (await table(vip)).includes(`-a -t ${vip}:80 -r ${address}:80 -g -w 0`);

  it.each(schedulers)(
    "without its flag to fall back, %s refuses the clients whose hash chooses it",
    async (scheduler) => {
      const vip = vips[scheduler];
      const [answer] = await visits(1, `http://${vip}/`);
      const edit = (weight: number) =>
        on(
          "d1",
          "ipvsadm",
          "-e",
          "-t",
          `${vip}:80`,
          "-r",
          `${addressOf(answer!)}:80`,
          "-g",
          "-w",
          String(weight),
        );
      await edit(0);
      try {
        await expect(client.hold(1, vip)).rejects.toThrow("ECONNREFUSED");
      } finally {
        await edit(1);
      }
    },
  );

  it.each(schedulers)("%s sends them elsewhere, and what they had goes on", async (scheduler) => {
    const vip = vips[scheduler];
    const [held] = (await client.hold(1, vip)) as [Held];
    const gone = addressOf(held.answered);
    await client.call("load", { url: `http://${vip}/`, visitors: 2 });
    stack.declare({ virtualServices: declared({ [scheduler]: gone }) });
    const up = stack.up();
    await expect.poll(() => draining(vip, gone), { timeout: 120_000 }).toBe(true);
    const before = await client.call("seen");
    const others = async () => {
      const { answers } = await client.call("seen");
      return Object.entries(answers).some(
        ([answer, count]) => answer !== held.answered && count > (before.answers[answer] ?? 0) + 20,
      );
    };
    await expect.poll(others, { timeout: 60_000 }).toBe(true);
    expect(await held.ask()).toBe(held.answered);
    await held.close();
    await up;
    expect((await client.call("unload")).failures).toEqual([]);
    expect(await table(vip)).toEqual(
      [
        `-A -t ${vip}:80 -s ${scheduler}`,
        ...without(gone).map(({ address }) => `-a -t ${vip}:80 -r ${address}:80 -g -w 1`),
      ].sort(),
    );
    await stack.unchanged();
  });

  it("other components change the same host: two drain side by side", async () => {
    const hold = async (vip: string) => {
      const all = await client.hold(3, vip);
      return all.find(({ answered }) => answered === page("r3"))!;
    };
    const held = [await hold(vips.first), await hold(vips.second)];
    stack.declare({ virtualServices: declared({ first: realServers[2], second: realServers[2] }) });
    const up = stack.up();
    const both = () => Promise.all([vips.first, vips.second].map((vip) => draining(vip, realServers[2]!)));
    await expect.poll(both, { timeout: 120_000 }).toEqual([true, true]);
    for (const each of held) await each.close();
    await up;
    for (const vip of [vips.first, vips.second]) expect(await table(vip)).toHaveLength(3);
    await stack.unchanged();
  });

  it("and any other time, a VIP that comes to a host is announced: who knew another host's MAC sends there at once", async () => {
    const vip = "198.18.0.125";
    // (An entry can be given a MAC only as a permanent one, which no announcement changes.)
    await shell("c1", `ip neigh replace ${vip} lladdr 02:00:00:00:00:99 dev eth0 nud permanent`);
    await shell("c1", `ip neigh change ${vip} lladdr 02:00:00:00:00:99 dev eth0 nud reachable`);
    stack.declare({
      virtualServices: {
        ...declared({ first: realServers[2], second: realServers[2] }),
        moved: service(vip, 80),
      },
    });
    const { code, stdout, stderr } = await stack.try("up");
    expect(code, stdout + stderr).toBe(0);
    const mac = await on("d1", "cat", "/sys/class/net/eth0/address");
    const known = () => shell("c1", `ip neigh show ${vip} dev eth0`);
    await expect.poll(known, { timeout: 10_000 }).toContain(mac);
  });
});
