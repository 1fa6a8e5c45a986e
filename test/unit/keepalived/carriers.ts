// For each argument of a pair, by its path: a valid pair that has a value there. It has the other members that the argument needs, a
// harmless value, and unusual but valid values.
import type { GivenPair } from "../../../components/model/keepalived/pair/complete";
import { host } from "../model/samples";
import { harmlessLine } from "./reading";

type Part = Record<string, unknown>;

const vip = "198.18.0.100";
const script = "harmless_command --now";
const scripts = [
  "a",
  "#!/usr/bin/python3\nprint('x')",
  "a }\n{ b\n# end\n[units]\n| c\n|>=2.1.0| d\n",
  "a\\nb\t$(c) `d` \"e\" 'f' @{secret:vrrp-VI_1} @{interface:198.18.0.11} ${_HASH} é😀\u2028\n\n",
];

interface Sample {
  /** Matches the end of an argument's path. */
  path: RegExp;
  /** A value that occurs nowhere else in a pair, or in its documents. */
  harmless: string;
  odd?: string[];
  /** Values that are nearly valid, and must be refused. */
  bad?: string[];
}

const samples: Sample[] = [
  {
    path: /(^|\.)(address|source|vip|via|gateway|vips\[\]|pair(Vips|Directors)\[\])$/,
    harmless: "198.18.0.231",
    bad: ["", "198.18.0.231/32", "198.18.0.231 dev eth0", "198.18.0", "::1", "127.0.0.1", "224.0.0.1"],
  },
  {
    path: /(^|\.)(address6|gateway6|pairDirectors6\[\])$/,
    harmless: "fd18::231",
    bad: [
      "",
      "fd18::231/128",
      "fd18::231 dev eth0",
      "FD18::231",
      "fd18::0231",
      "::1",
      "fe80::1",
      "198.18.0.231",
    ],
  },
  { path: /\.netmask$/, harmless: "255.255.224.0", bad: ["", "0.0.0.0", "255.0.255.0", "24"] },
  {
    path: /^connectionSync\.group$/,
    harmless: "239.231.0.1",
    bad: ["", "198.18.0.1", "239.1", "239.231.0.1 ttl 1"],
  },
  {
    path: /(^directors\[\]|^instances\[\]|^connectionSync)\.interface$|\.virtualRoutes\[\]\.device$/,
    harmless: "harmless0",
    bad: ["", "eth0:1", "a b", "x".repeat(16), "eth0\n"],
  },
  {
    path: /\.virtualRoutes\[\]\.to$/,
    harmless: "10.231.0.0/16",
    odd: ["0.0.0.0/0", "10.0.0.1/32"],
    bad: [
      "",
      "default",
      "10.0.0.0",
      "10.0.0.1/8",
      "10.0.0.0/08",
      "10.0.0.0/33",
      "10.0.0.0/8 dev eth0",
      "10.0.0.0/8\n",
      "FD01::/64",
      "fd01::1/64",
      "fd01::/129",
    ],
  },
  {
    path: /trackInterfaces\[\]\.name$/,
    harmless: "harmless0",
    odd: ["includes.0", "_-."],
    bad: ["include", "includer"],
  },
  { path: /^directors\[\]\.name$/, harmless: "harmless" },
  {
    path: /^directors\[\]\.assumeRelease$/,
    harmless: "debian13",
    bad: ["", "el9\n", "el9 x", "debian", "debian 13"],
  },
  {
    path: /(^instances\[\]|^syncGroups\[\]|^trackProcesses\[\]|^trackScripts\[\])\.name$/,
    harmless: "harmless",
    odd: ["include", "_.-", "virtual_server", "0"],
    bad: ["", "a b", ".", "-a", "a=b", "x".repeat(33)],
  },
  {
    path: /^(syncGroups\[\]\.instances\[\]|connectionSync\.instance)$/,
    harmless: "harmless",
    odd: ["include"],
  },
  {
    path: /^trackProcesses\[\]\.(process|parameters\[\])$/,
    harmless: "harmless",
    odd: [
      "include",
      "a b#c!d'e~f@g",
      "~SEQ(i, 1, 9)",
      "@x",
      "#",
      "!",
      " ",
      "é😀",
      "|>=2.1.0|",
      "x".repeat(100),
    ],
    bad: ["", 'a"b', "a\\", "{", "}", "$_PWD", "a\nb", "x".repeat(201)],
  },
  {
    path: /(^|\.)password$/,
    harmless: "harmless",
    odd: ["p#!'~ @", "$a $b", "#", "!", " ", "@x", "include", "~SEQ(i,"],
    bad: ["", 'a"b', "a\\", "{", "}", "$_PWD", "a\nb", "é", "123456789"],
  },
  {
    path: /(\.|^)notify\.|notify(Up|Down)$|quorum(Up|Down)$|\.script$/,
    harmless: script,
    odd: scripts,
    bad: ["", " \n", "a\r\nb", "a\0"],
  },
  {
    path: /\.http(s)?(\.urls\[\])?\.path$/,
    harmless: "/harmless",
    odd: ["/a!b'c(d)*e;f=g@h?i&j%24~:+,-._"],
    bad: ["a", '/"', "/ ", "/#", "/{", "/$", "/\\", "/".repeat(501)],
  },
  {
    path: /\.file\.path$/,
    harmless: "/harmless/file",
    odd: ["/a_.@%+,:=-"],
    bad: ["a", "/", "/a/../b", "/a b", '/a"', "/a\n"],
  },
  {
    path: /\.statusCodes\[\]$/,
    harmless: "277",
    odd: ["200-299"],
    bad: ["", "20", "200 {", "299-200", "200\n"],
  },
  {
    path: /\.digest$/,
    harmless: "0123456789abcdef0123456789abcdef",
    odd: ["0123456789ABCDEF0123456789ABCDEF"],
    bad: ["", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef\n"],
  },
  {
    path: /\.virtualHost$/,
    harmless: "harmless.example",
    odd: ["a:65535", "include", "a..b."],
    bad: ["", "a b", "a:", "a\n", "a{"],
  },
  {
    path: /\.dns\.name$/,
    harmless: "harmless.example",
    odd: [".", "_a-b.c.", "include"],
    bad: ["", "a b", "a\nb", "-a"],
  },
  { path: /\.helo$/, harmless: "harmless.example", odd: ["include"], bad: ["", ".", "a b", "a#"] },
  { path: /\.udp\.(payload|reply)$/, harmless: "abad1dea", odd: ["Ff"], bad: ["", "f", "ff ff", "gg"] },
  { path: /\.dns\.type$/, harmless: "CNAME" },
  { path: /\.http(s)?\.protocol$/, harmless: "1.1" },
  { path: /^services\[\]\.protocol$/, harmless: "udp" },
  { path: /\.scheduler$/, harmless: "sed" },
  { path: /\.forwarding$/, harmless: "tun" },
  { path: /\.engine$/, harmless: "sip", bad: ["", "SIP", "sip\n", "ftp"] },
  { path: /\.tunnel\.type$/, harmless: "gre", bad: ["", "GRE", "gre port 7", "gre\n", "vxlan"] },
  { path: /\.tunnel\.checksum$/, harmless: "remcsum", bad: ["", "CSUM", "csum nocsum", "csum\n"] },
  { path: /\.schedulerFlags\[\]$/, harmless: "flag-2" },
  { path: /\.become$/, harmless: "sudo" },
  { path: /^drift$/, harmless: "report" },
  { path: /^firewall$/, harmless: "off" },
  {
    path: /^ipvs\.estCpulist$/,
    harmless: "231-239",
    odd: ["0", "1,3-5"],
    bad: ["", "all", "0-", "1,0", "0 1", "0,1", "00", "0\n"],
  },
  { path: /^sysctls\{\}$/, harmless: "harmless", odd: ["1 2", "a:b/c.d,e-_"], bad: ["", " 1", "1\n", "1=2"] },
  { path: /(^|\.)verbatim(Blocks)?$/, harmless: harmlessLine },
];

/** Arguments that are in no document, because no host needs them there. The tests of the Command check where they are sent. */
export const inNoDocument =
  /^directors\[\]\.(name|become|connection\..*)$|^connection\.|^(drift|firewall|applyTimeout)$/;

export function sampleOf(path: string): Sample {
  const found = samples.filter((each) => each.path.test(path));
  if (found.length !== 1) throw new Error(`${path} has ${found.length} samples here: give it one`);
  return found[0] as Sample;
}

/** A pair with the value at the path: in the first element of each list on the way. */
export function carrier(path: string, value: unknown): GivenPair {
  const pair: Part = {
    directors: [host("198.18.0.11"), host("198.18.0.12")],
    ...(/^(vips|instances|syncGroups|services\[\]\.vip|connectionSync\.instance)\b/.test(path)
      ? {}
      : { vips: [vip] }),
    ...beside(path, value),
  };
  put(pair, path.split("."), value);
  return pair as unknown as GivenPair;
}

/** The place in an error. */
export function placeOfPath(path: string): string {
  return path.replaceAll("[]", "[0]").replace("{}", `["${sysctl}"]`);
}

const sysctl = "net.ipv4.vs.conntrack";

function beside(path: string, value: unknown): Part {
  const name = /^(syncGroups\[\]\.instances\[\]|connectionSync\.instance)$/.test(path) ? value : "first";
  const two = [
    { name, vips: ["198.18.0.101"], virtualRouterId: 1, preempt: true },
    { name: "second", vips: ["198.18.0.102"] },
  ];
  const several = /^services\[\]\.(ports|portRange|allPorts|mark)\b/.test(path);
  const ports = several ? (path === "services[].mark" ? { ports: [80] } : {}) : { port: 80 };
  const method = /\.tunnel\./.test(path) ? { forwarding: "tun" } : {};
  const protocol = /\.engine$/.test(path) ? { protocol: "udp" } : {};
  const service = { vip, ...ports, ...method, ...protocol, realServers: [{ address: "198.18.0.21" }] };
  // For arguments that only apply to VIPs of IPv6.
  const vips = [vip, "fd18::100"];
  if (path === "directors[].address6") return { vips };
  if (path === "instances[].virtualRoutes[].source")
    return { instances: [{ ...two[0], vips: [value] }, two[1]] };
  if (path === "services[].sorryServer.address6")
    return { vips, services: [{ ...service, vip: "fd18::100", realServers: [{ address: "fd18::21" }] }] };
  switch (path.split(/[.[]/)[0]) {
    case "vips":
      return { vips: [], virtualRouterId: 9 };
    case "instances":
      return { instances: two, ...(path.endsWith("password") ? { vrrpVersion: 2 } : {}) };
    case "syncGroups":
      return { instances: two, syncGroups: [{ name: "group", instances: ["first", "second"] }] };
    case "connectionSync":
      return path.endsWith("instance") ? { instances: two } : {};
    case "services":
      return {
        services: [service],
        ...(path === "services[].vip" ? { vips: [value], virtualRouterId: 9 } : {}),
      };
    case "trackProcesses":
      return { trackProcesses: [{ name: "watched", process: "daemon" }] };
    case "trackScripts":
      return { trackScripts: [{ name: "probe", script: "true" }] };
    case "trackInterfaces":
      return { preempt: true, trackInterfaces: [{ name: "eth7", weight: 5 }] };
    case "password":
      return { vrrpVersion: 2 };
    default:
      return {};
  }
}

/** Required members of the objects that are made on the way. */
const born: [RegExp, Part][] = [
  [/syncThreshold$/, { threshold: 2, period: 50 }],
  [/portRange$/, { first: 1, last: 65535 }],
  [/virtualRoutes\[\]$/, { to: "10.9.0.0/16", device: "eth7" }],
  [/trackInterfaces\[\]$/, { name: "eth7", weight: 5 }],
  [/tunnel$/, { type: "gue" }],
  [/sorryServer$/, { address: "198.18.0.29" }],
  [/healthCheck\.file$/, { path: "/other/file" }],
  [/healthCheck\.script$/, { script: "true" }],
];

function put(into: Part, segments: string[], value: unknown, way = ""): void {
  const [segment = "", ...rest] = segments;
  const [, member = "", kind] = /^(\w+)(\[\]|\{\})?$/.exec(segment) ?? [];
  const here = way === "" ? segment : `${way}.${segment}`;
  const fresh = () => ({ ...born.find(([path]) => path.test(here))?.[1] });
  if (kind === "{}") {
    into[member] = { [sysctl]: value };
  } else if (kind === "[]") {
    const list = [...((into[member] as unknown[] | undefined) ?? [])];
    into[member] = list;
    list[0] = rest.length === 0 ? value : { ...fresh(), ...(list[0] as Part | undefined) };
    if (rest.length > 0) put(list[0] as Part, rest, value, here);
  } else if (rest.length === 0) {
    into[member] = value;
  } else {
    into[member] = { ...fresh(), ...(into[member] as Part | undefined) };
    put(into[member] as Part, rest, value, here);
  }
}
