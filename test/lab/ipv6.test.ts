// VIPs of both families in one declaration, by packets: each method of forwarding, and what is left when the cluster is given back.
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { cluster, DualStack, pages, seen, vips } from "./forwarding/dualStack";
import { on, shell } from "./support/stack";

describe("a cluster with VIPs of both families", () => {
  let hosts: DualStack;

  beforeAll(async () => {
    hosts = await DualStack.begin();
  });

  afterEach(() => hosts.end());

  it("by direct routing", async () => {
    await hosts.up(cluster(["d1", "r1", "r2"], {}));
    for (const vip of vips)
      for (const client of ["c1", "x1"]) expect(await seen(client, vip)).toEqual(pages("r1", "r2"));
    // For a neighbour, the VIP is on the director, and on no real server.
    await on("c1", "ip", "neigh", "flush", "dev", "eth0");
    await seen("c1", vips[1], 80, 1);
    expect(await shell("c1", `ip -6 neigh show ${vips[1]} | grep -o 'lladdr [^ ]*'`)).toBe(
      "lladdr 02:4c:c6:12:00:0b",
    );
    await hosts.down();
  });

  it("by NAT, with another port", async () => {
    await hosts.up(
      cluster(["d1", "r1", "r2"], {
        forwarding: "nat",
        services: [{ port: 8080, realServerPort: 80, scheduler: "rr" }],
      }),
    );
    for (const vip of vips) expect(await seen("x1", vip, 8080)).toEqual(pages("r1", "r2"));
    // What the real server itself has with the world goes on as before.
    expect(await shell("r1", "ip -6 route get fd19::31")).toContain("via fd18::1 ");
    await hosts.down();
  });

  it("by NAT, with clients in the real servers' network", async () => {
    await hosts.up(cluster(["d1", "r1", "r2"], { forwarding: "nat", localClients: true }));
    for (const vip of vips)
      for (const client of ["c1", "x1"]) expect(await seen(client, vip)).toEqual(pages("r1", "r2"));
    await hosts.down();
  });

  it("by tunnels of the same family", async () => {
    await hosts.up(cluster(["d1", "r1", "f1"], { forwarding: "tun" }));
    for (const vip of vips)
      for (const client of ["c1", "x1"]) expect(await seen(client, vip)).toEqual(pages("f1", "r1"));
    await hosts.down();
  });

  it("by tunnels of IPv4 and of IPv6 for both", async () => {
    await hosts.up(
      cluster(["d1", "r1", "f1"], { forwarding: "tun" }, { r1: {}, f1: { address: "fd19::21" } }),
    );
    for (const vip of vips)
      for (const client of ["c1", "x1"]) expect(await seen(client, vip)).toEqual(pages("f1", "r1"));
    await hosts.down();
  });
});
