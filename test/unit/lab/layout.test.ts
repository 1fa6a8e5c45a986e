import { describe, expect, it } from "vitest";
import { gateway, hostsFile, isLabName, macOf, planHost, planHosts, vips } from "../../../lab/layout";

describe("planHost", () => {
  it.each([
    ["d1", "director", "uml", "198.18.0.11"],
    ["d9", "director", "uml", "198.18.0.19"],
    ["r3", "real-server", "uml", "198.18.0.23"],
    ["c1", "client", "namespace", "198.18.0.31"],
  ])("%s is a %s", (name, role, substrate, address) => {
    expect(planHost(name)).toMatchObject({ name, role, substrate, address, interface: "eth0" });
  });

  it.each(["d0", "d10", "x1", "", "d1 ", "d", "constructor", "__proto__"])("knows no host %j", (name) => {
    expect(planHost(name)).toBeUndefined();
  });
});

describe("planHosts", () => {
  it("names directors, real servers and clients in turn", () => {
    const names = planHosts({ directors: 2, realServers: 1, clients: 1 }).map((host) => host.name);
    expect(names).toEqual(["d1", "d2", "r1", "c1"]);
  });

  it("gives no two hosts one address or MAC, and none that of the gateway or a service", () => {
    const hosts = planHosts({ directors: 9, realServers: 9, clients: 9 });
    const addresses = [...hosts.map((host) => host.address), gateway, ...vips];
    expect(new Set(addresses).size).toBe(27 + 1 + vips.length);
    expect(new Set([...hosts.map((host) => host.mac), macOf(1)]).size).toBe(28);
  });
});

describe("macOf", () => {
  it("is a locally administered unicast address that shows the host's", () => {
    expect(macOf(11)).toBe("02:4c:c6:12:00:0b");
  });
});

describe("hostsFile", () => {
  it("names every host that a lab can have, one a line", () => {
    const lines = hostsFile().split("\n");
    expect(lines).toContain("198.18.0.22 r2");
    expect(lines).toHaveLength(2 + 27 + 1);
  });
});

describe("isLabName", () => {
  it.each(["default", "a", "ci-2"])("takes %j", (name) => expect(isLabName(name)).toBe(true));
  it.each(["", "-a", "A", "a.b", "a/b", "a b", "a".repeat(32)])("refuses %j", (name) =>
    expect(isLabName(name)).toBe(false),
  );
});
