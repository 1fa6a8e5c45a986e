// Methods of forwarding: which arguments are refused, how a Cluster completes its services, and which replies are sent to a director.
import { describe, expect, test } from "vitest";
import type { ForwardingMethod } from "../../../components/args/enums";
import { clusterArguments } from "../../../components/model/cluster";
import {
  methodsOfRealServer,
  returnRouteOfRealServer,
  servicesOfDirectors,
} from "../../../components/model/clusterServices";
import { directorArguments } from "../../../components/model/director";
import { forwardingRow } from "../../../components/model/forwarding";
import { pairArguments } from "../../../components/model/keepalived/pair/shapes";
import { completeReturnRoute, repliesInWords, usesNat } from "../../../components/model/nat";
import { realServerArguments } from "../../../components/model/realServer";
import { later, type Shape } from "../../../components/model/shape";
import { ipInIp } from "../../../components/model/tunnel";
import { pairServiceArguments, virtualServiceArguments } from "../../../components/model/virtualService";
import { host, service } from "./samples";

const [d1, d2] = [host("198.18.0.11"), host("198.18.0.12")];
const r1 = host("198.18.0.21");
const vip = "198.18.0.100";
const gateway = "198.18.0.10";
const nat = { forwarding: "nat" } as const;

function told(shape: Shape, right: object, spoilt: object): string[] {
  return shape({ ...right, ...spoilt }, "").map(({ path, reason }) => `${path}: ${reason}`);
}

const useless = `gateway: "${gateway}" is of no use: no service here has forwarding "nat"`;
const asServer = 'gateway: "198.18.0.21" is a real server\'s own address';
const otherPort = (path: string, method: string) =>
  `${path}: 8080 differs from the service's port 80: ${method} cannot change the port; only forwarding "nat" can`;

describe("Director", () => {
  test.each<[string, object, string[]]>([
    [
      "a service of each method",
      {
        services: ["dr", "nat", "tun"].map((forwarding, index) => ({
          ...service(),
          forwarding,
          port: 80 + index,
        })),
      },
      [],
    ],
    [
      "another port by NAT",
      { services: [{ ...service({ realServers: [{ address: "198.18.0.21", port: 8080 }] }), ...nat }] },
      [],
    ],
    [
      "another port by NAT of one real server",
      { services: [service({ realServers: [{ address: "198.18.0.21", port: 8080, ...nat }] })] },
      [],
    ],
    [
      "another port of the one real server that has a tunnel",
      {
        services: [
          {
            ...service({ realServers: [{ address: "198.18.0.21", port: 8080, forwarding: "tun" }] }),
            ...nat,
          },
        ],
      },
      [otherPort("services[0].realServers[0].port", "tunneling")],
    ],
    [
      "a method that there is not",
      { services: [{ ...service(), forwarding: "masquerade" }] },
      ['services[0].forwarding: "masquerade" is not a method of forwarding: give one of dr, nat, tun'],
    ],
    ["a gateway", { services: [{ ...service(), ...nat }], gateway }, []],
    ["a gateway that it has by itself", { services: [{ ...service(), ...nat }], gateway: "198.18.0.11" }, []],
    ["a gateway for VirtualServices on it", { services: undefined, gateway }, []],
    ["a gateway that nobody needs", { gateway }, [useless]],
    ["a gateway that may be needed", { services: [{ ...service(), forwarding: later }], gateway }, []],
    [
      "a gateway of one real server's method",
      { services: [service({ realServers: [{ address: "198.18.0.21", ...nat }] })], gateway },
      [],
    ],
    [
      "a real server as the gateway",
      { services: [{ ...service(), ...nat }], gateway: "198.18.0.21" },
      [asServer],
    ],
    [
      "a gateway that is no address",
      { services: [{ ...service(), ...nat }], gateway: "d1" },
      ['gateway: "d1" is not an address such as 192.0.2.10 or 2001:db8::10'],
    ],
  ])("%s", (_, spoilt, expected) => {
    expect(told(directorArguments, { host: d1, services: [service()] }, spoilt)).toEqual(expected);
  });
});

describe("VirtualService", () => {
  test.each<[string, object, string[]]>([
    ["a gateway", { ...nat, gateway }, []],
    ["a gateway that it does not need", { gateway }, [useless]],
    ["a real server as the gateway", { ...nat, gateway: "198.18.0.21" }, [asServer]],
    [
      "another port",
      { realServers: [{ address: "198.18.0.21", port: 8080 }], forwarding: "tun" },
      [otherPort("realServers[0].port", "tunneling")],
    ],
  ])("%s", (_, spoilt, expected) => {
    expect(told(virtualServiceArguments, { directors: [d1], ...service() }, spoilt)).toEqual(expected);
    const { vip: _vip, ...rest } = service();
    const pair = { vips: [vip], directors: [{ name: "d1", address: "198.18.0.11" }] };
    expect(told(pairServiceArguments, { pair, connection: d1.connection, ...rest }, spoilt)).toEqual(
      expected,
    );
  });
});

describe("RealServer", () => {
  const returnRoute = { gateway: "198.18.0.11", tcpPorts: [80] };
  test.each<[string, object, string[]]>([
    ["tunnels and direct routing", { forwarding: ["tun", "dr"] }, []],
    ["NAT alone, which needs no VIPs", { forwarding: ["nat"], vips: undefined, returnRoute }, []],
    ["NAT without a return route", { forwarding: ["nat"], vips: undefined }, []],
    ["a method not known yet", { forwarding: later, vips: undefined, returnRoute }, []],
    ["one of the methods not known yet", { forwarding: [later], vips: undefined, returnRoute }, []],
    ["a return route not known yet", { forwarding: ["nat"], returnRoute: later }, []],
    ["ports not known yet", { forwarding: ["nat"], returnRoute: { ...returnRoute, tcpPorts: later } }, []],
    [
      "no VIPs",
      { vips: undefined },
      ["vips: missing: with forwarding dr a real server has the VIPs; give a list of them"],
    ],
    [
      "no VIPs for two methods",
      { vips: undefined, forwarding: ["tun", "nat", "dr"] },
      ["vips: missing: with forwarding dr and tun a real server has the VIPs; give a list of them"],
    ],
    [
      "no method",
      { forwarding: [] },
      ["forwarding: the list is empty: give at least one of the methods of forwarding"],
    ],
    [
      "a method instead of a list",
      { forwarding: "nat" },
      ['forwarding: "nat" is not a list of methods of forwarding'],
    ],
    [
      "a method twice",
      { forwarding: ["nat", "dr", "nat"] },
      ['forwarding[2]: "nat" is already there, at forwarding[0]'],
    ],
    [
      "a method that there is not",
      { forwarding: ["dr", "gre"] },
      ['forwarding[1]: "gre" is not a method of forwarding: give one of dr, nat, tun'],
    ],
    [
      "a return route without NAT",
      { returnRoute },
      ['returnRoute: is for NAT, and forwarding is dr: leave it out, or give forwarding ["nat"]'],
    ],
    [
      "a return route of no ports",
      { forwarding: ["nat"], returnRoute: { gateway: "198.18.0.11", udpPorts: [] } },
      [
        "returnRoute.tcpPorts: missing, and so are udpPorts, sctpPorts and portRanges: give the ports that NAT services use on this host",
      ],
    ],
    [
      "a return route to nowhere, for no port",
      { forwarding: ["nat"], returnRoute: { tcpPorts: [0], udpPorts: [65536] } },
      [
        "returnRoute.tcpPorts[0]: 0 is not a port: give a whole number from 1 to 65535",
        "returnRoute.udpPorts[0]: 65536 is not a port: give a whole number from 1 to 65535",
        "returnRoute.gateway: missing, and so is gateway6: give the director's address in the real server's network",
      ],
    ],
    ...["tunl0.rp_filter", "ip6tnl0.rp_filter", "all.arp_ignore", "all.arp_announce"].map(
      (setting): [string, object, string[]] => [
        `a setting of the component's own: ${setting}`,
        { sysctls: { [`net.ipv4.conf.${setting}`]: "1" }, forwarding: ["tun"] },
        [
          `sysctls["net.ipv4.conf.${setting}"]: is set by the component itself, to what its method of forwarding needs`,
        ],
      ],
    ),
    ["a setting that no method has", { sysctls: { "net.ipv4.conf.all.rp_filter": "2" } }, []],
  ])("%s", (_, spoilt, expected) => {
    expect(told(realServerArguments, { host: r1, vips: [vip] }, spoilt)).toEqual(expected);
  });
});

describe("Cluster", () => {
  const right = { vips: [vip], directors: [d1], realServers: [r1], services: [{ port: 80 }] };
  const missing =
    "gateway: missing: with NAT and more than one director, the real servers reply to an address that moves with the VIPs; give one of their network that no host has, or returnRoutes: false if you route the replies yourself";
  test.each<[string, object, string[]]>([
    ["NAT with one director", nat, []],
    ["NAT with a gateway", { ...nat, gateway }, []],
    ["NAT with the VIP as the gateway", { ...nat, gateway: vip }, []],
    ["NAT with two directors", { ...nat, directors: [d1, d2] }, [missing]],
    [
      "NAT of one real server with two directors",
      { realServers: [{ ...r1, ...nat }], directors: [d1, d2] },
      [missing],
    ],
    [
      "a pair without a gateway that routes replies itself",
      { ...nat, directors: [d1, d2], returnRoutes: false },
      [],
    ],
    ["a pair with a gateway", { ...nat, directors: [d1, d2], gateway }, []],
    ["a pair with the VIP as the gateway", { ...nat, directors: [d1, d2], gateway: vip }, []],
    [
      "a pair with a director as the gateway",
      { ...nat, directors: [d1, d2], gateway: "198.18.0.12" },
      [
        'gateway: "198.18.0.12" is a director\'s own address, so it could not move with the VIPs: give an address of no host',
      ],
    ],
    ["a gateway without NAT", { gateway, forwarding: "tun" }, [useless]],
    [
      "a gateway where a real server says otherwise",
      { ...nat, gateway, realServers: [{ ...r1, forwarding: "dr" }] },
      [useless],
    ],
    ["a real server as the gateway", { ...nat, gateway: "198.18.0.21" }, [asServer]],
    ["another port by NAT", { services: [{ port: 80, realServerPort: 8080, ...nat }] }, []],
    [
      "every port by NAT",
      { services: [{ port: 0, persistence: {}, ...nat }] },
      [
        "services[0].port: 0 (every port) has no return route, which goes by ports: give a port from 1 to 65535, or returnRoutes: false if you route the replies yourself",
      ],
    ],
    [
      "every port by NAT of one real server",
      {
        services: [{ port: 80, realServerPort: 0, ...nat }],
        realServers: [r1, { ...host("198.18.0.22"), ...nat }],
      },
      [expect.stringMatching(/^services\[0\]\.realServerPort: 0 \(every port\) has no return route/)],
    ],
    [
      "every port by NAT whose replies somebody else routes",
      { services: [{ port: 0, persistence: {}, ...nat }], returnRoutes: false },
      [],
    ],
    ["every port without NAT", { services: [{ port: 0, persistence: {} }] }, []],
    [
      "another port by direct routing, said once",
      { services: [{ port: 80, realServerPort: 8080 }], realServers: [r1, host("198.18.0.22")] },
      [otherPort("services[0].realServerPort", "direct routing")],
    ],
    [
      "another port where one real server has a tunnel",
      {
        ...nat,
        services: [{ port: 80, realServerPort: 8080 }],
        realServers: [r1, { ...host("198.18.0.22"), forwarding: "tun" }],
      },
      [otherPort("services[0].realServerPort", "tunneling")],
    ],
    ["a method not known yet", { forwarding: later, services: [{ port: 80, realServerPort: 8080 }] }, []],
    [
      "a method that there is not",
      { forwarding: "nats" },
      ['forwarding: "nats" is not a method of forwarding: give one of dr, nat, tun'],
    ],
    [
      "returnRoutes that is no flag",
      { ...nat, returnRoutes: "no" },
      ['returnRoutes: "no" is neither true nor false'],
    ],
    [
      "localClients that is no flag",
      { ...nat, localClients: 1 },
      ["localClients: 1 is neither true nor false"],
    ],
  ])("%s", (_, spoilt, expected) => {
    expect(told(clusterArguments, right, spoilt)).toEqual(expected);
  });
});

describe("KeepalivedPair", () => {
  const services = [{ ...service(), ...nat }];
  const instances = [
    { name: "one", vips: [vip] },
    { name: "other", vips: ["198.18.0.101"] },
  ];
  const stray = `gateway: "${gateway}" is a VIP of none of the instances, so it is not known with which of them it moves: add it to the vips of one`;
  test.each<[string, object, string[]]>([
    ["a gateway", { services, gateway }, []],
    ["a gateway for VirtualServices on it", { gateway, services: [service()] }, []],
    [
      "a director as the gateway",
      { services, gateway: "198.18.0.11" },
      [
        'gateway: "198.18.0.11" is a director\'s own address, so it could not move with the VIPs: give an address of no host',
      ],
    ],
    ["a gateway of no instance", { services, gateway, vips: undefined, instances }, [stray]],
    ["a gateway of an instance", { services, gateway: "198.18.0.101", vips: undefined, instances }, []],
    [
      "an instance not known yet",
      { services, gateway, vips: undefined, instances: [instances[0], later] },
      [],
    ],
    [
      "a VIP of an instance not known yet",
      { services, gateway, vips: undefined, instances: [instances[0], { name: "other", vips: [later] }] },
      [],
    ],
    [
      "VIPs of instances not known yet",
      { services, gateway, vips: undefined, instances: [instances[0], { name: "other", vips: later }] },
      [],
    ],
  ])("%s", (_, spoilt, expected) => {
    expect(told(pairArguments, { directors: [d1, d2], vips: [vip] }, spoilt)).toEqual(expected);
  });
});

describe("a Cluster's services", () => {
  const offer = (services: object[], forwarding?: ForwardingMethod) => ({
    vips: [vip, "198.18.0.101"],
    services: services as { port: number }[],
    forwarding,
  });
  const servers = [{ address: "198.18.0.21" }, { address: "198.18.0.22", forwarding: "tun" as const }];

  test("are on each VIP, with each real server, at the port that real servers have", () => {
    expect(
      servicesOfDirectors(offer([{ port: 80 }, { port: 443, realServerPort: 8443, ...nat }]), servers),
    ).toEqual(
      [vip, "198.18.0.101"].flatMap((each) => [
        { port: 80, vip: each, realServers: servers },
        { port: 443, ...nat, vip: each, realServers: servers.map((server) => ({ ...server, port: 8443 })) },
      ]),
    );
  });

  test("have the Cluster's method where they have none", () => {
    const all = servicesOfDirectors(offer([{ port: 80 }, { port: 81, forwarding: "tun" }], "nat"), []);
    expect(all.slice(0, 2).map(({ forwarding }) => forwarding)).toEqual(["nat", "tun"]);
  });

  test.each<[object[], ForwardingMethod | undefined, ForwardingMethod | undefined, ForwardingMethod[]]>([
    [[{ port: 80 }], undefined, undefined, ["dr"]],
    [[{ port: 80 }], "tun", undefined, ["tun"]],
    [[{ port: 80 }, { port: 81, ...nat }, { port: 82, ...nat }], undefined, undefined, ["dr", "nat"]],
    [[{ port: 80 }, { port: 81, ...nat }], "dr", "tun", ["tun"]],
  ])(
    "%j of a Cluster with %j give a real server with %j the methods %j",
    (services, byDefault, own, expected) => {
      expect(methodsOfRealServer(offer(services, byDefault), own)).toEqual(expected);
    },
  );

  test.each<
    [string, object[], ForwardingMethod | undefined, ForwardingMethod | undefined, object, object | undefined]
  >([
    ["none", [{ port: 80 }], undefined, undefined, { gateway }, undefined],
    [
      "all",
      [{ port: 80 }, { port: 53, protocol: "udp" }],
      "nat",
      undefined,
      { gateway },
      { gateway, tcpPorts: [80], udpPorts: [53], sctpPorts: [] },
    ],
    [
      "one, at another port",
      [{ port: 80 }, { port: 443, realServerPort: 8443, ...nat }],
      "dr",
      undefined,
      { gateway, localClients: true },
      { gateway, tcpPorts: [8443], udpPorts: [], sctpPorts: [], localClients: true },
    ],
    [
      "none, because the real server says so,",
      [{ port: 80, ...nat }],
      undefined,
      "dr",
      { gateway },
      undefined,
    ],
    [
      "all, because the real server says so,",
      [{ port: 80 }],
      undefined,
      "nat",
      { gateway },
      { gateway, tcpPorts: [80], udpPorts: [], sctpPorts: [] },
    ],
    [
      "all, which somebody else routes,",
      [{ port: 80, ...nat }],
      undefined,
      undefined,
      { gateway, returnRoutes: false },
      undefined,
    ],
  ])(
    "of which %s use NAT give a real server its return route",
    (_, services, byDefault, own, way, expected) => {
      expect(returnRouteOfRealServer(offer(services, byDefault), own, way)).toEqual(expected);
    },
  );
});

describe("a return route", () => {
  test.each([
    ["198.18.0.11", 3323068427],
    ["0.0.1.0", 256],
    ["255.255.255.254", 4294967294],
    ["10.0.0.1", 167772161],
  ])("to %s has a table of its own, %j", (address, table) => {
    expect(completeReturnRoute({ gateway: address, tcpPorts: [80] })).toEqual({
      gateways: [{ address, table }],
      ports: [{ protocol: "tcp", first: 80, last: 80 }],
      localClients: false,
    });
  });

  test("in words, as a preview shows that it changes", () => {
    const route = { gateway, tcpPorts: [80], udpPorts: [53] };
    expect(repliesInWords(completeReturnRoute(route))).toEqual([
      "replies of tcp 80 to 198.18.0.10",
      "replies of udp 53 to 198.18.0.10",
    ]);
    expect(repliesInWords(completeReturnRoute({ ...route, tcpPorts: [], localClients: true }))).toEqual([
      "replies of udp 53 to 198.18.0.10, also to neighbours",
    ]);
  });
});

test.each<[unknown, boolean]>([
  [[service()], false],
  [[{ ...service(), ...nat }], true],
  [[{ ...service(), ...nat, realServers: [] }], false],
  [[service({ realServers: [{ address: "198.18.0.21", ...nat }] })], true],
  [[{ ...service({ realServers: [{ address: "198.18.0.21", ...nat }] }), forwarding: "dr" }], true],
  [[{ ...service(), forwarding: later }], false],
  [later, false],
  [undefined, false],
])("whether NAT is surely used by %j: %j", (services, expected) => {
  expect(usesNat(services, "IPv4")).toBe(expected);
  expect(usesNat(services, "IPv6")).toBe(false);
});

describe("what a method needs", () => {
  test("on directors: to forward on the one interface that replies come in by, and no redirects", () => {
    const of = (...methods: ForwardingMethod[]) =>
      Object.assign(
        {},
        ...methods.map((method) => forwardingRow(method).directorSysctls("bond0/7", ["IPv4"])),
      ) as Record<string, string>;
    const reuse = { "net.ipv4.vs.conn_reuse_mode": "2" };
    expect(of("dr")).toEqual(reuse);
    expect(of("tun")).toEqual(reuse);
    expect(of("dr", "nat")).toEqual({
      ...reuse,
      "net.ipv4.conf.all.send_redirects": "0",
      "net.ipv4.conf.bond0/7.forwarding": "1",
      "net.ipv4.conf.bond0/7.send_redirects": "0",
    });
  });

  test("on directors, for VIPs of IPv6: the one setting that there is", () => {
    const of = (method: ForwardingMethod) => forwardingRow(method).directorSysctls("eth1", ["IPv6"]);
    const reuse = { "net.ipv4.vs.conn_reuse_mode": "2" };
    expect([of("dr"), of("tun")]).toEqual([reuse, reuse]);
    expect(of("nat")).toEqual({ ...reuse, "net.ipv6.conf.all.forwarding": "1" });
  });

  test("on real servers: to keep silent about the VIP, and to let packets of a tunnel in", () => {
    const silent = {
      "net.ipv4.conf.all.arp_announce": "2",
      "net.ipv4.conf.all.arp_ignore": "1",
      "net.ipv4.conf.eth0.arp_announce": "2",
      "net.ipv4.conf.eth0.arp_ignore": "1",
    };
    const ways = [{ vip: "IPv4", by: "IPv4" } as const];
    expect(forwardingRow("dr").realServer("eth0", ways, [ipInIp]).sysctls).toEqual(silent);
    expect(forwardingRow("tun").realServer("eth0", ways, [ipInIp]).sysctls).toEqual({
      ...silent,
      "net.ipv4.conf.tunl0.rp_filter": "2",
    });
    expect(forwardingRow("nat").realServer("eth0", ways, [ipInIp])).toEqual({});
  });
});
