// Tunnels of the forwarding method `tun`: which of them are refused, what a Cluster makes of them, and what they are in ipvsadm's and keepalived's words.
import { describe, expect, test } from "vitest";
import type { Known } from "../../../components/args/known";
import type { TunnelArgs } from "../../../components/args/tunnel";
import { clusterArguments } from "../../../components/model/cluster";
import {
  type ClusterOffer,
  servicesOfDirectors,
  tunnelsOfRealServer,
} from "../../../components/model/clusterServices";
import { directorArguments } from "../../../components/model/director";
import { forwardingRow, type Way } from "../../../components/model/forwarding";
import { pairArguments } from "../../../components/model/keepalived/pair/shapes";
import { realServerArguments } from "../../../components/model/realServer";
import { completeService } from "../../../components/model/service";
import { later, type Shape } from "../../../components/model/shape";
import {
  completeTunnel,
  tunnel as shape,
  tunnelInKeepalived,
  tunnelInWords,
  tunnelOptions,
  wrapping,
} from "../../../components/model/tunnel";
import { virtualServiceArguments } from "../../../components/model/virtualService";
import { host, service } from "./samples";

const [d1, d2] = [host("198.18.0.11"), host("198.18.0.12")];
const [r1, f1] = [host("198.18.0.21"), host("198.19.0.21")];
const vip = "198.18.0.100";
const gue = { type: "gue" } as const;
const gre = { type: "gre" } as const;
const tun = { forwarding: "tun" } as const;

function told(check: Shape, right: object, spoilt: object): string[] {
  return check({ ...right, ...spoilt }, "").map(({ path, reason }) => `${path}: ${reason}`);
}

const useless = (path: string, methods: string, given: object = gue) =>
  `${path}: ${JSON.stringify(given)} is for forwarding "tun", and the forwarding here is ${methods}: leave it out, or give forwarding "tun"`;

describe("a tunnel", () => {
  test.each<[string, unknown, string[]]>([
    ["IP in IP", { type: "ipip" }, []],
    ["GUE", gue, []],
    ["GUE with all that it has", { type: "gue", port: 7000, checksum: "remcsum" }, []],
    ["GRE", gre, []],
    ["what is not known yet", { type: later, port: later, checksum: later }, []],
    ["a port of a type that is not known yet", { type: later, port: 7000 }, []],
    ["no type", {}, ["t.type: missing: give one of ipip, gue, gre"]],
    [
      "a type that there is not",
      { type: "vxlan" },
      ['t.type: "vxlan" is not a type of tunnel: give one of ipip, gue, gre'],
    ],
    ["its name alone", "gue", ['t: "gue" is not a tunnel such as { type: "gue", port: 6080 }']],
    [
      "a port that there is not",
      { type: "gue", port: 0 },
      ["t.port: 0 is not a port: give a whole number from 1 to 65535"],
    ],
    [
      "a checksum that there is not",
      { type: "gue", checksum: "crc" },
      ['t.checksum: "crc" is not a kind of checksum: give one of nocsum, csum, remcsum'],
    ],
    [
      "a port of GRE",
      { type: "gre", port: 6080 },
      ["t.port: 6080 is for type gue, and this tunnel is gre, which has no port: leave it out"],
    ],
    ["GRE, without a checksum", { type: "gre", checksum: "nocsum" }, []],
    [
      "GRE with a checksum",
      { type: "gre", checksum: "csum" },
      [
        't.checksum: "csum" does not work with type gre: the device gre0 of a real server drops packets with a checksum (ip_tunnel.c, ip_tunnel_rcv); leave it out, or give type gue',
      ],
    ],
    [
      "GRE with the checksum of GUE",
      { type: "gre", checksum: "remcsum" },
      ['t.checksum: "remcsum" is for type gue, and this tunnel is gre: leave it out'],
    ],
    [
      "a port and a checksum of IP in IP",
      { type: "ipip", port: 6080, checksum: "nocsum" },
      [
        "t.port: 6080 is for type gue, and this tunnel is ipip, which has no port: leave it out",
        't.checksum: "nocsum" is for type gue, and IP in IP has no checksum: leave it out',
      ],
    ],
    [
      "what it does not have",
      { type: "gue", key: 7 },
      ["t.key: no such argument: there are type, port, checksum"],
    ],
  ])("%s", (_, given, expected) => {
    expect(shape(given, "t").map(({ path, reason }) => `${path}: ${reason}`)).toEqual(expected);
  });

  test.each<[Known<TunnelArgs>, string[], string[], string[], number]>([
    [{ type: "ipip" }, [], [], [], 0],
    [gre, ["--tun-type gre --tun-nocsum"], ["type gre"], ["gre"], 4],
    [gue, ["--tun-type gue --tun-port 6080 --tun-nocsum"], ["type gue port 6080"], ["gue 6080"], 12],
    [
      { type: "gue", port: 7000, checksum: "csum" },
      ["--tun-type gue --tun-port 7000 --tun-csum"],
      ["type gue port 7000", "csum"],
      ["gue 7000"],
      12,
    ],
    [
      { type: "gue", port: 7000, checksum: "remcsum" },
      ["--tun-type gue --tun-port 7000 --tun-remcsum"],
      ["type gue port 7000", "remcsum"],
      ["gue 7000"],
      20,
    ],
  ])("%j in the words of others", (given, options, keepalived, words, bytes) => {
    const complete = completeTunnel(given);
    expect(tunnelOptions(complete)).toEqual(options);
    expect(tunnelInKeepalived(complete)).toEqual(keepalived);
    expect(tunnelInWords(complete)).toEqual(words);
    expect(wrapping(complete)).toBe(bytes);
  });
});

describe("a tunnel goes only with tunneling", () => {
  const servers = (...more: object[]) => ({
    realServers: more.map((each, index) => ({ address: `198.18.0.2${index}`, ...each })),
  });
  test.each<[string, object, string[]]>([
    ["of a service", { ...tun, tunnel: gue }, []],
    ["of a service for one real server by tun", { tunnel: gue, ...servers({}, tun) }, []],
    ["of a real server", { ...servers({}, { ...tun, tunnel: gue }) }, []],
    ["of a service without real servers", { ...tun, tunnel: gue, realServers: [] }, []],
    ["of a method that is not known yet", { forwarding: later, tunnel: gue }, []],
    ["that is not known yet", { tunnel: later, ...tun }, []],
    ["of a service by the default method", { tunnel: gue }, [useless("tunnel", '"dr"')]],
    [
      "of a service of two methods",
      { tunnel: gue, forwarding: "nat", ...servers({}, { forwarding: "dr" }) },
      [useless("tunnel", '"nat" and "dr"')],
    ],
    [
      "of a real server by another method",
      { ...tun, tunnel: gre, ...servers({}, { forwarding: "dr", tunnel: gue }) },
      [useless("realServers[1].tunnel", '"dr"')],
    ],
    [
      "of a service without real servers, by NAT",
      { forwarding: "nat", tunnel: gre, realServers: [] },
      [useless("tunnel", '"nat"', gre)],
    ],
    [
      "of a method that there is not",
      { forwarding: "gue", tunnel: gue },
      [expect.stringMatching(/^forwarding: "gue" is not a method of forwarding/) as string],
    ],
    [
      "that is wrong itself",
      { ...tun, tunnel: { type: "gre", port: 1 } },
      [expect.stringMatching(/^tunnel\.port: 1 is for type gue/) as string],
    ],
  ])("%s", (_, spoilt, expected) => {
    expect(told(virtualServiceArguments, { directors: [d1], ...service() }, spoilt)).toEqual(expected);
    const within = expected.map((each) =>
      typeof each === "string"
        ? `services[0].${each}`
        : (expect.stringMatching(/^services\[0\]\./) as string),
    );
    const services = [{ ...service(), ...spoilt }];
    expect(told(directorArguments, { host: d1 }, { services })).toEqual(within);
    if (services[0]!.realServers.length > 0)
      expect(told(pairArguments, { directors: [d1, d2], vips: [vip] }, { services })).toEqual(within);
  });

  test.each<[string, object, string[]]>([
    ["of a RealServer", { forwarding: ["dr", "tun"], tunnels: [gue, { type: "ipip" }] }, []],
    ["of a RealServer whose methods are not known yet", { forwarding: later, tunnels: [gue] }, []],
    ["of a RealServer by direct routing", { tunnels: [gue] }, [useless("tunnels", '"dr"', [gue])]],
    [
      "of a RealServer, none",
      { ...{ forwarding: ["tun"] }, tunnels: [] },
      ["tunnels: the list is empty: give at least one of the tunnels"],
    ],
    [
      "of a RealServer, with a setting that is the component's",
      { forwarding: ["tun"], tunnels: [gre], sysctls: { "net.ipv4.conf.gre0.rp_filter": "1" } },
      [
        'sysctls["net.ipv4.conf.gre0.rp_filter"]: is set by the component itself, to what its method of forwarding needs',
      ],
    ],
  ])("%s", (_, spoilt, expected) => {
    expect(told(realServerArguments, { host: r1, vips: [vip] }, spoilt)).toEqual(expected);
  });

  test.each<[string, object, string[]]>([
    ["of a Cluster", { ...tun, tunnel: gue }, []],
    ["of a Cluster for one real server", { tunnel: gue, realServers: [r1, { ...f1, ...tun }] }, []],
    ["of a Cluster for one service", { tunnel: gue, services: [{ port: 80 }, { port: 443, ...tun }] }, []],
    ["of a Cluster's service", { services: [{ port: 80, ...tun, tunnel: gue }] }, []],
    [
      "of a Cluster's real server for one of its services",
      { services: [{ port: 80 }, { port: 443, ...tun }], realServers: [{ ...r1, tunnel: gre }] },
      [],
    ],
    ["of a Cluster by direct routing", { tunnel: gue }, [useless("tunnel", '"dr"')]],
    [
      "of a Cluster's service by NAT",
      {
        ...tun,
        gateway: "198.18.0.11",
        services: [{ port: 80 }, { port: 443, forwarding: "nat", tunnel: gre }],
      },
      [useless("services[1].tunnel", '"nat"', gre)],
    ],
    [
      "of a Cluster's real server by direct routing",
      { ...tun, realServers: [r1, { ...f1, forwarding: "dr", tunnel: gre }] },
      [useless("realServers[1].tunnel", '"dr"', gre)],
    ],
    [
      "of a Cluster, that is wrong itself",
      { ...tun, tunnel: { type: "gue", port: 70000 } },
      ["tunnel.port: 70000 is not a port: give a whole number from 1 to 65535"],
    ],
  ])("%s", (_, spoilt, expected) => {
    const right = { vips: [vip], directors: [d1], realServers: [r1], services: [{ port: 80 }] };
    expect(told(clusterArguments, right, spoilt)).toEqual(expected);
    const { gateway: _gateway, ...rest } = spoilt as { gateway?: string };
    if (!("gateway" in spoilt))
      expect(told(clusterArguments, { ...right, directors: [d1, d2] }, rest)).toEqual(expected);
  });
});

describe("the nearest tunnel counts, as a whole", () => {
  test.each<[string, object, object, unknown]>([
    ["none by direct routing", {}, {}, undefined],
    ["IP in IP by default", tun, {}, { type: "ipip" }],
    [
      "the service's",
      { ...tun, tunnel: { ...gue, port: 7000 } },
      {},
      { ...gue, port: 7000, checksum: "nocsum" },
    ],
    [
      "the real server's",
      { ...tun, tunnel: { ...gue, port: 7000 } },
      { tunnel: gue },
      { ...gue, port: 6080, checksum: "nocsum" },
    ],
    ["the service's for a real server's own method", { tunnel: gre }, tun, gre],
    ["none for a real server's own method", { ...tun, tunnel: gre }, { forwarding: "dr" }, undefined],
  ])("%s", (_, ofService, own, expected) => {
    const [destination] = completeService({
      ...service({ realServers: [{ address: "198.18.0.21", ...own }] }),
      ...ofService,
    }).destinations;
    expect(destination!.tunnel).toEqual(expected);
  });

  const offer = (more: Partial<ClusterOffer>): ClusterOffer => ({
    vips: [vip],
    services: [{ port: 80 }],
    forwarding: undefined,
    ...more,
  });

  test.each<[string, ClusterOffer, object, unknown]>([
    ["none where nobody has said so", offer(tun), {}, undefined],
    ["none by direct routing", offer({ tunnel: gue }), {}, undefined],
    ["the Cluster's", offer({ ...tun, tunnel: gue }), {}, [gue]],
    ["the Cluster's, for a method of its own", offer({ tunnel: gue }), tun, [gue]],
    ["its own", offer({ ...tun, tunnel: gue }), { tunnel: gre }, [gre]],
    [
      "one of each service",
      offer({
        ...tun,
        tunnel: gue,
        services: [
          { port: 80 },
          { port: 81, tunnel: gre },
          { port: 82, tunnel: { ...gue, port: 6080 } },
          { port: 83, forwarding: "dr" },
        ],
      }),
      {},
      [{ ...gue, port: 6080 }, gre],
    ],
    [
      "the default one beside another one",
      offer({ ...tun, services: [{ port: 80 }, { port: 81, tunnel: gre }] }),
      {},
      [{ type: "ipip" }, gre],
    ],
  ])("of a Cluster's real server: %s", (_, given, own, expected) => {
    expect(tunnelsOfRealServer(given, own)).toEqual(expected);
  });

  test("of a Cluster's services, which its directors get", () => {
    const tunnelsOf = (given: ClusterOffer, ...servers: object[]) =>
      servicesOfDirectors(
        given,
        servers.map((each) => ({ address: "198.18.0.21", ...each })),
      ).map(({ tunnel }) => tunnel);
    expect(tunnelsOf(offer({ ...tun, tunnel: gue }), {})).toEqual([gue]);
    expect(tunnelsOf(offer({ tunnel: gue }), {}, tun)).toEqual([gue]);
    const services = [{ port: 80, tunnel: gre }, { port: 81, forwarding: "dr" as const }, { port: 82 }];
    expect(tunnelsOf(offer({ ...tun, tunnel: gue, services }), {})).toEqual([gre, undefined, gue]);
  });
});

describe("a real server has the end of each tunnel", () => {
  const end = (given: Known<TunnelArgs>, ...ways: Way[]) =>
    forwardingRow("tun").realServer("eth0", ways, [completeTunnel(given)]).tunnels;
  const [four, six]: [Way, Way] = [
    { vip: "IPv4", by: "IPv4" },
    { vip: "IPv6", by: "IPv6" },
  ];
  const sixInFour: Way = { vip: "IPv6", by: "IPv4" };
  const fourInSix: Way = { vip: "IPv4", by: "IPv6" };

  test("GUE: that of IP in IP, and a UDP port", () => {
    const outside = (by: "IPv4" | "IPv6") => ({
      by,
      outer: "6080/udp",
      listener: { port: 6080, family: by },
    });
    const [tunl0, sit0, ip6tnl0] = [
      { modules: ["ipip", "fou"], device: "tunl0", carriesAll: false },
      { modules: ["sit", "fou"], device: "sit0", carriesAll: false },
      { modules: ["ip6_tunnel", "fou"], device: "ip6tnl0", carriesAll: true },
    ];
    expect(end(gue, four, sixInFour, six, fourInSix)).toEqual([
      { carries: "IPv4", ...tunl0, ...outside("IPv4") },
      { carries: "IPv6", ...sit0, ...outside("IPv4") },
      { carries: "IPv6", ...ip6tnl0, ...outside("IPv6") },
      { carries: "IPv4", ...ip6tnl0, ...outside("IPv6") },
    ]);
  });

  test("GRE: one device for each family outside", () => {
    const gre0 = { by: "IPv4", outer: "gre", modules: ["ip_gre"], device: "gre0", carriesAll: false };
    const ip6gre0 = { by: "IPv6", outer: "gre", modules: ["ip6_gre"], device: "ip6gre0", carriesAll: false };
    expect(end(gre, four, sixInFour, six, fourInSix)).toEqual([
      { carries: "IPv4", ...gre0 },
      { carries: "IPv6", ...gre0 },
      { carries: "IPv6", ...ip6gre0 },
      { carries: "IPv4", ...ip6gre0 },
    ]);
  });

  test("IP in IP: the protocol of the packet inside", () => {
    const found = end({ type: "ipip" }, four, sixInFour, six, fourInSix);
    expect(found?.map(({ device, outer }) => `${device} ${outer}`)).toEqual([
      "tunl0 ipip",
      "sit0 ip6ip",
      "ip6tnl0 ip6ip",
      "ip6tnl0 ipip",
    ]);
  });

  test("and lets in what comes out of it", () => {
    const { sysctls } = forwardingRow("tun").realServer(
      "eth0",
      [four],
      [gre, { ...gue, port: 1, checksum: "csum" }],
    );
    expect(sysctls).toMatchObject({
      "net.ipv4.conf.gre0.rp_filter": "2",
      "net.ipv4.conf.tunl0.rp_filter": "2",
    });
  });
});
