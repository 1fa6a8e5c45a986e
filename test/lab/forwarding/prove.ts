// One cell from its creation to its end.
import { expect } from "vitest";
import { fingerprints, leftBesidesPackages, ofEach, resetClusterHosts } from "../support/leftovers";
import { type Cell, directorsOf, hostsOf, methodsOf } from "./cells";
import { forgetNeighbours, Forwarded, holds, powerCut, Visitor } from "./forwarded";
import { startServers, stopServers } from "./servers";
import { on, shell } from "../support/stack";

/** Fails if the cluster is not as its cell declares it, and leaves clean hosts in any case. */
export async function prove(cell: Cell): Promise<void> {
  const hosts = hostsOf(cell);
  // (A power cut removes what earlier scenarios have left in the kernel, such as modules.)
  await resetClusterHosts(hosts);
  // (The test's own servers load it.)
  if (cell.traffic.includes("SCTP"))
    await ofEach((host) => on(host, "modprobe", "sctp"), [...cell.realServers]);
  const before = await fingerprints(hosts);
  const stack = new Forwarded(cell);
  const visitor = await Visitor.come(cell);
  try {
    await forgetNeighbours();
    await startServers(cell);
    await stack.up();
    if (cell.blackHole) await loseMessages(cell);
    await holds(visitor, cell);
    await stack.unchanged();
    await powerCut(visitor, cell);
    if (cell.blackHole) await loseMessages(cell);
    await holds(visitor, cell);
    await stack.unchanged();
    if (cell.blackHole) await loseNoMessages(directorsOf(cell));
    const said = await stack.destroy();
    await stopServers(cell.realServers);
    expect(await leftBesidesPackages(before), said).toEqual(
      Object.fromEntries(hosts.map((host) => [host, []])),
    );
  } catch (error) {
    await resetClusterHosts(hosts);
    throw error;
  } finally {
    stack.forget();
    await visitor.go();
  }
}

/** Ends loseMessages, and unloads the modules that it has loaded. */
export async function loseNoMessages(directors: string[]): Promise<void> {
  // (The kernel uses them for a moment after the filters have been deleted.)
  const unload = `tc qdisc del dev eth0 clsact
    for module in cls_flower act_gact sch_ingress; do
      until rmmod $module 2>/dev/null || [[ ! -d /sys/module/$module ]]; do sleep 0.2; done
    done`;
  await ofEach((host) => shell(host, unload), directors);
}

/** Packets that are too large for a tunnel are lost from now on, and their sender gets no message. */
export async function loseMessages(cell: Cell): Promise<void> {
  if (!methodsOf(cell).includes("tun")) throw new Error("only a tunnel makes packets larger");
  await ofEach(
    (host) =>
      shell(
        host,
        `tc qdisc replace dev eth0 clsact
        tc filter add dev eth0 egress protocol ip flower ip_proto icmp type 3 action drop
        tc filter add dev eth0 egress protocol ipv6 flower ip_proto icmpv6 type 2 action drop`,
      ),
    directorsOf(cell),
  );
}
