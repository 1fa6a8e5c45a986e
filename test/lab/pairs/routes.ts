// Virtual routes: the master has them and the backup has not, whoever is master and however it ended.
import { afterAll, beforeAll, expect, it } from "vitest";
import type * as lvs from "@pulumi-lvs/lvs";
import type { Fingerprint } from "../../../lab/fingerprint";
import { fingerprints, leftBesidesPackages } from "../support/leftovers";
import { on, shell } from "../support/stack";
import { vip } from "../support/traffic";
import { all, answers, directors, holders, Pair, patience, processOf } from "./pair";

const gateway = "198.18.0.21";
const plain: lvs.VirtualRouteArgs = { to: "203.0.113.0/24", via: gateway };
const other: lvs.VirtualRouteArgs = { to: "192.0.2.0/24", via: gateway, source: vip, table: 100, metric: 50 };
const uplink = "lvs-uplink";
const behind: lvs.VirtualRouteArgs = { to: "203.0.114.0/24", device: uplink };
const shown = {
  plain: `203.0.113.0/24 via ${gateway} dev eth0`,
  other: `192.0.2.0/24 via ${gateway} dev eth0 table 100 src ${vip} metric 50`,
  behind: `203.0.114.0/24 dev ${uplink} scope link`,
};

const declared = (...virtualRoutes: lvs.VirtualRouteArgs[]) => ({
  pair: { instances: [{ name: "VI_1", vips: [vip], virtualRoutes }] },
});

export function routes(): void {
  let pair: Pair;
  let before: Record<string, Fingerprint>;

  /** The routes of keepalived (protocol 18), and those of other protocols to the same networks. */
  async function routesOf(host: string): Promise<string[]> {
    const text = await shell(
      host,
      "ip -4 route show table all | grep -E '^(203.0.11[34]|192.0.2).0/24 ' || :",
    );
    const lines = text.split("\n").map((line) => line.replace(/ proto (keepalived|18)\b/, "").trim());
    return lines.filter((line) => line !== "").sort();
  }

  /** Waits until one director has the VIP and these routes, and the other one has none. */
  async function moved(...wanted: string[]): Promise<void> {
    await pair.who();
    await expect.poll(() => routesOf(pair.master), patience).toEqual([...wanted].sort());
    expect(await routesOf(pair.backup)).toEqual([]);
    expect(await holders()).toEqual([pair.master]);
  }

  beforeAll(async () => {
    for (const host of directors)
      await shell(host, `ip link add ${uplink} type dummy; ip link set ${uplink} up`);
    before = await fingerprints(directors);
    pair = new Pair(declared(plain, other));
    await pair.up();
  });

  afterAll(async () => {
    await pair.destroy();
    pair.forget();
    for (const host of directors) await on(host, "ip", "link", "del", uplink);
  });

  it("are on the master alone, and another up changes nothing", async () => {
    await moved(shown.plain, shown.other);
    await pair.unchanged();
    await answers(all);
  });

  it("come and go by a reload", async () => {
    const running = await Promise.all(directors.map(processOf));
    const { master } = pair;
    pair.declare(declared(other, behind));
    await pair.up();
    await moved(shown.other, shown.behind);
    expect(pair.master).toBe(master);
    expect(await Promise.all(directors.map(processOf))).toEqual(running);
  });

  it("move with the VIPs when the interface of one goes down", async () => {
    const { master, backup } = pair;
    await on(master, "ip", "link", "set", uplink, "down");
    await expect.poll(() => holders(), patience).toEqual([backup]);
    await moved(shown.other, shown.behind);
    await on(master, "ip", "link", "set", uplink, "up");
    await moved(shown.other, shown.behind);
    pair.declare(declared(plain, other));
    await pair.up();
    await moved(shown.plain, shown.other);
  });

  it("come back when somebody removes one: the master gives up its VIPs and is elected again", async () => {
    await on(pair.master, "ip", "route", "del", plain.to as string);
    await expect
      .poll(async () => (await Promise.all(directors.map(routesOf))).flat().sort(), patience)
      .toEqual([shown.plain, shown.other].sort());
    await moved(shown.plain, shown.other);
    await pair.unchanged();
    await answers(all);
  });

  it("stay replaced where somebody has replaced one, until the next master is elected", async () => {
    const mine = "203.0.113.0/24 via 198.18.0.22 dev eth0";
    await shell(pair.master, `ip route replace ${mine}`);
    await pair.unchanged();
    expect(await routesOf(pair.master)).toEqual([shown.other, mine].sort());
    await shell(pair.master, `ip route del ${mine}; systemctl restart keepalived`);
    await moved(shown.plain, shown.other);
    await pair.unchanged();
  });

  it("move with the VIPs when the master is stopped", async () => {
    const { master, backup } = pair;
    await on(master, "systemctl", "stop", "keepalived");
    await moved(shown.plain, shown.other);
    expect(pair.master).toBe(backup);
    await on(master, "systemctl", "start", "keepalived");
    await moved(shown.plain, shown.other);
    await pair.unchanged();
  });

  it("are taken from a master whose keepalived was killed, before it starts again, and a route of the host stays", async () => {
    const { master } = pair;
    const own = `203.0.113.0/24 via 198.18.0.22 dev eth0 proto static metric 7`;
    await shell(master, `ip route add ${own}`);
    await on(master, "systemctl", "kill", "-s", "KILL", "keepalived");
    await expect.poll(() => on(master, "systemctl", "is-active", "keepalived"), patience).toBe("active");
    await pair.who();
    expect(pair.master).not.toBe(master);
    await expect.poll(() => routesOf(pair.master), patience).toEqual([shown.plain, shown.other].sort());
    expect(await routesOf(master)).toEqual([own]);
    await shell(master, `ip route del ${own}`);
    await pair.unchanged();
  });

  it("are refused in a preview where a director lacks the interface, or is in no network of the gateway", async () => {
    pair.declare(
      declared({ to: "203.0.113.0/24", device: "eth9" }, { to: "192.0.2.0/24", via: "203.0.115.1" }),
    );
    const { code, stdout, stderr } = await pair.try("preview");
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toContain(
      "this host has no interface eth9 for virtual route 203.0.113.0/24 of instance VI_1",
    );
    expect(`${stdout}${stderr}`).toContain("203.0.115.1 is in no network of this host");
    await moved(shown.plain, shown.other);
  });

  it("fail an update where the kernel refuses one, whose gateway is no neighbour", async () => {
    pair.declare(declared({ to: "203.0.113.0/24", via: "203.0.115.1", device: "eth0" }));
    const { code, stdout, stderr } = await pair.try("up");
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toMatch(
      /keepalived is master, and has not added its virtual route after \d+ s: 203\.0\.113\.0\/24 via 203\.0\.115\.1 dev eth0 \(VI_1\)/,
    );
    pair.declare(declared(plain, other));
    await pair.up();
    await moved(shown.plain, shown.other);
    await pair.unchanged();
  });

  it("leave nothing behind, and where keepalived was killed", async () => {
    await shell(pair.master, "systemctl kill -s KILL keepalived; systemctl stop keepalived");
    const said = await pair.destroy();
    expect(await leftBesidesPackages(before), said).toEqual({ d1: [], d2: [] });
  });
}
