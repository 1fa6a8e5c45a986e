// The examples of NAT, of tunnels and of both families, in TypeScript and in YAML: they come up, answer clients of both networks, and give their hosts back.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fingerprint } from "../../lab/fingerprint";
import { fingerprints, leftBesidesPackages } from "./support/leftovers";
import { bothDirectors, repository, Stack, stackWithKnownHosts, theLab } from "./support/stack";
import { answersInTurn, vip } from "./support/traffic";

interface Example {
  name: string;
  hosts: string[];
  /** The hosts that answer. */
  answer: string[];
  port: number;
  /** Default: the lab's VIP. */
  vips?: string[];
  stack: () => Promise<Stack>;
}

const ofConfig = (name: string, config = {}) =>
  Promise.resolve(new Stack(`${repository}/examples/${name}`, config));

const near = ["r1", "r2", "r3"];

const examples: Example[] = [
  {
    name: "nat-cluster",
    hosts: ["d1", ...near],
    answer: near,
    port: 8080,
    stack: () => ofConfig("nat-cluster"),
  },
  {
    name: "nat-cluster with two directors",
    hosts: ["d1", "d2", ...near],
    answer: near,
    port: 8080,
    stack: () => ofConfig("nat-cluster", bothDirectors()),
  },
  {
    name: "nat-cluster-yaml",
    hosts: ["d1", "r1", "r2"],
    answer: ["r1", "r2"],
    port: 8080,
    stack: () => stackWithKnownHosts("examples/nat-cluster-yaml"),
  },
  {
    name: "tun-cluster",
    hosts: ["d1", ...near, "f1"],
    answer: [...near, "f1"],
    port: 80,
    stack: () => ofConfig("tun-cluster"),
  },
  {
    name: "tun-cluster with two directors",
    hosts: ["d1", "d2", ...near, "f1"],
    answer: [...near, "f1"],
    port: 80,
    stack: () => ofConfig("tun-cluster", bothDirectors()),
  },
  {
    name: "tun-cluster-yaml",
    hosts: ["d1", "r1", "f1"],
    answer: ["r1", "f1"],
    port: 80,
    stack: () => stackWithKnownHosts("examples/tun-cluster-yaml"),
  },
  ...["dual-stack", "dual-stack-yaml"].map((name) => ({
    name,
    hosts: ["d1", "d2", "r1", "r2"],
    answer: ["r1", "r2"],
    port: 80,
    vips: [vip, "[fd18::100]"],
    stack: () => stackWithKnownHosts(`examples/${name}`),
  })),
];

// A machine that is busy with other things takes several times as long.
describe.each(examples)(
  "examples/$name",
  { timeout: 600_000 },
  ({ hosts, answer, port, vips = [vip], stack: made }) => {
    let stack: Stack;
    let clean: Record<string, Fingerprint>;

    beforeAll(async () => {
      await Promise.all(["d1", "d2", ...near, "f1"].map((host) => theLab().reset(host)));
      clean = await fingerprints(hosts);
      stack = await made();
    });
    afterAll(() => stack.forget());

    it("comes up, and each real server answers in turn, whatever network the client is in", async () => {
      await stack.up();
      for (const client of ["c1", "x1"])
        for (const each of vips) await answersInTurn(`http://${each}:${port}/`, answer, client);
    });

    it("has nothing to do a second time", async () => {
      await stack.unchanged();
    });

    it("gives its hosts back", async () => {
      await stack.destroy();
      expect(await leftBesidesPackages(clean)).toEqual(Object.fromEntries(hosts.map((host) => [host, []])));
    });
  },
);
