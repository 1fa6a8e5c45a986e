// The methods of forwarding, tested with packets: their ways, their contents, and what remains when the cluster is given back.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fingerprint } from "../../lab/fingerprint";
import { type Cell, cell, hostsOf } from "./forwarding/cells";
import { forgetNeighbours, Forwarded, holds, powerCut, Visitor } from "./forwarding/forwarded";
import { pathsOf, wrongWays } from "./forwarding/paths";
import { prove } from "./forwarding/prove";
import { startServers, stopServers } from "./forwarding/servers";
import { fingerprints, leftBesidesPackages, resetClusterHosts } from "./support/leftovers";

// A machine that is busy with other things takes several times as long.
describe("a cluster", { timeout: 600_000 }, () => {
  const byNat = cell("nat", { traffic: ["TCP", "UDP"] });
  const byTunnel = cell("tun");
  const mixed = cell("dr", { realServers: ["r1", "r2", "f1"], own: { f1: "tun" } });
  const hosts = [...new Set([byNat, byTunnel, mixed].flatMap(hostsOf))];
  let before: Record<string, Fingerprint>;
  let stack: Forwarded;
  let visitor: Visitor;

  beforeAll(async () => {
    // (A power cut removes what earlier scenarios have left in the kernel, such as modules.)
    await resetClusterHosts();
    before = await fingerprints(hosts);
    stack = new Forwarded(byNat);
    visitor = await Visitor.come(byNat);
    await forgetNeighbours();
    await startServers(byNat);
    await stack.up();
  });

  afterAll(async () => {
    await visitor.go();
    await stack.destroy();
    stack.forget();
    await stopServers(["r1", "r2", "r3", "f1"]);
  });

  /** Another method is an ordinary update while nobody is connected. (Open connections do not survive it: docs/forwarding.md.) */
  async function changesTo(other: Cell): Promise<void> {
    await startServers(other);
    stack.declare(other);
    visitor.visits(other);
    await stack.up();
    await holds(visitor, other);
    await stack.unchanged();
  }

  it("forwards by NAT: every reply passes the director, and a port may differ", async () => {
    await holds(visitor, byNat);
    await stack.unchanged();
  });

  it("by NAT answers by itself after a power cut", async () => {
    await powerCut(visitor, byNat);
    await holds(visitor, byNat);
    await stack.unchanged();
  });

  it("changes from NAT to tunnels, also to a real server in another network", () => changesTo(byTunnel));

  it("changes to direct routing beside a tunnel", () => changesTo(mixed));

  it("by direct routing and a tunnel answers by itself after a power cut", async () => {
    await powerCut(visitor, mixed);
    await holds(visitor, mixed);
    await stack.unchanged();
  });

  it("would be noticed where packets go another way", async () => {
    const paths = await pathsOf(mixed, async () => {
      await visitor.answers({ protocol: "tcp", port: 80, realServerPort: 80, answeredBy: "web server" }, 6);
    });
    const same = { realServers: mixed.realServers };
    expect(wrongWays(mixed, paths)).toEqual([]);
    for (const other of [cell("dr", same), cell("tun", same), cell("nat", same)])
      expect(wrongWays(other, paths), other.method).not.toEqual([]);
  });

  it("changes back to NAT", () => changesTo(byNat));

  it("gives all hosts back as they were", async () => {
    await stack.destroy();
    await stopServers(["r1", "r2", "r3", "f1"]);
    expect(await leftBesidesPackages(before)).toEqual(Object.fromEntries(hosts.map((host) => [host, []])));
  });

  it("by NAT serves neighbours of the real servers where that is wanted", async () => {
    const local = cell("nat", { client: "c1" });
    await prove(local);
  });

  it("of two directors forwards by NAT, with a gateway that moves with the VIP", () =>
    prove(cell("nat", { pair: true })));
});
