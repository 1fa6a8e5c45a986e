// VIPs of both families on a pair: a take-over moves all of them.
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { cluster, DualStack, pages, seen, vips } from "./forwarding/dualStack";
import { on, shell } from "./support/stack";

const [vip4, vip6] = vips;

// A machine that is busy with other things takes several times as long.
describe("a cluster with VIPs of both families", { timeout: 600_000 }, () => {
  let hosts: DualStack;

  beforeAll(async () => {
    hosts = await DualStack.begin();
  });

  afterEach(() => hosts.end());

  it.each(["dr", "nat"])("on a pair, by %s, over a take-over", async (forwarding) => {
    const gateways = forwarding === "nat" ? { gateway: "198.18.0.165", gateway6: "fd18::165" } : {};
    await hosts.up(cluster(["d1", "d2", "r1", "r2"], { forwarding, ...gateways }));
    for (const vip of vips) expect(await seen("x1", vip)).toEqual(pages("r1", "r2"));
    await on("d1", "systemctl", "stop", "keepalived");
    for (const vip of vips) expect(await seen("x1", vip)).toEqual(pages("r1", "r2"));
    expect(await shell("d2", "ip -br -6 address show dev eth0")).toContain(`${vip6}/128`);
    expect(await shell("d1", "ip -br address show dev eth0")).not.toMatch(new RegExp(`${vip4}/|${vip6}/`));
    await on("d1", "systemctl", "start", "keepalived");
    await hosts.down();
  });
});
