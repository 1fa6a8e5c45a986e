// One cluster of direct routing from its creation to its destroy. The jobs are run in this order.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Fingerprint } from "../../../lab/fingerprint";
import { cell, hostsOf } from "../../lab/forwarding/cells";
import { forgetNeighbours, Forwarded, holds, powerCut, Visitor } from "../../lab/forwarding/forwarded";
import { startServers, stopServers } from "../../lab/forwarding/servers";
import { breakAll, named } from "../../lab/support/drifted";
import { oneWay, withPageAt } from "../../lab/support/driftCases";
import { fingerprints, leftBesidesPackages } from "../../lab/support/leftovers";

export const clusterJobs = ["main job", "drift", "reboot", "destroy"] as const;
type ClusterJob = (typeof clusterJobs)[number];

const declared = cell("dr");
const hosts = hostsOf(declared);

/** `page`: where nginx has its page on this kind of host. */
export function cluster(page: string): Record<ClusterJob, () => void> {
  const changes = withPageAt(page, oneWay);
  let before: Record<string, Fingerprint>;
  let stack: Forwarded;
  let visitor: Visitor;

  return {
    "main job": () => {
      beforeAll(async () => {
        before = await fingerprints(hosts);
        stack = new Forwarded(declared);
        visitor = await Visitor.come(declared);
        await forgetNeighbours();
        await startServers(declared);
      });

      it("is shown by a preview, and created by an up", async () => {
        expect(await stack.told("preview")).toMatch(/^d1 \(198\.18\.0\.11\) will get:$/m);
        await stack.up();
      });

      it("serves every client by every real server", () => holds(visitor, declared));

      it("is not changed by a second up", async () => {
        const { code, stdout } = await stack.try("up", { expectNoChanges: true });
        expect(code, stdout).toBe(0);
        await stack.unchanged();
      });
    },

    drift: () => {
      it("is named line by line, and repaired", async () => {
        await breakAll(changes);
        await named(stack, hosts, changes);
        await stack.up();
        await holds(visitor, declared);
        await stack.unchanged();
      });
    },

    reboot: () => {
      it("after a power cut of all hosts it serves by itself, and is as declared", async () => {
        await powerCut(visitor, declared);
        await holds(visitor, declared);
        await stack.unchanged();
      });
    },

    destroy: () => {
      afterAll(async () => {
        stack.forget();
        await visitor.go();
      });

      it("leaves the hosts as they were", async () => {
        const said = await stack.destroy();
        await stopServers(declared.realServers);
        expect(await leftBesidesPackages(before), said).toEqual(
          Object.fromEntries(hosts.map((host) => [host, []])),
        );
      });
    },
  };
}
