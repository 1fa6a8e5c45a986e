// What the firewall of each host lets through: of directors, of a pair, and of real servers.
import { describe, expect, test } from "vitest";
import type { ForwardingMethod } from "../../../components/args/enums";
import type { OpenPortsArgs } from "../../../components/args/openPorts";
import type { TunnelArgs } from "../../../components/args/tunnel";
import type { Known } from "../../../components/args/known";
import { openPortsOfRealServer } from "../../../components/model/clusterServices";
import { completePair } from "../../../components/model/keepalived/pair/complete";
import { completeOpenPorts, openPorts } from "../../../components/model/openPorts";
import { completeService } from "../../../components/model/service";
import { completeTunnels } from "../../../components/model/tunnel";
import {
  pairOpenings,
  serviceOpenings,
  untrackedLines,
  withFirewallAs,
} from "../../../components/render/openings";
import { realServerDocument } from "../../../components/render/realServer";
import { service } from "../model/samples";

const r1 = { name: "r1", address: "198.18.0.21", interface: undefined };
const d1 = { name: "d1", address: "198.18.0.11", address6: "fd18::11", interface: undefined };
const six = "fd18::100";

describe("a director", () => {
  const services = [
    completeService(service({})),
    completeService(service({ port: 0, persistence: {}, protocol: "udp" })),
    completeService(service({ port: undefined, ports: [443, 80, 81], vip: six, realServers: [] })),
    completeService(service({ port: 8080, forwarding: "nat" })),
    completeService(service({ port: undefined, allPorts: true, protocol: "sctp", forwarding: "tun" })),
  ];

  test("lets clients connect to exactly the ports of its services", () => {
    expect(serviceOpenings(services, (vip) => (vip === six ? "eth1" : "eth0"))).toEqual([
      "accept 80/tcp to 198.18.0.100 dev eth0",
      "accept udp to 198.18.0.100 dev eth0",
      "accept 80-81/tcp to fd18::100 dev eth1",
      "accept 443/tcp to fd18::100 dev eth1",
      "accept 8080/tcp to 198.18.0.100 dev eth0",
      "accept sctp to 198.18.0.100 dev eth0",
    ]);
  });

  test("does not track packets of which it sees one direction", () => {
    expect(untrackedLines(services)).toEqual([
      "notrack tcp 80 to 198.18.0.100",
      "notrack udp all to 198.18.0.100",
      "notrack tcp 80-81,443 to fd18::100",
      "notrack sctp all to 198.18.0.100",
    ]);
  });
});

describe("a director of a pair", () => {
  const pair = (more: object) =>
    completePair({
      directors: [
        { address: "198.18.0.11", address6: "fd18::11" },
        { address: "198.18.0.12", address6: "fd18::12" },
      ],
      vips: ["198.18.0.100"],
      ...more,
    });

  test.each<[string, object, string[]]>([
    [
      "hears the other one",
      {},
      ["accept vrrp from 198.18.0.12 dev @198.18.0.11", "accept 8848/udp from 198.18.0.12 dev @198.18.0.11"],
    ],
    [
      "in a group of IPv6, whose senders nobody has declared",
      { vips: [six], connectionSync: { group: "ff02::82", port: 9000 } },
      ["accept vrrp from fd18::12 dev @fd18::11", "accept 9000/udp to ff02::82 dev @198.18.0.11"],
    ],
    [
      "on an interface of its own, on which nobody has declared addresses",
      { connectionSync: { interface: "eth2" } },
      ["accept vrrp from 198.18.0.12 dev @198.18.0.11", "accept 8848/udp to 224.0.0.81 dev eth2"],
    ],
    [
      "at the port of each thread of connection sync",
      { ipvs: { syncPorts: 4 } },
      [
        "accept vrrp from 198.18.0.12 dev @198.18.0.11",
        "accept 8848-8851/udp from 198.18.0.12 dev @198.18.0.11",
      ],
    ],
    [
      "without connection sync",
      { connectionSync: { enabled: false } },
      ["accept vrrp from 198.18.0.12 dev @198.18.0.11"],
    ],
  ])("%s", (_, more, expected) => {
    expect(pairOpenings(d1, pair(more))).toEqual(expected);
  });
});

describe("a real server", () => {
  const openings = (
    methods: ForwardingMethod[],
    open: Known<OpenPortsArgs>,
    vips = ["198.18.0.100"],
    tunnels?: Known<TunnelArgs>[],
    place: Parameters<typeof realServerDocument>[0] = r1,
  ) =>
    realServerDocument(place, {
      vips,
      methods,
      tunnels: completeTunnels(tunnels),
      sysctls: {},
      openPorts: completeOpenPorts(open),
      webServer: undefined,
      removePackages: false,
    }).openings;
  const tcp80 = { tcpPorts: [80] };

  test("of direct routing has clients at the VIP", () => {
    expect(openings(["dr"], { ...tcp80, udpPorts: [53] })).toEqual([
      "accept 80/tcp to 198.18.0.100 dev @198.18.0.21",
      "accept 53/udp to 198.18.0.100 dev @198.18.0.21",
    ]);
  });

  test("of NAT has them at its own address", () => {
    const portRanges = [{ first: 8000, last: 8010 }];
    expect(openings(["nat"], { portRanges }, [])).toEqual([
      "accept 8000-8010/tcp to 198.18.0.21 dev @198.18.0.21",
    ]);
  });

  test("of NAT has them at its own address of the family of the VIPs, or at both where it knows none", () => {
    const both = { ...r1, address6: "fd18::21" };
    const [four, own6] = ["198.18.0.21", "fd18::21"].map((each) => `accept 80/tcp to ${each} dev @${each}`);
    expect(openings(["nat"], tcp80, ["198.18.0.100"], undefined, both)).toEqual([four]);
    expect(openings(["nat"], tcp80, [six], undefined, both)).toEqual([own6]);
    expect(openings(["nat"], tcp80, [], undefined, both)).toEqual([four, own6]);
  });

  test("of tunnels has their packets, from directors alone, and clients out of each tunnel", () => {
    const open = { ...tcp80, directors: ["198.18.0.11", "fd18::11"] };
    expect(openings(["tun"], open, ["198.18.0.100", six], [{ type: "ipip" }, { type: "gue" }])).toEqual([
      "accept 80/tcp to 198.18.0.100 dev tunl0",
      "accept 80/tcp to 198.18.0.100 dev tunl0",
      "accept 80/tcp to fd18::100 dev sit0",
      "accept 80/tcp to fd18::100 dev sit0",
      "accept ipip from 198.18.0.11 dev @198.18.0.21",
      "accept ip6ip from 198.18.0.11 dev @198.18.0.21",
      "accept 6080/udp from 198.18.0.11 dev @198.18.0.21",
      "accept 6080/udp from 198.18.0.11 dev @198.18.0.21",
    ]);
  });

  test("has health checks from directors alone", () => {
    const open = { checkPorts: [80], udpCheckPorts: [53], directors: ["198.18.0.11"] };
    expect(openings(["dr"], open)).toEqual([
      "accept 80/tcp from 198.18.0.11 dev @198.18.0.21",
      "accept 53/udp from 198.18.0.11 dev @198.18.0.21",
    ]);
  });

  test("that nobody has given ports has none", () => {
    expect(openings(["dr", "nat", "tun"], {})).toEqual([]);
  });

  test("is refused checks by nobody", () => {
    expect(openPorts({ checkPorts: [80] }, "openPorts")).toEqual([
      {
        path: "openPorts.directors",
        reason: "missing: checkPorts are opened to these alone, so give the addresses of the directors",
      },
    ]);
    expect(openPorts({ udpCheckPorts: [53], directors: [] }, "openPorts")).toHaveLength(1);
    expect(openPorts({ checkPorts: [80], directors: ["198.18.0.11"] }, "openPorts")).toEqual([]);
  });
});

describe("a real server of a Cluster", () => {
  const offer = (services: Parameters<typeof openPortsOfRealServer>[0]["services"]) => ({
    vips: ["198.18.0.100"],
    services,
    forwarding: undefined,
  });
  const directors = [{ address: "198.18.0.11", address6: "fd18::11" }, { address: "198.18.0.12" }];

  test("has the ports of all services", () => {
    const services = [
      { port: 80, realServerPort: 8080 },
      { ports: [443, 444] },
      { port: 0, protocol: "udp" as const },
    ];
    expect(openPortsOfRealServer(offer(services), directors.slice(0, 1), r1)).toEqual({
      tcpPorts: [8080],
      udpPorts: [],
      sctpPorts: [],
      portRanges: [
        { protocol: "tcp", first: 443, last: 444 },
        { protocol: "udp", first: 1, last: 65535 },
      ],
      directors: ["198.18.0.11"],
    });
  });

  test.each([
    ["that has one", { address: "198.18.0.21", address6: "fd18::21" }, ["fd18::11"]],
    ["that has none, and is reached by the other family", { address: "198.18.0.21" }, ["198.18.0.11"]],
  ])("hears directors by the address by which it is reached for a VIP of IPv6: one %s", (_, server, from) => {
    const offered = { ...offer([{ port: 80 }]), vips: [six] };
    expect(openPortsOfRealServer(offered, directors.slice(0, 1), server).directors).toEqual(from);
  });

  test("with two directors has those of their checks, of this host alone", () => {
    const services = [
      { port: 80 },
      { port: 81, healthCheck: { http: { port: 8081 }, tcp: { address: "198.18.0.99" } } },
      { port: 53, protocol: "udp" as const, healthCheck: { dns: {} } },
      { port: 82, healthCheck: { none: true } },
      { port: 0, persistence: {} },
    ];
    const {
      directors: from,
      checkPorts,
      udpCheckPorts,
    } = openPortsOfRealServer(offer(services), directors, r1);
    expect({ from, checkPorts, udpCheckPorts }).toEqual({
      from: ["198.18.0.11", "198.18.0.12"],
      checkPorts: [80, 8081],
      udpCheckPorts: [53],
    });
  });
});

test("a document with firewalld managed, checked, or left alone", () => {
  const document = {
    role: "director" as const,
    firewall: ["mark 7 tcp 80,81 to 198.18.0.100"],
    untracked: ["notrack tcp 80,81 to 198.18.0.100"],
    openings: ["accept 80/tcp to 198.18.0.100 dev eth0"],
  };
  expect(withFirewallAs("manage", document)).toEqual(document);
  expect(withFirewallAs("check", document)).toEqual({ ...document, firewallIsChecked: true });
  expect(withFirewallAs("off", document)).toEqual({ ...document, untracked: [], openings: [] });
});
