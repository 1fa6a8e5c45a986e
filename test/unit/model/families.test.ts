// VIPs of both families: which arguments are refused, and how a Cluster uses its hosts' addresses.
import { describe, expect, test } from "vitest";
import { clusterArguments } from "../../../components/model/cluster";
import { returnRouteOfRealServer, servicesOfDirectors } from "../../../components/model/clusterServices";
import { directorArguments } from "../../../components/model/director";
import { completePair } from "../../../components/model/keepalived/pair/complete";
import { pairArguments } from "../../../components/model/keepalived/pair/shapes";
import { completePairService } from "../../../components/model/keepalived/service/complete";
import { tunnelsInWords, waysTo } from "../../../components/model/forwarding";
import { realServerArguments } from "../../../components/model/realServer";
import { completeService } from "../../../components/model/service";
import { later, type Shape } from "../../../components/model/shape";
import { ipInIp } from "../../../components/model/tunnel";
import { pairServiceArguments, virtualServiceArguments } from "../../../components/model/virtualService";
import { host, service } from "./samples";

const [four, six] = ["198.18.0.100", "fd18::100"];
const both = (last: number) => host(`198.18.0.${last}`, { address6: `fd18::${last}` });
const [d1, d2, r1] = [both(11), both(12), both(21)];
const [old1, old2, oldServer] = [host("198.18.0.11"), host("198.18.0.12"), host("198.18.0.21")];
const named = (name: string, address: string) => host(address, { name });

function told(shape: Shape, right: object, spoilt: object): string[] {
  return shape({ ...right, ...spoilt }, "").map(({ path, reason }) => `${path}: ${reason}`);
}

describe("Cluster", () => {
  const needs = (server: string, vip: string, family: string, method = "direct routing") =>
    `"${server}" is an ${family === "IPv6" ? "IPv4" : "IPv6"} address, and the VIP "${vip}" needs an ${family} address: ${method} cannot change the family; only forwarding "tun" can`;

  test.each<[string, object, string[]]>([
    ["hosts with addresses of both", {}, []],
    ["a VIP of IPv6 alone", { vips: [six] }, []],
    [
      "hosts of IPv6 alone",
      { vips: [six], directors: [named("d1", "fd18::11")], realServers: [named("r1", "fd18::21")] },
      [],
    ],
    [
      "a real server without an address of IPv6",
      { realServers: [r1, host("198.18.0.22")] },
      [`realServers[1].address6: missing: ${needs("198.18.0.22", six, "IPv6")}`],
    ],
    [
      "a real server without an address of IPv4",
      { realServers: [named("r1", "fd18::21")] },
      [`realServers[0].address: ${needs("fd18::21", four, "IPv4")}`],
    ],
    ["the same by tunnels", { realServers: [oldServer, named("r2", "fd18::22")], forwarding: "tun" }, []],
    [
      "the same, one of them by NAT",
      { realServers: [{ ...oldServer, forwarding: "nat" }], forwarding: "tun", returnRoutes: false },
      [`realServers[0].address6: missing: ${needs("198.18.0.21", six, "IPv6", "NAT")}`],
    ],
    ["an address of IPv6 not known yet", { realServers: [{ ...oldServer, address6: later }] }, []],
    ["a method not known yet", { realServers: [oldServer], forwarding: later }, []],
    [
      "the address of IPv6 in the place of the other one",
      { realServers: [host("198.18.0.21", { address6: "198.18.0.22" })] },
      ['realServers[0].address6: "198.18.0.22" is an IPv4 address: give it as address'],
    ],
    [
      "two addresses of IPv6",
      { vips: [six], realServers: [{ ...named("r1", "fd18::21"), address6: "fd18::22" }] },
      [
        'realServers[0].address6: goes only with an IPv4 address, and address is "fd18::21": leave it out, or give the host\'s IPv4 address as address',
      ],
    ],
    [
      "an address of IPv6 that two hosts have",
      { realServers: [r1, host("198.18.0.22", { address6: "fd18::21" })] },
      ['realServers[1].address6: "fd18::21" is already there, at realServers[0]'],
    ],
    [
      "a VIP that is a host's own address of IPv6",
      { vips: [four, "fd18::21"] },
      [expect.stringMatching(/^vips\[1\]: "fd18::21" is a host's own address/)],
    ],
    ["NAT, whose gateways are the director's addresses", { forwarding: "nat" }, []],
    [
      "NAT, and a director without an address of IPv6",
      { directors: [old1], forwarding: "nat" },
      [expect.stringMatching(/^gateway6: missing: with NAT the real servers reply to an IPv6 address/)],
    ],
    [
      "NAT, and a director that gets an address of IPv6",
      { directors: [old1], forwarding: "nat", gateway6: "fd18::10" },
      [],
    ],
    [
      "NAT and two directors",
      { directors: [d1, d2], forwarding: "nat", gateway: "198.18.0.10" },
      [expect.stringMatching(/^gateway6: missing: with NAT and more than one director/)],
    ],
    [
      "a gateway of IPv6 and no VIP",
      { vips: [four], forwarding: "nat", gateway6: "fd18::10" },
      ['gateway6: "fd18::10" is of no use: no service here with a VIP of IPv6 has forwarding "nat"'],
    ],
    [
      "gateways in each other's places",
      { forwarding: "nat", gateway: "fd18::10", gateway6: "198.18.0.10" },
      [
        'gateway: "fd18::10" is an IPv6 address: give it as gateway6',
        'gateway6: "198.18.0.10" is an IPv4 address: give it as gateway',
      ],
    ],
    [
      "a gateway that is a real server",
      { forwarding: "nat", gateway6: "fd18::21" },
      ['gateway6: "fd18::21" is a real server\'s own address'],
    ],
    [
      "clients in networks of both families",
      { services: [{ port: 80, persistence: { netmask: "255.255.255.0", prefixLength: 64 } }] },
      [],
    ],
    [
      "clients in networks of a family without VIPs",
      { vips: [six], services: [{ port: 80, persistence: { netmask: "255.255.255.0" } }] },
      [
        'services[0].persistence.netmask: "255.255.255.0" is for IPv4, and "fd18::100" is an IPv6 address: give prefixLength',
      ],
    ],
    ["two directors", { directors: [d1, d2] }, []],
    ["two directors without addresses of IPv6", { directors: [old1, old2] }, []],
    [
      "the same with VIPs of IPv6 alone",
      { vips: [six], directors: [old1, old2] },
      [0, 1].map(
        (index) =>
          `directors[${index}].address6: missing: the VIPs are of IPv6, and VRRP needs an address of the same family on each director`,
      ),
    ],
    [
      "two directors, and a sorry server for one family",
      { directors: [d1, d2], services: [{ port: 80, sorryServer: { address: "198.18.0.29" } }] },
      [`services[0].sorryServer.address: ${needs("198.18.0.29", six, "IPv6")}`],
    ],
    [
      "two directors, and a sorry server for both",
      {
        directors: [d1, d2],
        services: [{ port: 80, sorryServer: { address: "198.18.0.29", address6: "fd18::29" } }],
      },
      [],
    ],
    [
      "two directors with connection sync, and tunnels of another family",
      { directors: [d1, d2], realServers: [oldServer], forwarding: "tun" },
      [
        expect.stringMatching(
          /^keepalived\.connectionSync: missing: real server "198\.18\.0\.21" is of another family than VIP "fd18::100"/,
        ),
      ],
    ],
    [
      "the same without connection sync",
      {
        directors: [d1, d2],
        realServers: [oldServer],
        forwarding: "tun",
        keepalived: { connectionSync: { enabled: false } },
      },
      [],
    ],
  ])("%s", (_, spoilt, expected) => {
    const right = { vips: [four, six], directors: [d1], realServers: [r1], services: [{ port: 80 }] };
    expect(told(clusterArguments, right, spoilt)).toEqual(expected);
  });

  test("sends the connections of each VIP to addresses of its family, and by tunnels to what there is", () => {
    const offer = { vips: [four, six], services: [{ port: 80 }], forwarding: "tun" as const };
    const services = servicesOfDirectors(offer, [r1, named("r2", "fd18::22"), host("198.18.0.23")]);
    expect(
      services.map(({ vip, realServers }) => [vip, ...realServers.map(({ address }) => address)]),
    ).toEqual([
      [four, "198.18.0.21", "fd18::22", "198.18.0.23"],
      [six, "fd18::21", "fd18::22", "198.18.0.23"],
    ]);
    expect(JSON.stringify(services)).not.toContain("address6");
  });

  test("gives a real server the way back of the families that its VIPs have", () => {
    const gateways = { gateway: "198.18.0.10", gateway6: "fd18::10" };
    const way = (vips: string[]) =>
      returnRouteOfRealServer({ vips, services: [{ port: 80 }], forwarding: "nat" }, undefined, gateways);
    expect(way([four, six])).toMatchObject(gateways);
    expect(way([four])).not.toHaveProperty("gateway6");
    expect(way([six])).not.toHaveProperty("gateway");
    expect(
      returnRouteOfRealServer({ vips: [six], services: [{ port: 80 }], forwarding: "nat" }, undefined, {
        gateway: "198.18.0.10",
      }),
    ).toBeUndefined();
  });
});

describe("RealServer", () => {
  const route = (more: object) => ({ forwarding: ["nat"], returnRoute: { tcpPorts: [80], ...more } });
  test.each<[string, object, string[]]>([
    ["VIPs of both families", { vips: [four, six] }, []],
    ["a way back for both", route({ gateway: "198.18.0.11", gateway6: "fd18::11" }), []],
    ["a way back for IPv6", route({ gateway6: "fd18::11" }), []],
    [
      "the same without an address of IPv6",
      { host: oldServer, ...route({ gateway6: "fd18::11" }) },
      ["host.address6: missing: replies to gateway6 come from an IPv6 address of the host"],
    ],
    [
      "a way back for IPv4 without an address of IPv4",
      { host: named("r1", "fd18::21"), ...route({ gateway: "198.18.0.11" }) },
      [
        "returnRoute.gateway: goes only with an IPv4 address of the host: give it as address, and the other one as address6",
      ],
    ],
    [
      "an address not known yet",
      { host: { ...oldServer, address6: later }, ...route({ gateway6: "fd18::11" }) },
      [],
    ],
  ])("%s", (_, spoilt, expected) => {
    expect(told(realServerArguments, { host: r1, vips: [six] }, spoilt)).toEqual(expected);
  });
});

describe("Director and VirtualService", () => {
  const mine = service({ vip: six, realServers: [{ address: "fd18::21" }] });
  const own = service({ vip: six, realServers: [{ address: "fd18::11" }] });

  test("have services of both families, and none of their own addresses behind them", () => {
    expect(told(directorArguments, { host: d1, services: [mine, service()] }, {})).toEqual([]);
    expect(told(directorArguments, { host: d1, services: [own] }, {})).toEqual([
      expect.stringMatching(/^services\[0\]\.realServers\[0\]\.address: "fd18::11" is the director itself/),
    ]);
    expect(told(virtualServiceArguments, { directors: [d1], ...mine }, {})).toEqual([]);
    expect(told(virtualServiceArguments, { directors: [d1], ...own }, {})).toHaveLength(1);
  });

  test("name a service of IPv6 in brackets", () => {
    expect(told(directorArguments, { host: d1, services: [mine, mine] }, {})).toEqual([
      "services[1]: tcp [fd18::100]:80 is already there, at services[0]",
    ]);
  });

  test("on a pair, on VIPs of both families: its real servers are of one", () => {
    const place = ({ name, address, address6 }: typeof d1) => ({ name, address, address6 });
    const pair = { vips: [four, six], directors: [place(d1), place(d2)] };
    const connection = d1.connection;
    const right = { pair, connection, port: 80, realServers: [{ address: "198.18.0.21" }] };
    expect(told(pairServiceArguments, right, { vip: four })).toEqual([]);
    expect(told(pairServiceArguments, right, {})).toEqual([
      expect.stringMatching(
        /^realServers\[0\]\.address: "198\.18\.0\.21" is an IPv4 address, and the VIP "fd18::100"/,
      ),
    ]);
    const looping = { vip: six, realServers: [{ address: "fd18::12" }] };
    expect(told(pairServiceArguments, right, looping)).toEqual([
      expect.stringMatching(/"fd18::12" is a director of this pair/),
    ]);
  });
});

describe("KeepalivedPair", () => {
  const right = { directors: [d1, d2], vips: [four, six] };

  test.each<[string, object, string[]]>([
    ["VIPs of both families", {}, []],
    ["directors of IPv6 alone", { directors: [named("d1", "fd18::11"), named("d2", "fd18::12")] }, []],
    [
      "directors of IPv6 alone, and no VIP of it",
      { vips: [four], directors: [named("d1", "fd18::11"), named("d2", "fd18::12")] },
      [0, 1].map(
        (index) =>
          `directors[${index}].address: "fd18::1${index + 1}" is an IPv6 address, and the directors talk by IPv4: give its IPv4 address, and this one as address6`,
      ),
    ],
    ["VRRP 2 with VIPs of both", { vrrpVersion: 2 }, []],
    [
      "VRRP 2 with VIPs of IPv6 alone",
      { vrrpVersion: 2, vips: [six] },
      ["vrrpVersion: 2 is for IPv4 (RFC 3768), and the directors talk by IPv6: give 3"],
    ],
    [
      "an instance with VIPs of IPv6 alone, and a director without an address of it",
      {
        directors: [d1, old2],
        vips: undefined,
        instances: [
          { name: "VI_4", vips: [four] },
          { name: "VI_6", vips: ["fd18::101"] },
        ],
      },
      [
        'directors[1].address6: missing: the VIPs of instance "VI_6" are of IPv6, and VRRP needs an address of the same family on each director',
      ],
    ],
    [
      "a gateway that is a director's own address of IPv6",
      { gateway6: "fd18::12" },
      [expect.stringMatching(/^gateway6: "fd18::12" is a director's own address/)],
    ],
    ["a group of IPv6", { connectionSync: { group: "ff02::81" } }, []],
    [
      "a group of IPv6 in another form",
      { connectionSync: { group: "FF02::81" } },
      [expect.stringMatching(/^connectionSync\.group: "FF02::81" is not a multicast group/)],
    ],
  ])("%s", (_, spoilt, expected) => {
    expect(told(pairArguments, right, spoilt)).toEqual(expected);
  });

  const instance = (vips: string[], directors = [d1, d2]) => completePair({ directors, vips }).instances[0]!;

  test.each<[string[], string, number]>([
    [[four, six], "IPv4", 100],
    [[six, four], "IPv4", 255],
    [["fd18::1:2a"], "IPv6", 42],
    [["fd18::100"], "IPv6", 255],
  ])("VIPs %j: VRRP by %s, with router id %i", (vips, family, id) => {
    expect(instance(vips)).toMatchObject({ family, virtualRouterId: id });
  });
});

test("what VIPs stand on by tunnels, in words", () => {
  const words = (where: typeof r1, ...vips: string[]) =>
    tunnelsInWords(["dr", "nat", "tun"], waysTo(where, vips), [ipInIp]);
  expect(words(r1, four, six)).toEqual(["by tun"]);
  expect(words(oldServer, four, six)).toEqual(["by tun", "by tun, IPv6 in IPv4"]);
  expect(words(named("r1", "fd18::21"), four)).toEqual(["by tun", "by tun, IPv4 in IPv6"]);
  expect(tunnelsInWords(["dr"], waysTo(oldServer, [six]), [ipInIp])).toEqual([]);
  expect(
    tunnelsInWords(["tun"], waysTo(oldServer, [four, six]), [
      { type: "gue", port: 6080, checksum: "csum" },
      { type: "gre" },
    ]),
  ).toEqual([
    "by tun, gue 6080",
    "by tun, gue 6080, IPv6 in IPv4",
    "by tun, gre",
    "by tun, gre, IPv6 in IPv4",
  ]);
});

test("a service's persistence and sorry server, by the family of its VIP", () => {
  const persistence = { netmask: "255.255.255.0", prefixLength: 64 };
  expect(completeService(service({ persistence })).persistence?.netmask).toBe("255.255.255.0");
  expect(completeService(service({ vip: six, persistence })).persistence?.netmask).toBe("64");
  expect(completeService(service({ vip: six, persistence: {} })).persistence?.netmask).toBe("128");
  const sorryServer = { address: "198.18.0.29", address6: "fd18::29" };
  const sorry = (vip: string) => completePairService({ ...service(), vip, sorryServer }).sorryServer?.address;
  expect([sorry(four), sorry(six)]).toEqual(["198.18.0.29", "fd18::29"]);
});
