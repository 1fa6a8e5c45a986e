// A Cluster by each method of forwarding: the documents of its hosts, when a real server gives back what directors need, and what is
// refused.
import { describe, expect, test } from "vitest";
import {
  Cluster,
  type ClusterArgs,
  Director,
  RealServer,
  type RealServerArgs,
  VirtualService,
} from "../../index";
import { program, type Registered } from "./program";
import { d1, d2, r1, r2, service, vip } from "./samples";

const args: ClusterArgs = {
  vips: [vip],
  directors: [d1],
  realServers: [r1, r2],
  services: [{ port: 80 }, { port: 53, protocol: "udp", forwarding: "dr" }],
};
const declare = (more: Partial<ClusterArgs>) => program(() => void new Cluster("web", { ...args, ...more }));

/** The document that the Command of a host sends, by section. */
function sections(command: Registered | undefined): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  let lines: string[] = [];
  for (const line of String(command?.inputs["stdin"]).split("\n")) {
    const [, name] = /^\[(\w+)\]$/.exec(line) ?? [];
    if (name !== undefined) lines = found[name] = [];
    else if (!/^#|^$/.test(line)) lines.push(line);
  }
  return found;
}

const silent = ["all", "eth0"].flatMap((each) => [
  `net.ipv4.conf.${each}.arp_announce = 2`,
  `net.ipv4.conf.${each}.arp_ignore = 1`,
]);
const forwards = (device: string) => [
  `net.ipv4.conf.${device}.forwarding = 1`,
  `net.ipv4.conf.${device}.send_redirects = 0`,
];
const reuse = "net.ipv4.vs.conn_reuse_mode = 2";

describe("a Cluster by NAT", () => {
  test("has the director forward on one interface, and its real servers reply to it by a table of their own", async () => {
    const { commands, error } = await declare({
      forwarding: "nat",
      services: [{ port: 80, realServerPort: 8080 }],
    });
    expect(error).toBeUndefined();
    const director = sections(commands.get("web-d1"));
    expect(director["ipvs"]).toEqual([
      "-A -t 198.18.0.100:80 -s wrr",
      "-a -t 198.18.0.100:80 -r 198.18.0.21:8080 -m -w 1",
      "-a -t 198.18.0.100:80 -r 198.18.0.22:8080 -m -w 1",
    ]);
    expect(director["sysctl"]).toEqual(
      [...forwards("@198.18.0.11"), "net.ipv4.conf.all.send_redirects = 0", reuse].sort(),
    );
    expect(director["addresses"]).toEqual(["198.18.0.100/32 dev eth0"]);
    expect(sections(commands.get("web-r1"))).toEqual({
      settings: ["addresses-leave = last", "role = real-server", "parents = lvs:index:Cluster"],
      routes: ["default via 198.18.0.11 dev @to:198.18.0.11 table 3323068427"],
      policies: [
        "7113: from 198.18.0.21 ipproto tcp sport 8080 lookup main suppress_prefixlength 0",
        "7114: from 198.18.0.21 ipproto tcp sport 8080 lookup 3323068427",
      ],
      openings: ["accept 8080/tcp to 198.18.0.21 dev eth0"],
    });
  });

  test("with two directors has a gateway that moves with the VIPs", async () => {
    const { commands, error } = await declare({
      forwarding: "nat",
      directors: [d1, d2],
      gateway: "10.0.0.1",
    });
    expect(error).toBeUndefined();
    const director = sections(commands.get("web-d2"));
    expect(director["sysctl"]).toEqual(expect.arrayContaining(forwards("@to:10.0.0.1")));
    expect(director["addresses"]).toEqual(["10.0.0.1/32 dev @to:10.0.0.1", "198.18.0.100/32 dev eth0"]);
    expect(sections(commands.get("web-r1"))["routes"]).toEqual([
      "default via 10.0.0.1 dev @to:10.0.0.1 table 167772161",
    ]);
  });

  test("has the gateway once where it is the VIP", async () => {
    for (const directors of [[d1], [d1, d2]]) {
      const { commands, error } = await declare({ forwarding: "nat", directors, gateway: vip });
      expect(error).toBeUndefined();
      const { addresses } = sections(commands.get("web-d1"));
      expect(addresses?.filter((line) => line.includes("@to:"))).toEqual([]);
    }
  });

  test("where clients are neighbours of the real servers sends replies to neighbours to the director as well", async () => {
    const { commands } = await declare({ forwarding: "nat", localClients: true });
    expect(sections(commands.get("web-r2"))["policies"]).toEqual([
      "7114: from 198.18.0.22 ipproto tcp sport 80 lookup 3323068427",
    ]);
  });

  test("without return routes leaves the ways of its real servers alone", async () => {
    const { commands } = await declare({ forwarding: "nat", returnRoutes: false, services: [{ port: 80 }] });
    expect(Object.keys(sections(commands.get("web-r1")))).toEqual(["settings", "openings"]);
  });
});

describe("a Cluster by tunnels", () => {
  test("has the VIP on the device of the tunnel, and lets in what comes out of it", async () => {
    const { commands, error } = await declare({ forwarding: "tun", services: [{ port: 80 }] });
    expect(error).toBeUndefined();
    const director = sections(commands.get("web-d1"));
    expect(director["ipvs"]?.slice(1)).toEqual([
      "-a -t 198.18.0.100:80 -r 198.18.0.21:80 -i -w 1",
      "-a -t 198.18.0.100:80 -r 198.18.0.22:80 -i -w 1",
    ]);
    expect(director["sysctl"]).toEqual([reuse]);
    expect(sections(commands.get("web-r1"))).toEqual({
      settings: ["addresses-leave = last", "role = real-server", "parents = lvs:index:Cluster"],
      packages: ["nftables"],
      modules: ["ipip", "nf_tables"],
      sysctl: [...silent, "net.ipv4.conf.tunl0.rp_filter = 2"].sort(),
      addresses: ["198.18.0.100/32 dev tunl0"],
      links: ["tunl0 up"],
      // (With the tunnel's header, a segment of 1460 bytes would not fit.)
      firewall: ["clamp 1440 from 198.18.0.100"],
      openings: ["accept 80/tcp to 198.18.0.100 dev tunl0", "accept ipip from 198.18.0.11 dev eth0"],
    });
  });
});

describe("a Cluster by tunnels of other types", () => {
  const tun: Partial<ClusterArgs> = { forwarding: "tun", services: [{ port: 80 }] };

  test("GUE: the UDP port on real servers, and smaller segments", async () => {
    const { commands, error } = await declare({
      ...tun,
      tunnel: { type: "gue", port: 7000, checksum: "csum" },
    });
    expect(error).toBeUndefined();
    expect(sections(commands.get("web-d1"))["ipvs"]?.slice(1)).toEqual([
      "-a -t 198.18.0.100:80 -r 198.18.0.21:80 -i -w 1 --tun-type gue --tun-port 7000 --tun-csum",
      "-a -t 198.18.0.100:80 -r 198.18.0.22:80 -i -w 1 --tun-type gue --tun-port 7000 --tun-csum",
    ]);
    expect(sections(commands.get("web-r1"))).toEqual({
      settings: ["addresses-leave = last", "role = real-server", "parents = lvs:index:Cluster"],
      packages: ["nftables"],
      modules: ["fou", "ipip", "nf_tables"],
      sysctl: [...silent, "net.ipv4.conf.tunl0.rp_filter = 2"].sort(),
      addresses: ["198.18.0.100/32 dev tunl0"],
      links: ["tunl0 up"],
      fou: ["port 7000 gue"],
      firewall: ["clamp 1428 from 198.18.0.100"],
      openings: ["accept 7000/udp from 198.18.0.11 dev eth0", "accept 80/tcp to 198.18.0.100 dev tunl0"],
    });
    expect(commands.get("web-r1-release")?.inputs["triggers"]).toEqual([
      vip,
      "by tun, gue 7000",
      "open for tunnels from 198.18.0.11",
    ]);
  });

  test("GRE of one real server: its own device has the VIP", async () => {
    const realServers = [{ ...r1, tunnel: { type: "gre" as const } }, r2];
    const { commands, error } = await declare({ ...tun, directors: [d1, d2], realServers });
    expect(error).toBeUndefined();
    expect(sections(commands.get("web-d2"))["ipvs"]?.slice(1)).toEqual([
      "-a -t 198.18.0.100:80 -r 198.18.0.21:80 -i -w 1 --tun-type gre --tun-nocsum",
      "-a -t 198.18.0.100:80 -r 198.18.0.22:80 -i -w 1",
    ]);
    expect(sections(commands.get("web-r1"))).toMatchObject({
      modules: ["ip_gre", "nf_tables"],
      sysctl: [...silent, "net.ipv4.conf.gre0.rp_filter = 2"].sort(),
      addresses: ["198.18.0.100/32 dev gre0"],
      links: ["gre0 up"],
      firewall: ["clamp 1436 from 198.18.0.100"],
    });
    expect(sections(commands.get("web-r2"))["addresses"]).toEqual(["198.18.0.100/32 dev tunl0"]);
  });

  test("two of them to one real server: the VIP on each device, and the smallest segments", async () => {
    const services = [{ port: 80 }, { port: 81, tunnel: { type: "gre" as const } }];
    const { commands, error } = await declare({ ...tun, services, tunnel: { type: "gue" } });
    expect(error).toBeUndefined();
    expect(sections(commands.get("web-r1"))).toMatchObject({
      modules: ["fou", "ip_gre", "ipip", "nf_tables"],
      addresses: ["198.18.0.100/32 dev gre0", "198.18.0.100/32 dev tunl0"],
      links: ["gre0 up", "tunl0 up"],
      fou: ["port 6080 gue"],
      firewall: ["clamp 1428 from 198.18.0.100"],
    });
  });

  test("is refused where no real server is reached by one", async () => {
    const { error } = await declare({ tunnel: { type: "gue" } });
    expect(String(error)).toContain(
      'tunnel: {"type":"gue"} is for forwarding "tun", and the forwarding here is "dr": leave it out, or give forwarding "tun"',
    );
  });
});

test("a Cluster of real servers with different methods gives each of them its own", async () => {
  const realServers = [{ ...r1, forwarding: "nat" as const }, r2];
  const { commands } = await declare({ realServers, services: [{ port: 80 }] });
  expect(sections(commands.get("web-d1"))["ipvs"]?.slice(1)).toEqual([
    "-a -t 198.18.0.100:80 -r 198.18.0.21:80 -m -w 1",
    "-a -t 198.18.0.100:80 -r 198.18.0.22:80 -g -w 1",
  ]);
  expect(Object.keys(sections(commands.get("web-r1")))).toEqual([
    "settings",
    "openings",
    "routes",
    "policies",
  ]);
  expect(Object.keys(sections(commands.get("web-r2")))).toEqual([
    "settings",
    "sysctl",
    "openings",
    "addresses",
  ]);
});

describe("what a real server keeps until its directors have been changed", () => {
  const triggers = async (more: Partial<RealServerArgs>) => {
    const { commands, error } = await program(
      () => void new RealServer("r1", { host: r1, vips: [vip], ...more }),
    );
    expect(error).toBeUndefined();
    return commands.get("r1-release")?.inputs["triggers"] as unknown;
  };
  const returnRoute = { gateway: "198.18.0.11", tcpPorts: [80] };

  test.each<[string, Partial<RealServerArgs>, string[]]>([
    ["direct routing", {}, [vip]],
    // (It is on another device than with direct routing: a change between the two must release the former one.)
    ["a tunnel", { forwarding: ["tun"] }, [vip, "by tun"]],
    [
      "tunnels of two types",
      { forwarding: ["tun"], tunnels: [{ type: "gue" }, { type: "gre" }] },
      [vip, "by tun, gre", "by tun, gue 6080"],
    ],
    ["both", { forwarding: ["dr", "tun"] }, [vip, "by tun"]],
    ["direct routing, with ports of services", { openPorts: { tcpPorts: [80] } }, [vip]],
    [
      "direct routing, with ports of services that are checked",
      { openPorts: { tcpPorts: [80], checkPorts: [80], directors: ["198.18.0.11"] } },
      [vip, "open for checks from 198.18.0.11"],
    ],
    [
      "direct routing, with other ports for checks",
      { openPorts: { tcpPorts: [80], udpPorts: [53], checkPorts: [81], directors: ["198.18.0.11"] } },
      [vip, "not open for checks of tcp 80", "open for checks from 198.18.0.11", "open for checks of tcp 81"],
    ],
    [
      "NAT, with ports of services",
      { forwarding: ["nat"], returnRoute, openPorts: { tcpPorts: [80] } },
      ["open for tcp 80", "replies of tcp 80 to 198.18.0.11"],
    ],
    [
      "the same, with firewalld left alone",
      { forwarding: ["nat"], returnRoute, openPorts: { tcpPorts: [80] }, firewall: "check" },
      ["replies of tcp 80 to 198.18.0.11"],
    ],
    ["NAT", { forwarding: ["nat"], returnRoute }, ["replies of tcp 80 to 198.18.0.11"]],
    ["NAT that needs nothing there", { forwarding: ["nat"], vips: undefined }, []],
    [
      "NAT and direct routing",
      { forwarding: ["nat", "dr"], returnRoute },
      [vip, "replies of tcp 80 to 198.18.0.11"],
    ],
  ])("by %s", async (_, more, expected) => {
    expect(await triggers(more)).toEqual(expected);
  });
});

test("a VirtualService by NAT brings what NAT needs to a Director that has nothing of it", async () => {
  const { commands } = await program(() => {
    new Director("first", { host: d1 });
    new VirtualService("http", { ...service, directors: [d1], forwarding: "nat", gateway: "10.0.0.1" });
  });
  expect(sections(commands.get("first-d1"))["sysctl"]).toEqual([reuse]);
  const { sysctl, addresses } = sections(commands.get("http-d1"));
  expect(sysctl).toEqual(expect.arrayContaining(forwards("@to:10.0.0.1")));
  expect(addresses).toEqual(["10.0.0.1/32 dev @to:10.0.0.1", "198.18.0.100/32 dev eth0"]);
});

describe("a Cluster refuses", () => {
  test.each<[string, Partial<ClusterArgs>, string]>([
    [
      "a method that there is not",
      { forwarding: "masq" as "nat" },
      'forwarding: "masq" is not a method of forwarding: give one of dr, nat, tun',
    ],
    [
      "NAT of a pair without a gateway",
      { forwarding: "nat", directors: [d1, d2] },
      "gateway: missing: with NAT and more than one director, ",
    ],
    [
      "a gateway without NAT",
      { gateway: "10.0.0.1" },
      'gateway: "10.0.0.1" is of no use: no service here has forwarding "nat"',
    ],
    [
      "a gateway that is a real server",
      { forwarding: "nat", gateway: "198.18.0.22" },
      'gateway: "198.18.0.22" is a real server\'s own address',
    ],
    [
      "a gateway that cannot move",
      { forwarding: "nat", gateway: "198.18.0.12", directors: [d1, d2] },
      'gateway: "198.18.0.12" is a director\'s own address, so it could not move with the VIPs',
    ],
    [
      "another port of real servers that NAT does not reach",
      { services: [{ port: 80, realServerPort: 8080 }] },
      "services[0].realServerPort: 8080 differs from the service's port 80: direct routing cannot change the port",
    ],
    [
      "replies of every port",
      { services: [{ port: 0, persistence: {}, forwarding: "nat" }] },
      "services[0].port: ",
    ],
  ])("%s", async (_, more, sentence) => {
    const { error, resources } = await declare(more);
    expect(error?.message).toMatch(/^an argument cannot be used:\n/);
    expect(error?.message).toContain(`  ${sentence}`);
    expect(resources.map(({ type }) => type)).toEqual(["lvs:index:Cluster"]);
  });
});
