import { expect, it } from "vitest";
import { labConfig } from "../../../lab/config";
import { networks, planHosts } from "../../../lab/layout";
import type { LabStatus } from "../../../lab/status";

const counts = { directors: 2, realServers: 1, clients: 1, farRealServers: 1, farClients: 1 };
const status: LabStatus = {
  ...{ lab: "a", state: "up", directory: "/a", namespace: "a", networks, vip: ["198.18.0.100"] },
  ...{ user: "root", privateKeyFile: "/a/key", image: "" },
  // In the order in which status has them.
  hosts: planHosts(counts)
    .map((plan) => ({ ...plan, state: "up" as const, hostKey: `key of ${plan.name}` }))
    .sort((one, other) => (one.name < other.name ? -1 : 1)),
};
const names = (list = "") => (JSON.parse(list) as { name: string }[]).map(({ name }) => name);

it("keeps the real servers of the second network apart: a director cannot reach them by direct routing", () => {
  const config = labConfig(status);
  expect(config).toMatchObject({ vip: "198.18.0.100", keyFile: "/a/key" });
  expect(names(config.directors)).toEqual(["d1", "d2"]);
  expect(names(config.realServers)).toEqual(["r1"]);
  expect(JSON.parse(config.farRealServers!)).toEqual([
    { name: "f1", address: "198.19.0.21", hostKey: "key of f1", interface: "eth0" },
  ]);
});

it("has the first directors alone where so many are asked for", () => {
  expect(names(labConfig(status, 1).directors)).toEqual(["d1"]);
});
