import { describe, expect, test } from "vitest";
import { clusterArguments } from "../../../components/model/cluster";
import { directorArguments } from "../../../components/model/director";
import { realServerArguments } from "../../../components/model/realServer";
import { pairServiceArguments, virtualServiceArguments } from "../../../components/model/virtualService";
import { later, type Shape } from "../../../components/model/shape";
import { host, hostKey, service } from "./samples";

const d1 = host("198.18.0.11");
const r1 = host("198.18.0.21");
const vip = "198.18.0.100";

function told(shape: Shape, right: object, spoilt: object): string[] {
  return shape({ ...right, ...spoilt }, "").map(({ path, reason }) => `${path}: ${reason}`);
}

describe("Director", () => {
  test.each<[string, object, string[]]>([
    ["nothing", {}, []],
    ["no services", { services: undefined }, []],
    [
      "an argument that there is not",
      { dependsOn: [] },
      [
        "dependsOn: no such argument: there are host, services, sysctls, gateway, gateway6, connection, removePackages, drift, firewall, applyTimeout, drain, ipvs",
      ],
    ],
    [
      "VIP its own address",
      { services: [service({ vip: "198.18.0.11" })] },
      [
        `services[0].vip: "198.18.0.11" is a host's own address, so it could never move: give an address that no host has`,
      ],
    ],
    [
      "itself a real server",
      { services: [service({ realServers: [{ address: "198.18.0.11" }] })] },
      [
        'services[0].realServers[0].address: "198.18.0.11" is the director itself, which cannot be a real server of its own service',
      ],
    ],
    [
      "a service twice",
      { services: [service(), service()] },
      ["services[1]: tcp 198.18.0.100:80 is already there, at services[0]"],
    ],
    [
      "drain that outlasts the run",
      { drain: 600 },
      ["drain: 600 seconds do not fit into applyTimeout, which is 600: it bounds the whole run"],
    ],
    [
      "a short run",
      { applyTimeout: 20 },
      [expect.stringMatching(/^applyTimeout: 20 seconds bound the whole run/)],
    ],
    ["a short run that does not wait", { applyTimeout: 20, drain: 0 }, []],
    [
      "drain of no number",
      { drain: "30s" },
      ['drain: "30s" is not a time in seconds: give a whole number from 0 to 86400'],
    ],
    [
      "drift",
      { drift: "fix" },
      ['drift: "fix" is not a way to treat drift: give one of off, report, repair'],
    ],
    [
      "timeout",
      { applyTimeout: 0, drain: 0 },
      [
        "applyTimeout: 0 is not a time in seconds: give a whole number from 1 to 86400",
        "drain: 0 seconds do not fit into applyTimeout, which is 0: it bounds the whole run",
      ],
    ],
    [
      "sysctl's key",
      { sysctls: { "net.ipv4 ; id": "1" } },
      ['sysctls["net.ipv4 ; id"]: is not a kernel parameter such as net.ipv4.vs.expire_nodest_conn'],
    ],
    [
      "sysctl's value",
      { sysctls: { "net.ipv4.vs.conntrack": "1\n2" } },
      [
        expect.stringMatching(
          /^sysctls\["net\.ipv4\.vs\.conntrack"\]: "1\\n2" is not a kernel parameter's value/,
        ),
      ],
    ],
    [
      "sysctl's number",
      { sysctls: { "net.ipv4.vs.conntrack": 1 } },
      [expect.stringMatching(/: 1 is not a kernel parameter's value/)],
    ],
    ["sysctl of words", { sysctls: { "net.ipv4.tcp_rmem": "4096 87380 6291456" } }, []],
    ["removePackages", { removePackages: "yes" }, ['removePackages: "yes" is neither true nor false']],
  ])("%s", (_, spoilt, expected) => {
    expect(told(directorArguments, { host: d1, services: [service()] }, spoilt)).toEqual(expected);
  });
  test.each([undefined, null, 1, "x", []])("%j instead of arguments", (given) => {
    expect(directorArguments(given, "")).toHaveLength(1);
  });
});

describe("VirtualService", () => {
  test.each<[string, object, string[]]>([
    ["nothing", {}, []],
    ["no directors", { directors: [] }, ["directors: the list is empty: give at least one of the directors"]],
    [
      "VIP of a director",
      { vip: "198.18.0.11" },
      [expect.stringMatching(/^vip: "198\.18\.0\.11" is a host's own address/)],
    ],
    [
      "a director twice",
      { directors: [d1, d1] },
      [
        'directors[1].name: "198.18.0.11" is already there, at directors[0].name',
        'directors[1].address: "198.18.0.11" is already there, at directors[0]',
      ],
    ],
    [
      "a director not known yet",
      { directors: [later] },
      ["directors[0]: the host must be known when the program starts: only its members may be Outputs"],
    ],
    [
      "neither directors nor a pair",
      { directors: undefined },
      ["directors: missing: give a list of directors, or the pair of a KeepalivedPair"],
    ],
    ["no VIP", { vip: undefined }, ["vip: missing: give an IPv4 or IPv6 address as text"]],
    ["what only keepalived does", { quorum: 2 }, [expect.stringMatching(/^quorum: is keepalived's work/)]],
    ["slip of the pen", { director: [d1] }, ['director: no such argument; did you mean "directors"?']],
    ["a host with members of the user's own", { directors: [{ ...d1, rack: 7 }] }, []],
  ])("%s", (_, spoilt, expected) => {
    expect(told(virtualServiceArguments, { directors: [d1], ...service() }, spoilt)).toEqual(expected);
  });
});

describe("VirtualService on a pair", () => {
  const pair = {
    vips: [vip, "198.18.0.101"],
    directors: [
      { name: "d1", address: "198.18.0.11" },
      { name: "d2", address: "198.18.0.12" },
    ],
  };
  const { vip: _, ...onEachVip } = service();
  const right = { pair, connection: host("198.18.0.11").connection, ...onEachVip };
  test.each<[string, object, string[]]>([
    ["nothing", {}, []],
    ["a pair not known yet", { pair: later }, []],
    ["a pair of which something is not known yet", { pair: { ...pair, vips: later } }, []],
    ["one of its VIPs", { vip }, []],
    [
      "another VIP",
      { vip: "198.18.0.9" },
      [`vip: "198.18.0.9" is none of the pair's VIPs: 198.18.0.100, 198.18.0.101`],
    ],
    [
      "a VIP of the pair as a real server",
      { realServers: [{ address: "198.18.0.101" }] },
      [`realServers[0].address: "198.18.0.101" is a VIP of this pair: give a host's own address`],
    ],
    [
      "no way to log in",
      { connection: undefined },
      ["connection: missing: say how to log in to the host, here or for all hosts of the component"],
    ],
    [
      "no way to log in to one director",
      { connection: { ...host("").connection, hostKey: undefined, knownHosts: `198.18.0.11 ${hostKey}` } },
      [
        "connection.knownHosts: has no key of 198.18.0.12 that can be used: add what ssh-keyscan 198.18.0.12 prints",
      ],
    ],
    ["directors of its own", { directors: [d1], connection: undefined }, []],
    [
      "a director that is none of the pair's",
      { directors: [host("198.18.0.77")] },
      [`directors[0].address: "198.18.0.77" is none of the pair's directors: 198.18.0.11, 198.18.0.12`],
    ],
    [
      "a pair that is nothing in the end",
      { pair: undefined },
      ["pair: missing: give the ref of a KeepalivedPair"],
    ],
    [
      "a component instead of its ref",
      { pair: { __pulumiResource: true } },
      ["pair: is a component: give its ref"],
    ],
    [
      "a pair that cannot be one",
      {
        pair: {
          vips: [vip, vip, "198.18.0.11"],
          directors: [
            { name: "d1", address: "198.18.0.11" },
            { name: "d1", address: "198.18.0.11" },
          ],
        },
      },
      [
        'pair.directors[1].name: "d1" is already there, at pair.directors[0].name',
        'pair.directors[1].address: "198.18.0.11" is already there, at pair.directors[0]',
        'pair.vips[1]: "198.18.0.100" is there twice',
        expect.stringMatching(/^pair\.vips\[2\]: "198\.18\.0\.11" is a host's own address/) as string,
      ],
    ],
    [
      "what is no pair",
      { pair: { vips: [], directors: [{ address: "198.18.0.11" }] } },
      [
        "pair.vips: the list is empty: give at least one of the VIPs",
        expect.stringMatching(/^pair\.directors\[0\]\.name: missing: /) as string,
      ],
    ],
  ])("%s", (_, spoilt, expected) => {
    expect(told(pairServiceArguments, right, spoilt)).toEqual(expected);
  });
});

describe("RealServer", () => {
  test.each<[string, object, string[]]>([
    ["nothing", {}, []],
    ["no VIPs", { vips: [] }, ["vips: the list is empty: give at least one of the VIPs"]],
    ["a VIP twice", { vips: [vip, vip] }, ['vips[1]: "198.18.0.100" is there twice']],
    [
      "VIP its own address",
      { vips: ["198.18.0.21"] },
      [expect.stringMatching(/^vips\[0\]: "198\.18\.0\.21" is a host's own address/)],
    ],
    [
      "web server",
      { webServer: { kind: "apache" } },
      ['webServer.kind: "apache" is not a web server: give one of nginx, httpd'],
    ],
    [
      "page",
      { webServer: { kind: "nginx", content: "a\0b" } },
      [expect.stringMatching(/^webServer\.content: "a\\u0000b" holds a control character/)],
    ],
    [
      "page of half a character",
      { webServer: { kind: "nginx", content: "\ud800" } },
      [expect.stringMatching(/holds a control character/)],
    ],
    [
      "page of anything else",
      { webServer: { kind: "nginx", content: "[units]\n| $(id) `id` 'x' \"y\" # end\n\tü😀" } },
      [],
    ],
    ["ports of the web server", { webServer: { kind: "nginx", ports: [80, 8080, 65535] } }, []],
    [
      "no ports of a web server",
      { webServer: { kind: "httpd", ports: [0, 65536, "81"] } },
      [
        "webServer.ports[0]: 0 is not a port: give a whole number from 1 to 65535",
        "webServer.ports[1]: 65536 is not a port: give a whole number from 1 to 65535",
        'webServer.ports[2]: "81" is not a port: give a whole number from 1 to 65535',
      ],
    ],
    [
      "more ports than a web server may have",
      { webServer: { kind: "nginx", ports: Array.from({ length: 101 }, (_, index) => 8000 + index) } },
      ["webServer.ports: 101 are more than a list of ports may have: give at most 100"],
    ],
    [
      "the component's own sysctl",
      { sysctls: { "net.ipv4.conf.all.arp_ignore": "0" } },
      [
        'sysctls["net.ipv4.conf.all.arp_ignore"]: is set by the component itself, to what its method of forwarding needs',
      ],
    ],
  ])("%s", (_, spoilt, expected) => {
    expect(told(realServerArguments, { host: r1, vips: [vip] }, spoilt)).toEqual(expected);
  });
});

describe("Cluster", () => {
  test.each<[string, object, string[]]>([
    ["nothing", {}, []],
    ["several VIPs", { vips: [vip, "198.18.0.101"] }, []],
    ["no VIPs", { vips: undefined }, ["vips: missing: give a list of VIPs"]],
    [
      "VIP of a real server",
      { vips: ["198.18.0.21"] },
      [expect.stringMatching(/^vips\[0\]: "198\.18\.0\.21" is a host's own address/)],
    ],
    [
      "a service twice",
      { services: [{ port: 80 }, { port: 80, scheduler: "lc" }] },
      ["services[1]: tcp port 80 is already there, at services[0]"],
    ],
    [
      "a host in both roles",
      { realServers: [d1] },
      ['realServers[0].address: "198.18.0.11" is already there, at directors[0]'],
    ],
    ["no services", { services: [] }, ["services: the list is empty: give at least one of the services"]],
    [
      "a list not known yet",
      { directors: later },
      [expect.stringMatching(/^directors: the list itself must be known/)],
    ],
    [
      "a host not known yet",
      { realServers: [later] },
      [expect.stringMatching(/^realServers\[0\]: the host must be known/)],
    ],
    ["an address not known yet", { directors: [{ ...d1, address: later }] }, []],
    [
      "no name",
      { directors: [{ ...d1, name: undefined }] },
      [
        "directors[0].name: missing: give at most 63 letters, digits, dots, dashes and underscores, the first a letter or a digit",
      ],
    ],
    [
      "a name like one of the package's own",
      { directors: [{ ...d1, name: "d1-release" }] },
      [
        'directors[0].name: "d1-release" ends like the name of a resource of the package itself: give another one',
      ],
    ],
    [
      "a component instead of a host",
      { directors: [{ __pulumiResource: true }] },
      ["directors[0]: is a component: give the host itself, such as { name, address, connection }"],
    ],
    ["a real server that may be skipped", { realServers: [{ ...r1, whenUnreachable: "skip" }] }, []],
    [
      "a director that may be skipped",
      { directors: [{ ...d1, whenUnreachable: "skip" }] },
      [
        expect.stringMatching(
          /^directors\[0\]\.whenUnreachable: is no member of this host: .* a director cannot be skipped$/,
        ),
      ],
    ],
    [
      "a way to treat silence that there is not",
      { realServers: [{ ...r1, whenUnreachable: "ignore" }] },
      [expect.stringMatching(/^realServers\[0\]\.whenUnreachable: "ignore" is not what to do about/)],
    ],
    [
      "a name not known yet",
      { directors: [{ ...d1, name: later }] },
      ["directors[0].name: must be known when the program starts: it cannot be an Output"],
    ],
    [
      "a name twice",
      {
        realServers: [
          { ...r1, name: "r" },
          { ...host("198.18.0.22"), name: "r" },
        ],
      },
      ['realServers[1].name: "r" is already there, at realServers[0].name'],
    ],
    [
      "what only a service of its own can say",
      { services: [{ port: 80, vip }] },
      [
        expect.stringMatching(
          /^services\[0\]\.vip: no such argument: there are port, ports, portRange, allPorts, mark, forwarding, tunnel, protocol, /,
        ),
      ],
    ],
    [
      "weight",
      { realServers: [{ ...r1, weight: -1 }] },
      ["realServers[0].weight: -1 is not a weight: give a whole number from 0 to 2147483647"],
    ],
  ])("%s", (_, spoilt, expected) => {
    const right = { vips: [vip], directors: [d1], realServers: [r1], services: [{ port: 80 }] };
    expect(told(clusterArguments, right, spoilt)).toEqual(expected);
  });
});
