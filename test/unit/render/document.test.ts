import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DocumentText, renderDocument } from "../../../components/render/document";
import { directorDocument } from "../../../components/render/director";
import { clampLines } from "../../../components/render/firewall";
import { ownerName } from "../../../components/render/owner";
import { realServerDocument } from "../../../components/render/realServer";
import { type ForwardingMethod, Protocol, type TunnelChecksum } from "../../../components/args/enums";
import type { Known } from "../../../components/args/known";
import type { ServiceArgs } from "../../../components/args/service";
import { completeReturnRoute } from "../../../components/model/nat";
import { completeService } from "../../../components/model/service";
import { ipInIp, type Tunnel } from "../../../components/model/tunnel";
import { webServer } from "../../../components/model/webServer";
import { service as given } from "../model/samples";
import { readBack } from "./readback";
import { nastyText, services } from "./wishes";

const d1 = { name: "d1", address: "198.18.0.11", interface: "eth0" };
const r1 = { name: "r1", address: "198.18.0.21", interface: undefined };

test("a director's document", () => {
  const wish = {
    services: [
      completeService(
        given({
          scheduler: "sh",
          schedulerFlags: ["sh-port"],
          persistence: { netmask: "255.255.255.0" },
          port: 443,
        }),
      ),
      completeService(
        given({
          realServers: [
            { address: "198.18.0.22", weight: 0, upperThreshold: 9, lowerThreshold: 3 },
            { address: "198.18.0.21" },
          ],
        }),
      ),
      completeService(given({ protocol: "udp", port: 53, onePacket: true, vip: "198.18.0.101" })),
      completeService(given({ protocol: "sctp", port: 9899 })),
    ],
    sysctls: { "net.ipv4.vs.expire_nodest_conn": "1" },
    drain: 5,
    removePackages: true,
  };
  expect(renderDocument("web/prod/Director/d1", directorDocument(d1, wish))).toMatchInlineSnapshot(`
    "# lvs host document 1, owner web/prod/Director/d1
    [settings]
    drain = 5
    [packages]
    ipvsadm remove-on-destroy
    [modules]
    ip_vs
    ip_vs_sh
    ip_vs_wrr
    [sysctl]
    net.ipv4.vs.conn_reuse_mode = 2
    net.ipv4.vs.expire_nodest_conn = 1
    net.ipv4.vs.expire_quiescent_template = 1
    [ipvs]
    -A --sctp-service 198.18.0.100:9899 -s wrr
    -a --sctp-service 198.18.0.100:9899 -r 198.18.0.21:9899 -g -w 1
    -A -t 198.18.0.100:443 -s sh -b sh-port -p 300 -M 255.255.255.0
    -a -t 198.18.0.100:443 -r 198.18.0.21:443 -g -w 1
    -A -t 198.18.0.100:80 -s wrr
    -a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 1
    -a -t 198.18.0.100:80 -r 198.18.0.22:80 -g -w 0 -x 9 -y 3
    -A -u 198.18.0.101:53 -s wrr -o
    -a -u 198.18.0.101:53 -r 198.18.0.21:53 -g -w 1
    [firewall]
    notrack sctp 9899 to 198.18.0.100
    notrack tcp 443 to 198.18.0.100
    notrack tcp 80 to 198.18.0.100
    notrack udp 53 to 198.18.0.101
    [openings]
    accept 443/tcp to 198.18.0.100 dev eth0
    accept 53/udp to 198.18.0.101 dev eth0
    accept 80/tcp to 198.18.0.100 dev eth0
    accept 9899/sctp to 198.18.0.100 dev eth0
    [addresses]
    198.18.0.100/32 dev eth0
    198.18.0.101/32 dev eth0
    # end
    "
  `);
});

test("a director of services of several ports", () => {
  const several = (more: object) => completeService(given({ port: undefined, ...more }));
  const wish = {
    services: [
      several({ ports: [443, 80], mark: 7, persistence: {} }),
      several({ portRange: { first: 8000, last: 8100 }, protocol: "udp", mark: 8, forwarding: "nat" }),
      several({ allPorts: true, protocol: "sctp" }),
    ],
    sysctls: {},
    drain: 5,
    removePackages: true,
  };
  expect(renderDocument("web/prod/Director/d1", directorDocument(d1, wish))).toMatchInlineSnapshot(`
    "# lvs host document 1, owner web/prod/Director/d1
    [settings]
    drain = 5
    [packages]
    ipvsadm remove-on-destroy
    nftables remove-on-destroy
    [modules]
    ip_vs
    ip_vs_wrr
    nf_tables
    [sysctl]
    net.ipv4.conf.@198.18.0.11.forwarding = 1
    net.ipv4.conf.@198.18.0.11.send_redirects = 0
    net.ipv4.conf.all.send_redirects = 0
    net.ipv4.vs.conn_reuse_mode = 2
    net.ipv4.vs.expire_quiescent_template = 1
    [ipvs]
    -A -f 1276957362 -s wrr
    -a -f 1276957362 -r 198.18.0.21:0 -g -w 1
    -A -f 7 -s wrr -p 300
    -a -f 7 -r 198.18.0.21:0 -g -w 1
    -A -f 8 -s wrr
    -a -f 8 -r 198.18.0.21:0 -m -w 1
    [firewall]
    mark 1276957362 sctp all to 198.18.0.100
    mark 7 tcp 80,443 to 198.18.0.100
    mark 8 udp 8000-8100 to 198.18.0.100
    notrack sctp all to 198.18.0.100
    notrack tcp 80,443 to 198.18.0.100
    [openings]
    accept 443/tcp to 198.18.0.100 dev eth0
    accept 80/tcp to 198.18.0.100 dev eth0
    accept 8000-8100/udp to 198.18.0.100 dev eth0
    accept sctp to 198.18.0.100 dev eth0
    [addresses]
    198.18.0.100/32 dev eth0
    # end
    "
  `);
});

test("a director without services", () => {
  const wish = { services: [], sysctls: {}, drain: 30, removePackages: false };
  expect(renderDocument("o", directorDocument(d1, wish))).toMatchInlineSnapshot(`
    "# lvs host document 1, owner o
    [settings]
    drain = 30
    [packages]
    ipvsadm
    [modules]
    ip_vs
    [sysctl]
    net.ipv4.vs.conn_reuse_mode = 2
    # end
    "
  `);
});

test("a real server's document", () => {
  const wish = {
    vips: ["198.18.0.101", "198.18.0.100"],
    methods: ["dr" as const],
    sysctls: {},
    webServer: { kind: "nginx" as const, content: "<h1>$(hostname)</h1>\n\n[units]\nlast line" },
    removePackages: false,
  };
  expect(renderDocument("web/prod/RealServer/r1", realServerDocument(r1, wish))).toMatchInlineSnapshot(`
    "# lvs host document 1, owner web/prod/RealServer/r1
    [settings]
    role = real-server
    [packages]
    nginx
    [sysctl]
    net.ipv4.conf.@198.18.0.21.arp_announce = 2
    net.ipv4.conf.@198.18.0.21.arp_ignore = 1
    net.ipv4.conf.all.arp_announce = 2
    net.ipv4.conf.all.arp_ignore = 1
    [addresses]
    198.18.0.100/32 dev lo
    198.18.0.101/32 dev lo
    [files]
    /usr/share/nginx/html/index.html mode=0644 owner=root group=root
    | <h1>$(hostname)</h1>
    | 
    | [units]
    | last line
    [units]
    nginx.service enabled active
    # end
    "
  `);
});

test("a real server of tunneling", () => {
  const wish = {
    vips: ["198.18.0.100"],
    methods: ["dr" as const, "tun" as const],
    sysctls: {},
    webServer: undefined,
    removePackages: true,
  };
  expect(renderDocument("web/prod/RealServer/r1", realServerDocument(r1, wish))).toMatchInlineSnapshot(`
    "# lvs host document 1, owner web/prod/RealServer/r1
    [settings]
    role = real-server
    [packages]
    nftables remove-on-destroy
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
    tunl0 up
    # end
    "
  `);
});

test.each([
  ["198.18.0.21", "198.18.0.100", 1440],
  ["198.18.0.21", "fd00::100", 1420],
  ["fd00::21", "fd00::100", 1400],
  ["fd00::21", "198.18.0.100", 1420],
])("segments to %s of %s are at most %i bytes long", (realServer, vip, size) => {
  const place = { ...r1, address: realServer };
  const gue = (checksum: TunnelChecksum) => ({ type: "gue", port: 6080, checksum }) as const;
  const of = (...tunnels: Tunnel[]) => clampLines(["tun"], tunnels, place, [vip]);
  expect(of(ipInIp)).toEqual([`clamp ${size} from ${vip}`]);
  expect(of({ type: "gre" })).toEqual([`clamp ${size - 4} from ${vip}`]);
  expect(of(gue("nocsum"))).toEqual([`clamp ${size - 12} from ${vip}`]);
  expect(of(gue("csum"))).toEqual([`clamp ${size - 12} from ${vip}`]);
  expect(of(gue("remcsum"))).toEqual([`clamp ${size - 20} from ${vip}`]);
  // The smallest one fits through each.
  expect(of({ type: "gre" }, gue("nocsum"), ipInIp)).toEqual([`clamp ${size - 12} from ${vip}`]);
  expect(clampLines(["dr", "nat"], [gue("nocsum")], place, [vip])).toEqual([]);
});

test.each([
  ["nginx", undefined, "/usr/share/nginx/html/index.html", "<h1>r1</h1>\n"],
  ["httpd", undefined, "/var/www/html/index.html", "<h1>r1</h1>\n"],
  ["httpd", "", "/var/www/html/index.html", ""],
  ["httpd", "no line feed", "/var/www/html/index.html", "no line feed\n"],
  ["httpd", "\n", "/var/www/html/index.html", "\n"],
] as const)("%s with page %j", (kind, content, path, page) => {
  const document = realServerDocument(r1, {
    vips: [],
    methods: ["dr"],
    sysctls: {},
    webServer: { kind, content },
    removePackages: false,
  });
  const read = readBack(renderDocument("o", document));
  expect(read.files).toEqual([{ path, content: page }]);
  expect([read.packages, read.units]).toEqual([
    [{ name: kind, removeOnDestroy: false }],
    [`${kind}.service`],
  ]);
});

test.each([
  [
    "nginx",
    "/etc/nginx/conf.d/pulumi-lvs.conf",
    "server {\n    listen       81;\n    listen       [::]:81;\n    server_name  _;\n    root         /usr/share/nginx/html;\n}\nserver {\n    listen       8080;\n    listen       [::]:8080;\n    server_name  _;\n    root         /usr/share/nginx/html;\n}\n",
  ],
  [
    "httpd",
    "/etc/httpd/conf.d/pulumi-lvs.conf",
    'Listen 81\n<VirtualHost *:81>\n    DocumentRoot "/var/www/html"\n</VirtualHost>\nListen 8080\n<VirtualHost *:8080>\n    DocumentRoot "/var/www/html"\n</VirtualHost>\n',
  ],
] as const)("%s at further ports", (kind, path, text) => {
  const filesWith = (ports: number[]) =>
    readBack(
      renderDocument(
        "o",
        realServerDocument(r1, {
          vips: [],
          methods: ["nat"],
          sysctls: {},
          webServer: { kind, ports },
          removePackages: false,
        }),
      ),
    ).files;
  expect(filesWith([8080, 80, 81])).toContainEqual({
    path,
    content: `# Written by @pulumi-lvs/lvs, and replaced by it.\n${text}`,
  });
  expect(filesWith([80])).toHaveLength(1);
  expect(filesWith([])).toHaveLength(1);
});

test("what a user sets beside what direct routing needs", () => {
  const document = realServerDocument(r1, {
    vips: ["198.18.0.100"],
    methods: ["dr"],
    sysctls: { "net.core.somaxconn": "1024" },
    webServer: undefined,
    removePackages: false,
  });
  expect(document.sysctls).toEqual({
    "net.core.somaxconn": "1024",
    "net.ipv4.conf.all.arp_announce": "2",
    "net.ipv4.conf.all.arp_ignore": "1",
    "net.ipv4.conf.@198.18.0.21.arp_announce": "2",
    "net.ipv4.conf.@198.18.0.21.arp_ignore": "1",
  });
});

describe("VIPs of IPv6", () => {
  const both = { name: "d1", address: "198.18.0.11", address6: "fd18::11", interface: undefined };
  const server = { name: "r1", address: "198.18.0.21", address6: "fd18::21", interface: undefined };
  const bodyOf = (text: string) => text.split("\n").slice(1, -2).join("\n");

  test("on a director, beside one of IPv4, by every method", () => {
    const six = (more: Partial<Known<ServiceArgs>>) =>
      completeService(given({ vip: "fd18::100", realServers: [{ address: "fd18::21" }], ...more }));
    const wish = {
      services: [
        six({ persistence: { prefixLength: 64 } }),
        six({ port: 443, forwarding: "nat", persistence: {} }),
        six({ port: 53, protocol: "udp", forwarding: "tun", realServers: [{ address: "198.18.0.21" }] }),
        completeService(given({ forwarding: "nat" })),
      ],
      gateway6: "fd18::1:1",
      sysctls: {},
      drain: 30,
      removePackages: false,
    };
    expect(bodyOf(renderDocument("o", directorDocument(both, wish)))).toMatchInlineSnapshot(`
      "[settings]
      drain = 30
      [packages]
      ipvsadm
      [modules]
      ip_vs
      ip_vs_wrr
      [sysctl]
      net.ipv4.conf.@198.18.0.11.forwarding = 1
      net.ipv4.conf.@198.18.0.11.send_redirects = 0
      net.ipv4.conf.all.send_redirects = 0
      net.ipv4.vs.conn_reuse_mode = 2
      net.ipv4.vs.expire_quiescent_template = 1
      net.ipv6.conf.all.forwarding = 1
      [ipvs]
      -A -t 198.18.0.100:80 -s wrr
      -a -t 198.18.0.100:80 -r 198.18.0.21:80 -m -w 1
      -A -t [fd18::100]:443 -s wrr -p 300
      -a -t [fd18::100]:443 -r [fd18::21]:443 -m -w 1
      -A -t [fd18::100]:80 -s wrr -p 300 -M 64
      -a -t [fd18::100]:80 -r [fd18::21]:80 -g -w 1
      -A -u [fd18::100]:53 -s wrr
      -a -u [fd18::100]:53 -r 198.18.0.21:53 -i -w 1
      [firewall]
      notrack tcp 80 to fd18::100
      notrack udp 53 to fd18::100
      [openings]
      accept 443/tcp to fd18::100 dev @fd18::11
      accept 53/udp to fd18::100 dev @fd18::11
      accept 80/tcp to 198.18.0.100 dev @198.18.0.11
      accept 80/tcp to fd18::100 dev @fd18::11
      [addresses]
      198.18.0.100/32 dev @198.18.0.11
      fd18::100/128 dev @fd18::11 nodad preferred_lft 0
      fd18::1:1/128 dev @to:fd18::1:1 nodad preferred_lft 0"
    `);
  });

  test("on a director without NAT for them: no interface is to forward", () => {
    const wish = {
      services: [
        completeService(given({ vip: "fd18::100", realServers: [{ address: "fd18::21" }] })),
        completeService(given({ forwarding: "nat" })),
      ],
      sysctls: {},
      drain: 30,
      removePackages: false,
    };
    expect(Object.keys(directorDocument(both, wish).sysctls ?? {})).not.toContain(
      "net.ipv6.conf.all.forwarding",
    );
  });

  const wished = (vips: string[], methods: ForwardingMethod[]) => ({
    vips,
    methods,
    sysctls: {},
    webServer: undefined,
    removePackages: false,
  });

  test.each<[string, string[], ForwardingMethod[], typeof r1 & { address6?: string }]>([
    ["direct routing", ["fd18::100"], ["dr"], server],
    ["direct routing, both families", ["198.18.0.100", "fd18::100"], ["dr"], server],
    ["tunnels, both families", ["198.18.0.100", "fd18::100"], ["tun"], server],
    ["tunnels of IPv4", ["198.18.0.100", "fd18::100"], ["tun"], r1],
    ["tunnels of IPv6", ["198.18.0.100", "fd18::100"], ["tun"], { ...r1, address: "fd18::21" }],
    ["a tunnel of IPv6", ["fd18::100"], ["tun"], { ...r1, address: "fd18::21" }],
    ["NAT", ["198.18.0.100", "fd18::100"], ["nat"], server],
  ])("on a real server with %s", (_, vips, methods, place) => {
    expect(bodyOf(renderDocument("o", realServerDocument(place, wished(vips, methods))))).toMatchSnapshot();
  });

  test("and the way back to their director", () => {
    const returnRoute = completeReturnRoute({ gateway: "198.18.0.11", gateway6: "fd18::11", tcpPorts: [80] });
    const wish = { ...wished([], ["nat"]), returnRoute };
    expect(bodyOf(renderDocument("o", realServerDocument(server, wish)))).toMatchInlineSnapshot(`
      "[settings]
      role = real-server
      [sysctl]
      net.ipv6.conf.@to:fd18::11.accept_redirects = 0
      [routes]
      default via 198.18.0.11 dev @to:198.18.0.11 table 3323068427
      default via fd18::11 dev @to:fd18::11 table 3521110446
      [policies]
      7113: from 198.18.0.21 ipproto tcp sport 80 lookup main suppress_prefixlength 0
      7113: from fd18::21 ipproto tcp sport 80 lookup main suppress_prefixlength 0
      7114: from 198.18.0.21 ipproto tcp sport 80 lookup 3323068427
      7114: from fd18::21 ipproto tcp sport 80 lookup 3521110446"
    `);
  });

  test("a routing table's number is none of the kernel's own, and always the same", () => {
    const address = fc
      .tuple(fc.integer({ min: 1, max: 0xffff }), fc.integer({ min: 1, max: 0xffff }))
      .map((groups) => `fd18::${groups.map((each) => each.toString(16)).join(":")}`);
    fc.assert(
      fc.property(address, (gateway6) => {
        const [once, again] = [0, 1].map(
          () => completeReturnRoute({ gateway6, tcpPorts: [80] }).gateways[0]!.table,
        );
        expect(once).toBe(again);
        expect(once).toBeGreaterThanOrEqual(256);
        expect(once).toBeLessThan(2 ** 32);
      }),
    );
  });
});

describe("whatever a user wants", () => {
  const director = services.map((wanted) =>
    directorDocument(d1, { services: wanted, sysctls: {}, drain: 30, removePackages: false }),
  );

  test("comes back as it went in", () => {
    fc.assert(
      fc.property(services, (wanted) => {
        const document = directorDocument(d1, {
          services: wanted,
          sysctls: {},
          drain: 30,
          removePackages: false,
        });
        const read = readBack(renderDocument("o", document));
        expect(new Set(read.services.map(comparable))).toEqual(new Set(wanted.map(comparable)));
        expect(new Set(read.addresses.map(({ address }) => address))).toEqual(
          new Set(wanted.map(({ vip }) => vip)),
        );
      }),
    );
  });

  test("comes back as it went in: the way back of a real server", () => {
    const server = { ...r1, address6: "fd18::21" };
    const ports = fc.integer({ min: 1, max: 65534 }).chain((first) =>
      fc.record({
        protocol: fc.constantFrom(...Object.values(Protocol)),
        first: fc.constant(first),
        last: fc.integer({ min: first, max: 65535 }),
      }),
    );
    const wanted = fc.record({
      gateways: fc.subarray([
        { address: "198.18.0.11", table: 7000 },
        { address: "fd18::11", table: 7001 },
      ]),
      ports: fc.uniqueArray(ports, { selector: (each) => JSON.stringify(each), maxLength: 5 }),
      localClients: fc.boolean(),
    });
    fc.assert(
      fc.property(wanted, (returnRoute) => {
        const document = realServerDocument(server, {
          vips: [],
          methods: ["nat"],
          returnRoute,
          sysctls: {},
          webServer: undefined,
          removePackages: false,
        });
        const { gateways, replies } = readBack(renderDocument("o", document));
        expect(gateways).toEqual(returnRoute.gateways);
        const by = (table: "main" | number, from: string) =>
          new Set(
            replies.flatMap(({ by, from: own, ...each }) =>
              by === table && own === from ? [JSON.stringify(each)] : [],
            ),
          );
        const all = new Set(returnRoute.ports.map((each) => JSON.stringify(each)));
        for (const { address, table } of gateways) {
          const from = address.includes(":") ? server.address6 : server.address;
          expect(by(table, from)).toEqual(all);
          expect(by("main", from)).toEqual(returnRoute.localClients ? new Set() : all);
        }
        expect(replies).toHaveLength(gateways.length * all.size * (returnRoute.localClients ? 1 : 2));
      }),
    );
  });

  test.each([
    ["198.18.0.21", ["198.18.0.100"], [{ device: "tunl0", carriesAll: false }]],
    ["198.18.0.21", ["fd18::100"], [{ device: "sit0", carriesAll: false }]],
    ["fd18::21", ["fd18::100"], [{ device: "ip6tnl0", carriesAll: true }]],
    ["fd18::21", ["fd18::100", "198.18.0.100"], [{ device: "ip6tnl0", carriesAll: true }]],
  ])("comes back as it went in: the tunnels to %s of %j", (address, vips, links) => {
    const document = realServerDocument(
      { ...r1, address },
      { vips, methods: ["tun"], sysctls: {}, webServer: undefined, removePackages: false },
    );
    expect(readBack(renderDocument("o", document)).links).toEqual(links);
  });

  test("makes the same document in whatever order it is given", () => {
    fc.assert(
      fc.property(services, fc.func(fc.nat()), (wanted, dice) => {
        const shuffled = shuffle(wanted, dice).map((each) => ({
          ...each,
          destinations: shuffle(each.destinations, dice),
        }));
        const text = (list: typeof wanted) =>
          renderDocument(
            "o",
            directorDocument(d1, { services: list, sysctls: {}, drain: 1, removePackages: true }),
          );
        expect(text(shuffled)).toBe(text(wanted));
      }),
    );
  });

  test("has its sections in one order, each once, with sorted lines", () => {
    fc.assert(
      fc.property(director, (document: DocumentText) => {
        const lines = renderDocument("o", document).split("\n");
        const order = [
          "[settings]",
          "[packages]",
          "[modules]",
          "[sysctl]",
          "[ipvs]",
          "[firewall]",
          "[openings]",
          "[addresses]",
          "[files]",
          "[units]",
        ];
        const found = lines.filter((line) => line.startsWith("["));
        expect(found).toEqual(order.filter((each) => found.includes(each)));
        const modules = lines.filter((line) => line.startsWith("ip_vs"));
        expect(modules).toEqual([...new Set(modules)].sort());
      }),
    );
  });

  test("a page that passes the checks stays a page", () => {
    fc.assert(
      fc.property(nastyText, (content) => {
        fc.pre(webServer({ kind: "nginx", content }, "").length === 0);
        const document = realServerDocument(r1, {
          vips: ["198.18.0.100"],
          methods: ["dr" as const],
          sysctls: {},
          webServer: { kind: "nginx", content },
          removePackages: false,
        });
        const read = readBack(renderDocument("o", document));
        expect(read.files[0]?.content).toBe(
          content === "" || content.endsWith("\n") ? content : `${content}\n`,
        );
        expect(read.units).toEqual(["nginx.service"]);
      }),
    );
  });

  test("an owner's name begins no hidden file, which no list of files would show", () => {
    expect(ownerName(".web", "prod", "Director", "d1")).toBe("%2Eweb/prod/Director/d1");
    expect(ownerName("web", ".prod", "Director", ".d1")).toBe("web/.prod/Director/.d1");
  });

  test("an owner is one word that no other name has", () => {
    const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(name, name, (left, right) => {
        const owner = ownerName("web", "prod", "Director", left);
        expect(owner).toMatch(/^web\/prod\/Director\/[A-Za-z0-9._%-]+$/);
        expect(owner).not.toContain("..");
        expect(owner === ownerName("web", "prod", "Director", right)).toBe(left === right);
      }),
    );
  });
});

/** A set compares members by identity, so each becomes a text. */
function comparable(service: { destinations: { address: string }[] }): string {
  const destinations = [...service.destinations].sort((left, right) =>
    left.address < right.address ? -1 : 1,
  );
  return JSON.stringify(
    Object.entries({ ...service, destinations }).sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}

function shuffle<Each>(list: Each[], dice: (each: Each) => number): Each[] {
  return [...list].sort((left, right) => dice(left) - dice(right));
}

test("what a document says about the system of its host", () => {
  const text = (more: DocumentText) => renderDocument("web/prod/Director/d1", { drain: 1, ...more });
  expect(text({ assumeRelease: "el9", installPackages: false, leavesLast: "addresses" })).toBe(
    [
      "# lvs host document 1, owner web/prod/Director/d1",
      "[settings]",
      "assume-release = el9",
      "drain = 1",
      "install-packages = no",
      "addresses-leave = last",
      "# end",
      "",
    ].join("\n"),
  );
  expect(text({ assumeRelease: undefined, installPackages: true })).toBe(text({}));
});
