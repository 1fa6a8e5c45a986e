import { describe, expect, test } from "vitest";
import { Scheduler, SchedulerFlag } from "../../../components/args/enums";
import { flagsOf } from "../../../components/model/scheduler";
import { duplicateServices, sameMarkTwice } from "../../../components/model/ports";
import { completeService, service as shape } from "../../../components/model/service";
import { later } from "../../../components/model/shape";
import type { Known } from "../../../components/args/known";
import type { ServiceArgs } from "../../../components/args/service";
import { service } from "./samples";

function problems(spoilt: object): string[] {
  return shape({ ...service(), ...spoilt }, "s").map(({ path, reason }) => `${path}: ${reason}`);
}

describe("what is wrong with a service", () => {
  const several = (more: object) => ({ port: undefined, ...more });
  const server = (more: object) => ({ realServers: [{ address: "198.18.0.21", ...more }] });
  test.each<[string, object, string[]]>([
    ["nothing", {}, []],
    ["no VIP", { vip: undefined }, ["s.vip: missing: give an IPv4 or IPv6 address as text"]],
    ["VIP a name", { vip: "www" }, ['s.vip: "www" is not an address such as 192.0.2.10 or 2001:db8::10']],
    [
      "VIP with a leading zero",
      { vip: "198.018.0.1" },
      ['s.vip: "198.018.0.1" is not an address such as 192.0.2.10 or 2001:db8::10'],
    ],
    [
      "VIP with a prefix",
      { vip: "198.18.0.1/32" },
      ['s.vip: "198.18.0.1/32" is not an address such as 192.0.2.10 or 2001:db8::10'],
    ],
    [
      "VIP of IPv6 with real servers of IPv4",
      { vip: "fd18::100" },
      [
        's.realServers[0].address: "198.18.0.21" is an IPv4 address, and the VIP "fd18::100" needs an IPv6 address: direct routing cannot change the family; only forwarding "tun" can',
      ],
    ],
    ["VIP of IPv6", { vip: "fd18::100", realServers: [{ address: "fd18::21" }] }, []],
    ["VIP of IPv6 in tunnels of IPv4", { vip: "fd18::100", forwarding: "tun" }, []],
    ["VIP of IPv4 in tunnels of IPv6", { forwarding: "tun", realServers: [{ address: "fd18::21" }] }, []],
    [
      "real servers of both families, one of them by NAT",
      {
        forwarding: "tun",
        realServers: [{ address: "fd18::21" }, { address: "fd18::22", forwarding: "nat" }],
      },
      [expect.stringMatching(/^s\.realServers\[1\]\.address: "fd18::22" .*: NAT cannot change the family/)],
    ],
    [
      "netmask with a VIP of IPv6",
      { vip: "fd18::100", forwarding: "tun", persistence: { netmask: "255.255.255.0" } },
      [
        's.persistence.netmask: "255.255.255.0" is for IPv4, and "fd18::100" is an IPv6 address: give prefixLength',
      ],
    ],
    [
      "length of prefixes with a VIP of IPv4",
      { persistence: { prefixLength: 64 } },
      ['s.persistence.prefixLength: 64 is for IPv6, and "198.18.0.100" is an IPv4 address: give netmask'],
    ],
    [
      "length of prefixes",
      { vip: "fd18::100", forwarding: "tun", persistence: { prefixLength: 129 } },
      [
        "s.persistence.prefixLength: 129 is not a length of prefixes in bits: give a whole number from 1 to 128",
      ],
    ],
    [
      "VIP multicast",
      { vip: "224.0.0.1" },
      ['s.vip: "224.0.0.1" is a multicast address, which cannot be a VIP'],
    ],
    [
      "port 0",
      { port: 0 },
      ["s.port: 0 (every port) goes only with persistence: give a port from 1 to 65535, or persistence"],
    ],
    ["port 0 with persistence", { port: 0, persistence: {} }, []],
    ["port 65536", { port: 65536 }, ["s.port: 65536 is not a port: give a whole number from 0 to 65535"]],
    ["port a name", { port: "http" }, ['s.port: "http" is not a port: give a whole number from 0 to 65535']],
    ["no port", { port: undefined }, ["s.port: missing: give port, or ports, portRange or allPorts: true"]],
    [
      "no port by saying so",
      { port: undefined, allPorts: false },
      [expect.stringMatching(/^s\.port: missing/)],
    ],
    ["ports", several({ ports: [80, 443] }), []],
    ["ports of UDP by a mark", several({ ports: [80, 443], protocol: "udp", mark: 7 }), []],
    ["a range", several({ portRange: { first: 8000, last: 8100 } }), []],
    ["all ports", several({ allPorts: true, mark: 4294967295 }), []],
    [
      "ports beside port",
      { ports: [80], allPorts: true },
      [
        "s.ports: contradicts port: give one of port, ports, portRange and allPorts",
        "s.allPorts: contradicts port: give one of port, ports, portRange and allPorts",
      ],
    ],
    [
      "a range beside ports",
      several({ ports: [80], portRange: { first: 1, last: 2 } }),
      ["s.portRange: contradicts ports: give one of port, ports, portRange and allPorts"],
    ],
    ["no ports", several({ ports: [] }), ["s.ports: the list is empty: give at least one of the ports"]],
    [
      "port 0 in a list",
      several({ ports: [0, 80] }),
      ["s.ports[0]: 0 is not a port: give a whole number from 1 to 65535"],
    ],
    ["a port twice", several({ ports: [80, 81, 80] }), ["s.ports: port 80 is there twice: give each once"]],
    [
      "more ports than a line holds",
      several({ ports: Array.from({ length: 101 }, (_, index) => 2 * index + 1) }),
      ["s.ports: 101 are more than a list of ports may have: give at most 100"],
    ],
    [
      "a range that ends before it begins",
      several({ portRange: { first: 81, last: 80 } }),
      ["s.portRange: ends at 80, before it begins, at 81: give the lower port first"],
    ],
    [
      "half a range",
      several({ portRange: { first: 81 } }),
      ["s.portRange.last: missing: give a whole number from 1 to 65535"],
    ],
    [
      "mark 0",
      several({ ports: [80], mark: 0 }),
      ["s.mark: 0 is not a mark: give a whole number from 1 to 4294967295"],
    ],
    [
      "a mark for one port",
      { mark: 7 },
      [
        "s.mark: is for a service of several ports (ports, portRange, allPorts): leave it out, for one of one port needs none",
      ],
    ],
    [
      "a real server's port where there are several",
      several({ ports: [80], forwarding: "nat", ...server({ port: 8080 }) }),
      [
        "s.realServers[0].port: is for a service of one port: one of several ports leaves the port as the client has chosen it, so leave this out",
      ],
    ],
    ["protocol", { protocol: "dccp" }, ['s.protocol: "dccp" is not a protocol: give one of tcp, udp, sctp']],
    ["protocol SCTP", { protocol: "sctp" }, []],
    [
      "scheduler near",
      { scheduler: "wwr" },
      [expect.stringMatching(/^s\.scheduler: "wwr" is not a scheduler: .*; did you mean "wrr"\?$/)],
    ],
    ["scheduler far", { scheduler: "fastest" }, [expect.stringMatching(/twos$/)]],
    [
      "flag of another scheduler",
      { scheduler: "rr", schedulerFlags: ["sh-port"] },
      ['s.schedulerFlags[0]: "sh-port" does not go with scheduler rr: it takes flag-1, flag-2, flag-3'],
    ],
    [
      "flag without its scheduler",
      { schedulerFlags: ["mh-port"] },
      ['s.schedulerFlags[0]: "mh-port" does not go with scheduler wrr: it takes flag-1, flag-2, flag-3'],
    ],
    [
      "unknown flag",
      { scheduler: "sh", schedulerFlags: ["sh-ports"] },
      [expect.stringMatching(/did you mean "sh-port"\?$/)],
    ],
    [
      "netmask",
      { persistence: { netmask: "255.0.255.0" } },
      ['s.persistence.netmask: "255.0.255.0" is not a netmask such as 255.255.255.0'],
    ],
    [
      "netmask of nothing",
      { persistence: { netmask: "0.0.0.0" } },
      [
        's.persistence.netmask: "0.0.0.0" counts all clients as one, so all would be sent to one real server: give a netmask such as 255.255.255.0, or an engine',
      ],
    ],
    [
      "netmask of nothing by no engine",
      { persistence: { netmask: "0.0.0.0", engine: "none" } },
      [expect.stringMatching(/^s\.persistence\.netmask: "0\.0\.0\.0" counts all clients as one, /)],
    ],
    ["no engine", { persistence: { engine: "none" } }, []],
    [
      "netmask of nothing by Call-ID",
      { protocol: "udp", persistence: { netmask: "0.0.0.0", engine: "sip" } },
      [],
    ],
    [
      "an engine for several ports",
      several({ ports: [5060, 5062], protocol: "udp", persistence: { engine: "sip" } }),
      [],
    ],
    ["an engine for every port", { port: 0, protocol: "udp", persistence: { engine: "sip" } }, []],
    [
      "an unknown engine",
      { protocol: "udp", persistence: { engine: "ftp" } },
      ['s.persistence.engine: "ftp" is not a persistence engine: give one of none, sip'],
    ],
    [
      "an engine for UDP on TCP",
      { persistence: { engine: "sip" } },
      ['s.persistence.engine: "sip" goes only with protocol udp, and this service is tcp'],
    ],
    [
      "an engine for UDP on SCTP",
      { protocol: "sctp", persistence: { engine: "sip" } },
      ['s.persistence.engine: "sip" goes only with protocol udp, and this service is sctp'],
    ],
    [
      "persistence of no time",
      { persistence: { timeout: 0 } },
      ["s.persistence.timeout: 0 is not a time in seconds: give a whole number from 1 to 2678400"],
    ],
    [
      "persistence true",
      { persistence: true },
      ["s.persistence: true is not an object with timeout, netmask, prefixLength and engine"],
    ],
    [
      "one packet on TCP",
      { onePacket: true },
      ["s.onePacket: true goes only with protocol udp, and this service is tcp"],
    ],
    [
      "one packet on SCTP",
      { onePacket: true, protocol: "sctp" },
      ["s.onePacket: true goes only with protocol udp, and this service is sctp"],
    ],
    ["one packet on UDP", { onePacket: true, protocol: "udp" }, []],
    ["slip of the pen", { sheduler: "rr" }, ['s.sheduler: no such argument; did you mean "scheduler"?']],
    ["no list", { realServers: undefined }, ["s.realServers: missing: give a list of real servers"]],
    ["no real servers", { realServers: [] }, []],
    [
      "real server a text",
      { realServers: ["198.18.0.21"] },
      [expect.stringMatching(/^s\.realServers\[0\]: "198\.18\.0\.21" is not a real server such as/)],
    ],
    [
      "real server at the VIP",
      server({ address: "198.18.0.100" }),
      ['s.realServers[0].address: "198.18.0.100" is the VIP itself'],
    ],
    [
      "real server's other port",
      server({ port: 8080 }),
      [
        's.realServers[0].port: 8080 differs from the service\'s port 80: direct routing cannot change the port; only forwarding "nat" can',
      ],
    ],
    ["real server's same port", server({ port: 80 }), []],
    [
      "weight -1",
      server({ weight: -1 }),
      ["s.realServers[0].weight: -1 is not a weight: give a whole number from 0 to 2147483647"],
    ],
    [
      "weight too large",
      server({ weight: 2147483648 }),
      ["s.realServers[0].weight: 2147483648 is not a weight: give a whole number from 0 to 2147483647"],
    ],
    [
      "weight a fraction",
      server({ weight: 1.5 }),
      ["s.realServers[0].weight: 1.5 is not a weight: give a whole number from 0 to 2147483647"],
    ],
    [
      "weight a text",
      server({ weight: "1" }),
      ['s.realServers[0].weight: "1" is not a weight: give a whole number from 0 to 2147483647'],
    ],
    [
      "weight no number",
      server({ weight: Number.NaN }),
      ["s.realServers[0].weight: NaN is not a weight: give a whole number from 0 to 2147483647"],
    ],
    ["largest weight", server({ weight: 2147483647 }), []],
    ["thresholds", server({ upperThreshold: 100, lowerThreshold: 50 }), []],
    [
      "lower above upper",
      server({ upperThreshold: 5, lowerThreshold: 6 }),
      ["s.realServers[0].lowerThreshold: 6 is above upperThreshold, which is 5"],
    ],
    [
      "lower without upper",
      server({ lowerThreshold: 6 }),
      ["s.realServers[0].lowerThreshold: 6 is above upperThreshold, which is not given"],
    ],
    [
      "the same real server twice",
      { realServers: [{ address: "198.18.0.21" }, { address: "198.18.0.21", weight: 2 }] },
      ['s.realServers[1].address: "198.18.0.21" is already there, at s.realServers[0]'],
    ],
  ])("%s", (_, spoilt, expected) => {
    expect(problems(spoilt)).toEqual(expected);
  });

  test("all of it at once, each with its path", () => {
    const bad = { vip: 7, port: "http", scheduler: "rrr", realServers: [{ address: "x", weight: -1 }] };
    expect(problems(bad).map((line) => line.split(":")[0])).toEqual([
      "s.vip",
      "s.port",
      "s.scheduler",
      "s.realServers[0].address",
      "s.realServers[0].weight",
    ]);
  });

  test("what is not known yet is not wrong", () => {
    const open = {
      vip: later,
      port: later,
      scheduler: later,
      schedulerFlags: later,
      persistence: later,
      realServers: later,
    };
    expect(problems(open)).toEqual([]);
    expect(
      problems({
        realServers: [later, { address: later, weight: later, lowerThreshold: 5, upperThreshold: later }],
      }),
    ).toEqual([]);
  });

  test.each([null, 3, "x", [], true])("%j instead of a service", (given) => {
    expect(shape(given, "s")).toHaveLength(1);
  });
});

test.each(Object.values(Scheduler))("scheduler %s takes its own flags and no others", (scheduler) => {
  for (const flag of Object.values(SchedulerFlag)) {
    expect(problems({ scheduler, schedulerFlags: [flag] }).length === 0).toBe(
      flagsOf(scheduler).includes(flag),
    );
  }
});

test("services that would be one in the kernel", () => {
  const services = [
    service(),
    service({ protocol: "tcp" }),
    service({ protocol: "udp" }),
    service({ port: 81 }),
  ];
  expect(duplicateServices(services, "services")).toEqual([
    { path: "services[1]", reason: "tcp 198.18.0.100:80 is already there, at services[0]" },
  ]);
});

test.each<[string, object, object, string | undefined]>([
  ["a port and a list that has it", {}, { ports: [443, 80] }, "tcp 198.18.0.100:80"],
  [
    "a list and a range",
    { ports: [80, 443] },
    { portRange: { first: 81, last: 443 } },
    "tcp 198.18.0.100:443",
  ],
  ["a port and all", {}, { allPorts: true }, "tcp 198.18.0.100:80"],
  ["all and a list on every VIP", { allPorts: true }, { ports: [7], vip: undefined }, "tcp port 7"],
  ["lists that only interlace", { ports: [80, 443] }, { ports: [81, 442] }, undefined],
  ["lists of two protocols", { ports: [80] }, { ports: [80], protocol: "udp" }, undefined],
  ["lists of two VIPs", { ports: [80] }, { ports: [80], vip: "198.18.0.101" }, undefined],
  ["a list and what others leave", { ports: [80] }, { port: 0, persistence: {} }, undefined],
  ["what is not known yet", { ports: [80] }, { ports: [later] }, undefined],
])("services that would get the same packets: %s", (_, one, other, which) => {
  const several = (more: object) => ({
    ...service(),
    ...("ports" in more || "allPorts" in more || "portRange" in more ? { port: undefined } : {}),
    ...more,
  });
  expect(duplicateServices([several(one), several(other)], "services")).toEqual(
    which === undefined ? [] : [{ path: "services[1]", reason: `${which} is already there, at services[0]` }],
  );
});

describe("the mark of a service", () => {
  const several = (more: Partial<Known<ServiceArgs>>) =>
    completeService(service({ ports: [443, 80, 444], port: undefined, ...more }));

  test("has ports in order, and those beside each other as a range", () => {
    expect(several({ mark: 7 })).toMatchObject({
      port: 0,
      marked: {
        mark: 7,
        ports: [
          { first: 80, last: 80 },
          { first: 443, last: 444 },
        ],
      },
      destinations: [{ address: "198.18.0.21", port: 0 }],
    });
  });

  test("is the same at every run, and stays where a port is added above the lowest", () => {
    const { mark } = several({}).marked!;
    expect(mark).toBe(1287692062);
    expect(several({ ports: [80, 8080] }).marked!.mark).toBe(mark);
    const others = [
      { vip: "198.18.0.101" },
      { protocol: "udp" as const },
      { ports: [81] },
      { ports: undefined, allPorts: true },
    ];
    const marks = others.map((each) => several(each).marked!.mark);
    expect(new Set([mark, ...marks]).size).toBe(5);
    for (const each of marks) expect(each >>> 24).toBe(0x4c);
  });

  test("is no other one's", () => {
    const one = service({ ports: [80], port: undefined, mark: 7 });
    const other = service({ ports: [443], port: undefined, mark: 7 });
    expect(sameMarkTwice([one, service(), other], [], "services")).toEqual([
      { path: "services[2].mark", reason: "7 is that of services[0] as well: give another one" },
    ]);
    const everywhere = { ports: [80], mark: 7 };
    const vips = ["198.18.0.100", "198.18.0.101"];
    expect(sameMarkTwice([everywhere], vips, "services")).toEqual([
      {
        path: "services[0].mark",
        reason:
          "7 would be that of 198.18.0.100 and of 198.18.0.101: leave it out, and each VIP gets a mark of its own",
      },
    ]);
    expect(
      sameMarkTwice([{ ports: [80] }, { ports: [443] }, { ports: [80], mark: later }], vips, "s"),
    ).toEqual([]);
  });
});

test("what the user left out", () => {
  expect(completeService(service())).toEqual({
    protocol: "tcp",
    vip: "198.18.0.100",
    port: 80,
    scheduler: "wrr",
    flags: [],
    persistence: undefined,
    onePacket: false,
    destinations: [{ address: "198.18.0.21", port: 80, weight: 1, upper: 0, lower: 0, forwarding: "dr" }],
  });
  expect(completeService(service({ persistence: {} })).persistence).toEqual({
    timeout: 300,
    netmask: "255.255.255.255",
  });
});

test("flags come in the kernel's order, each once", () => {
  const given = service({ scheduler: "sh", schedulerFlags: ["sh-port", "sh-fallback", "sh-port"] });
  expect(completeService(given).flags).toEqual(["sh-fallback", "sh-port"]);
});
