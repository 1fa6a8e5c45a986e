// Documents for NAT and for tunnels: what a preview shows of each method.
import { describe, expect, test } from "vitest";
import type { ForwardingMethod } from "../../../components/args/enums";
import { completePair } from "../../../components/model/keepalived/pair/complete";
import { completeReturnRoute } from "../../../components/model/nat";
import { completeService } from "../../../components/model/service";
import { directorDocument, directorSysctls } from "../../../components/render/director";
import { renderDocument } from "../../../components/render/document";
import { pairDocument } from "../../../components/render/keepalived/pair";
import { realServerDocument } from "../../../components/render/realServer";
import { ruleLines } from "../../../components/render/returnRoute";
import { service } from "../model/samples";

const d1 = { name: "d1", address: "198.18.0.11", interface: undefined };
const r1 = { name: "r1", address: "198.18.0.21", interface: undefined };
const run = { sysctls: {}, drain: 30, removePackages: false };

/** The sections of a text, except those that every director has, without its title and its end. */
const body = (text: string) =>
  text
    .split("\n")
    .slice(1, -2)
    .join("\n")
    .replace(/^\[settings\]\ndrain = 30\n(?:table = keepalived\n)?/, "");

describe("a director's document", () => {
  const of = (gateway?: string, ...services: Parameters<typeof service>[0][]) =>
    body(
      renderDocument(
        "o",
        directorDocument(d1, {
          ...run,
          gateway,
          services: services.map((each) => completeService(service(each))),
        }),
      ),
    );

  test("for NAT, by the interface that has its own address", () => {
    expect(of(undefined, { forwarding: "nat", realServers: [{ address: "198.18.0.21", port: 8080 }] }))
      .toMatchInlineSnapshot(`
        "[packages]
        ipvsadm
        [modules]
        ip_vs
        ip_vs_wrr
        [sysctl]
        net.ipv4.conf.@198.18.0.11.forwarding = 1
        net.ipv4.conf.@198.18.0.11.send_redirects = 0
        net.ipv4.conf.all.send_redirects = 0
        net.ipv4.vs.conn_reuse_mode = 2
        [ipvs]
        -A -t 198.18.0.100:80 -s wrr
        -a -t 198.18.0.100:80 -r 198.18.0.21:8080 -m -w 1
        [openings]
        accept 80/tcp to 198.18.0.100 dev @198.18.0.11
        [addresses]
        198.18.0.100/32 dev @198.18.0.11"
      `);
  });

  test("for NAT, by the interface to another gateway, which it gets", () => {
    expect(of("10.0.0.1", { forwarding: "nat" })).toMatchInlineSnapshot(`
      "[packages]
      ipvsadm
      [modules]
      ip_vs
      ip_vs_wrr
      [sysctl]
      net.ipv4.conf.@to:10.0.0.1.forwarding = 1
      net.ipv4.conf.@to:10.0.0.1.send_redirects = 0
      net.ipv4.conf.all.send_redirects = 0
      net.ipv4.vs.conn_reuse_mode = 2
      [ipvs]
      -A -t 198.18.0.100:80 -s wrr
      -a -t 198.18.0.100:80 -r 198.18.0.21:80 -m -w 1
      [openings]
      accept 80/tcp to 198.18.0.100 dev @198.18.0.11
      [addresses]
      10.0.0.1/32 dev @to:10.0.0.1
      198.18.0.100/32 dev @198.18.0.11"
    `);
  });

  test("for NAT, with its own address as the gateway, which is not its to get", () => {
    expect(of("198.18.0.11", { forwarding: "nat" }).split("[addresses]\n")[1]).toBe(
      "198.18.0.100/32 dev @198.18.0.11",
    );
  });

  test("for tunnels", () => {
    expect(of(undefined, { forwarding: "tun" })).toMatchInlineSnapshot(`
      "[packages]
      ipvsadm
      [modules]
      ip_vs
      ip_vs_wrr
      [sysctl]
      net.ipv4.vs.conn_reuse_mode = 2
      [ipvs]
      -A -t 198.18.0.100:80 -s wrr
      -a -t 198.18.0.100:80 -r 198.18.0.21:80 -i -w 1
      [firewall]
      notrack tcp 80 to 198.18.0.100
      [openings]
      accept 80/tcp to 198.18.0.100 dev @198.18.0.11
      [addresses]
      198.18.0.100/32 dev @198.18.0.11"
    `);
  });

  test("for real servers of each method in one service", () => {
    const realServers = (["dr", "nat", "tun"] as ForwardingMethod[]).map((forwarding, index) => ({
      address: `198.18.0.2${index}`,
      forwarding,
    }));
    expect(
      of(undefined, { realServers })
        .split("\n")
        .filter((line) => line.startsWith("-a")),
    ).toEqual([
      "-a -t 198.18.0.100:80 -r 198.18.0.20:80 -g -w 1",
      "-a -t 198.18.0.100:80 -r 198.18.0.21:80 -m -w 1",
      "-a -t 198.18.0.100:80 -r 198.18.0.22:80 -i -w 1",
    ]);
  });

  test("forwards on the interface that has its own address, whichever one its user names for the VIPs", () => {
    const services = [completeService(service({ forwarding: "nat" }))];
    expect(directorSysctls({ ...d1, interface: "bond0.7" }, { services })).toMatchObject({
      "net.ipv4.conf.@198.18.0.11.forwarding": "1",
    });
  });

  test("lets its user set otherwise", () => {
    const services = [completeService(service({ forwarding: "nat" }))];
    const sysctls = { "net.ipv4.conf.all.send_redirects": "1" };
    expect(directorDocument(d1, { ...run, services, sysctls }).sysctls).toMatchObject(sysctls);
  });
});

describe("a document of a pair's director", () => {
  const of = (gateway: string, vips = ["198.18.0.100"]) => {
    const directors = [d1, { name: "d2", address: "198.18.0.12" }] as never;
    const services = [service({ forwarding: "nat" })] as never;
    return renderDocument("o", pairDocument(d1, completePair({ directors, vips, services, gateway })));
  };

  test("has the gateway as a further address of the instance, whose interface it watches", () => {
    const text = of("10.0.0.1");
    expect(text).toContain(
      [
        "|     virtual_ipaddress {",
        "|         198.18.0.100/32",
        "|         10.0.0.1/32 dev @{interface:to:10.0.0.1}",
        "|     }",
        "|     track_interface {",
        "|         @{interface:to:10.0.0.1}",
        "|     }",
        "",
      ].join("\n"),
    );
    expect(text).toContain("\n[addresses]\n10.0.0.1/32 dev @to:10.0.0.1\n198.18.0.100/32 dev @198.18.0.11\n");
    expect(text).toContain("\nnet.ipv4.conf.@to:10.0.0.1.forwarding = 1\n");
    expect(text).toContain("\n|     lvs_method NAT\n");
  });

  test("has it once where it is a VIP", () => {
    const text = of("198.18.0.100");
    expect(text.match(/.*198\.18\.0\.100\/32.*/g)).toEqual([
      "198.18.0.100/32 dev @198.18.0.11",
      "|         198.18.0.100/32",
    ]);
    expect(text).not.toContain("track_interface");
    expect(text).toContain("\nnet.ipv4.conf.@to:198.18.0.100.forwarding = 1\n");
  });
});

describe("a real server's document", () => {
  const of = (
    methods: ForwardingMethod[],
    returnRoute?: Parameters<typeof completeReturnRoute>[0],
    place = r1,
  ) =>
    body(
      renderDocument(
        "o",
        realServerDocument(place, {
          vips: ["198.18.0.100"],
          methods,
          returnRoute: returnRoute && completeReturnRoute(returnRoute),
          sysctls: {},
          webServer: undefined,
          removePackages: false,
        }),
      ),
    );

  test("for NAT: no VIP, and a way back for the replies of each port", () => {
    expect(of(["nat"], { gateway: "198.18.0.11", tcpPorts: [80], udpPorts: [53] })).toMatchInlineSnapshot(`
      "[settings]
      role = real-server
      [routes]
      default via 198.18.0.11 dev @to:198.18.0.11 table 3323068427
      [policies]
      7113: from 198.18.0.21 ipproto tcp sport 80 lookup main suppress_prefixlength 0
      7113: from 198.18.0.21 ipproto udp sport 53 lookup main suppress_prefixlength 0
      7114: from 198.18.0.21 ipproto tcp sport 80 lookup 3323068427
      7114: from 198.18.0.21 ipproto udp sport 53 lookup 3323068427"
    `);
  });

  test("for NAT with clients in its own network", () => {
    expect(of(["nat"], { gateway: "198.18.0.11", tcpPorts: [80], localClients: true }))
      .toMatchInlineSnapshot(`
      "[settings]
      role = real-server
      [routes]
      default via 198.18.0.11 dev @to:198.18.0.11 table 3323068427
      [policies]
      7114: from 198.18.0.21 ipproto tcp sport 80 lookup 3323068427"
    `);
  });

  test("for NAT whose replies somebody else routes", () => {
    expect(of(["nat"])).toBe("[settings]\nrole = real-server");
  });

  test("for tunnels", () => {
    expect(of(["tun"])).toMatchInlineSnapshot(`
      "[settings]
      role = real-server
      [packages]
      nftables
      [modules]
      ipip
      nf_tables
      [sysctl]
      net.ipv4.conf.@198.18.0.21.arp_announce = 2
      net.ipv4.conf.@198.18.0.21.arp_ignore = 1
      net.ipv4.conf.all.arp_announce = 2
      net.ipv4.conf.all.arp_ignore = 1
      net.ipv4.conf.tunl0.rp_filter = 2
      [firewall]
      clamp 1440 from 198.18.0.100
      [addresses]
      198.18.0.100/32 dev tunl0
      [links]
      tunl0 up"
    `);
  });

  test("for direct routing and tunnels, by an interface with a dot", () => {
    expect(of(["dr", "tun"], undefined, { ...r1, interface: "bond0.7" } as never)).toMatchInlineSnapshot(`
      "[settings]
      role = real-server
      [packages]
      nftables
      [modules]
      ipip
      nf_tables
      [sysctl]
      net.ipv4.conf.all.arp_announce = 2
      net.ipv4.conf.all.arp_ignore = 1
      net.ipv4.conf.bond0/7.arp_announce = 2
      net.ipv4.conf.bond0/7.arp_ignore = 1
      net.ipv4.conf.tunl0.rp_filter = 2
      [firewall]
      clamp 1440 from 198.18.0.100
      [addresses]
      198.18.0.100/32 dev tunl0
      [links]
      tunl0 up"
    `);
  });

  test("for direct routing and NAT", () => {
    expect(of(["dr", "nat"], { gateway: "198.18.0.11", tcpPorts: [80] })).toMatchInlineSnapshot(`
      "[settings]
      role = real-server
      [sysctl]
      net.ipv4.conf.@198.18.0.21.arp_announce = 2
      net.ipv4.conf.@198.18.0.21.arp_ignore = 1
      net.ipv4.conf.all.arp_announce = 2
      net.ipv4.conf.all.arp_ignore = 1
      [addresses]
      198.18.0.100/32 dev lo
      [routes]
      default via 198.18.0.11 dev @to:198.18.0.11 table 3323068427
      [policies]
      7113: from 198.18.0.21 ipproto tcp sport 80 lookup main suppress_prefixlength 0
      7114: from 198.18.0.21 ipproto tcp sport 80 lookup 3323068427"
    `);
  });
});

test("a port that two services have gets its rules once", () => {
  const route = completeReturnRoute({ gateway: "10.0.0.1", tcpPorts: [80, 80, 443] });
  expect(ruleLines({ place: { name: "r1", address: "10.0.0.2", interface: "eth0" }, route })).toEqual([
    "7113: from 10.0.0.2 ipproto tcp sport 443 lookup main suppress_prefixlength 0",
    "7113: from 10.0.0.2 ipproto tcp sport 80 lookup main suppress_prefixlength 0",
    "7114: from 10.0.0.2 ipproto tcp sport 443 lookup 167772161",
    "7114: from 10.0.0.2 ipproto tcp sport 80 lookup 167772161",
  ]);
});
