import { describe, expect, it } from "vitest";
import {
  countsOf,
  hostsFile,
  isLabName,
  macOf,
  networks,
  planHost,
  planHosts,
  vips,
} from "../../../lab/layout";

describe("planHost", () => {
  it.each([
    ["d1", "director", "uml", "near", "198.18.0.11", "fd18::11"],
    ["d9", "director", "uml", "near", "198.18.0.19", "fd18::19"],
    ["r3", "real-server", "uml", "near", "198.18.0.23", "fd18::23"],
    ["c1", "client", "namespace", "near", "198.18.0.31", "fd18::31"],
    ["f9", "real-server", "uml", "far", "198.19.0.29", "fd19::29"],
    ["x1", "client", "namespace", "far", "198.19.0.31", "fd19::31"],
  ])("%s is a %s", (name, role, substrate, network, address, address6) => {
    const plan = { name, role, substrate, network, address, address6, interface: "eth0" };
    expect(planHost(name)).toMatchObject(plan);
  });

  it.each(["d0", "d10", "y1", "", "d1 ", "d", "constructor", "__proto__"])("knows no host %j", (name) => {
    expect(planHost(name)).toBeUndefined();
  });
});

const none = { directors: 0, realServers: 0, clients: 0, farRealServers: 0, farClients: 0 };
const all = { directors: 9, realServers: 9, clients: 9, farRealServers: 9, farClients: 9 };

describe("planHosts", () => {
  it("names the hosts of the first network and then those of the second", () => {
    const counts = { directors: 2, realServers: 1, clients: 1, farRealServers: 2, farClients: 1 };
    expect(planHosts(counts).map((host) => host.name)).toEqual(["d1", "d2", "r1", "c1", "f1", "f2", "x1"]);
  });

  it("gives no two hosts one address or MAC, and none that of a gateway or a service", () => {
    const hosts = planHosts(all);
    const routers = Object.values(networks);
    const addresses = [
      ...hosts.map((host) => host.address),
      ...routers.map((network) => network.gateway),
      ...vips,
    ];
    expect(new Set(addresses).size).toBe(45 + 2 + vips.length);
    const addresses6 = [...hosts.map((host) => host.address6), ...routers.map((network) => network.gateway6)];
    expect(new Set(addresses6).size).toBe(45 + 2);
    const macs = [...hosts.map((host) => host.mac), ...routers.map(({ gateway }) => macOf(gateway))];
    expect(new Set(macs).size).toBe(45 + 2);
  });
});

describe("countsOf", () => {
  it("counts so that no host is left out", () => {
    expect(countsOf(["c1", "d1", "f2", "r1", "r3", "x1"])).toEqual({
      ...{ directors: 1, realServers: 3, clients: 1 },
      ...{ farRealServers: 2, farClients: 1 },
    });
    expect(countsOf([])).toEqual(none);
  });

  it.each([none, all])("counts what was planned", (counts) => {
    expect(countsOf(planHosts(counts).map((host) => host.name))).toEqual(counts);
  });
});

describe("networks", () => {
  it("are two, which the lab's namespace connects", () => {
    expect(networks).toEqual({
      near: {
        ...{ cidr: "198.18.0.0/24", cidr6: "fd18::/64", bridge: "br0" },
        ...{ gateway: "198.18.0.1", gateway6: "fd18::1" },
      },
      far: {
        ...{ cidr: "198.19.0.0/24", cidr6: "fd19::/64", bridge: "br1" },
        ...{ gateway: "198.19.0.1", gateway6: "fd19::1" },
      },
    });
  });
});

describe("macOf", () => {
  it("is a locally administered unicast address that shows the host's", () => {
    expect(macOf("198.18.0.11")).toBe("02:4c:c6:12:00:0b");
  });
});

describe("hostsFile", () => {
  it("names every host that a lab can have, one a line", () => {
    const lines = hostsFile().split("\n");
    expect(lines).toContain("198.18.0.22 r2");
    expect(lines).toContain("198.19.0.22 f2");
    expect(lines).toHaveLength(2 + 45 + 1);
  });
});

describe("isLabName", () => {
  it.each(["default", "a", "ci-2"])("takes %j", (name) => expect(isLabName(name)).toBe(true));
  it.each(["", "-a", "A", "a.b", "a/b", "a b", "a".repeat(32)])("refuses %j", (name) =>
    expect(isLabName(name)).toBe(false),
  );
});
