// Every option at once, as far as they go together.
import type { GivenCheck } from "../../../components/model/keepalived/checks/complete";
import type { GivenPair } from "../../../components/model/keepalived/pair/complete";
import { everySetting, host } from "../model/samples";
import { byDigest, onePage, onePageEverywhere, severalPages, severalPagesEverywhere } from "./checkSamples";
import { pairService } from "./samples";

const digest = "D41D8CD98F00B204E9800998ECF8427E";
const target = { address: "198.18.0.31", port: 8081, source: "198.18.0.11", mark: 7 };

export const everything: Partial<GivenPair> = {
  directors: [
    { name: "d1", address: "198.18.0.11", priority: 120, assumeRelease: "el9", installPackages: false },
    { name: "d2", address: "198.18.0.12", interface: "bond0" },
    { name: "d3", address: "198.18.0.13" },
  ].map((each) => ({ ...each, connection: { privateKey: "-----BEGIN X", insecureHostKey: true } })),
  instances: [
    {
      name: "VI_1",
      vips: Array.from({ length: 22 }, (_, index) => `198.18.0.${100 + index}`),
      verbatim: "dont_track_primary\nvirtual_routes {\n  192.0.2.0/24 dev eth0\n}",
    },
    {
      name: "inner",
      vips: ["198.18.1.200"],
      virtualRouterId: 7,
      interface: "eth1",
      priorities: [20, 30, 10],
      advertInterval: 2,
      preempt: false,
      password: "another",
      trackInterfaces: [{ name: "eth2" }],
      notify: { master: "logger inner\n" },
    },
  ],
  syncGroups: [
    {
      name: "VG_1",
      instances: ["VI_1", "inner"],
      notify: { master: "a", backup: "b", fault: "c", stop: "d", any: "e" },
      verbatim: "smtp_alert false",
    },
  ],
  vrrpVersion: 2,
  password: "p4ss#'!",
  advertInterval: 1,
  preempt: true,
  preemptDelay: 60,
  trackInterfaces: [{ name: "eth1" }],
  trackProcesses: [
    { name: "sshd", process: "sshd" },
    {
      name: "proxy",
      process: "/usr/sbin/haproxy",
      parameters: ["-f", "a b"],
      fullCommand: true,
      quorum: 2,
      delay: 1.5,
    },
  ],
  trackScripts: [
    { name: "disk", script: "#!/usr/bin/python3\nexit(0)" },
    { name: "route", script: "true", interval: 5, timeout: 4, rise: 3, fall: 2 },
  ],
  notify: { master: "a", backup: "b", fault: "c", stop: "d", any: "e" },
  garp: {
    repeat: 3,
    delay: 10,
    refresh: 30,
    refreshRepeat: 2,
    lowerPriorityRepeat: 4,
    lowerPriorityDelay: 6,
    interval: 0.001,
  },
  connectionSync: { interface: "eth2", instance: "inner", id: 61, group: "224.0.0.82", port: 9000 },
  startupDelay: 2.5,
  verbatim: "router_id lb1 # a comment",
  verbatimBlocks: "static_ipaddress {\n  192.0.2.1/32 dev eth1\n}",
  services: [
    pairService({
      scheduler: "mh",
      schedulerFlags: ["mh-port", "mh-fallback"],
      persistence: { timeout: 60, netmask: "255.255.255.0" },
      quorum: 4,
      hysteresis: 1,
      quorumUp: "logger up",
      quorumDown: "logger down",
      sorryServer: { address: "198.18.0.29", inhibit: true },
      inhibitOnFailure: true,
      alpha: true,
      omega: true,
      verbatim: "smtp_alert false",
      healthCheck: {
        tcp: { ...target, verbatim: "bind_port 4000" },
        http: { ...target, path: "/healthz?a=b", virtualHost: "www.example.org", protocol: "1.1", digest },
        https: {
          urls: [
            { path: "/a", statusCodes: ["200-299", "404"], virtualHost: "a.example.org:8443" },
            { digest, verbatim: "regex ok" },
            {},
          ],
          sni: true,
        },
        dns: { ...target, type: "A", name: "example.org" },
        smtp: { ...target, helo: "lb.example.org" },
        ping: { address: "198.18.0.31", source: "198.18.0.11", mark: 7 },
        udp: { ...target, payload: "00Ff01", reply: "0x01", minReplyLength: 2, maxReplyLength: 20 },
        file: { path: "/etc/lvs/down", weight: -2 },
        script: { script: "exit 0\n", timeout: 9, dynamicWeight: true },
        interval: 10,
        retries: 3,
        retryDelay: 2,
        timeout: 4,
        warmup: 0,
      },
      realServers: [
        { address: "198.18.0.21", weight: 70000, upperThreshold: 100, lowerThreshold: 50 },
        {
          address: "198.18.0.22",
          inhibitOnFailure: false,
          alpha: false,
          notifyUp: "logger up",
          notifyDown: "logger down",
          verbatim: "smtp_alert false",
          healthCheck: { script: { script: "exit 1" }, interval: 0.5 },
        },
        { address: "198.18.0.23", weight: 0, notifyDown: "logger down", healthCheck: { none: true } },
      ],
    }),
    pairService({ vip: "198.18.1.200", port: 53, protocol: "udp", onePacket: true, scheduler: "twos" }),
    pairService({
      vip: "198.18.1.200",
      port: 5060,
      protocol: "udp",
      persistence: { timeout: 60, netmask: "0.0.0.0", engine: "sip" },
    }),
    pairService({
      port: undefined,
      ports: [8443, 8080],
      mark: 7,
      persistence: { timeout: 60 },
      quorumUp: "logger up",
      sorryServer: { address: "198.18.0.29" },
      healthCheck: { tcp: { port: 8080 }, script: { script: "exit 0" } },
    }),
    pairService({
      port: undefined,
      portRange: { first: 8000, last: 8010 },
      protocol: "udp",
      onePacket: true,
    }),
    pairService({ vip: "198.18.1.200", port: undefined, allPorts: true, protocol: "sctp" }),
    pairService({ port: 0, persistence: {}, realServers: [{ address: "198.18.0.21", weight: 0 }] }),
  ],
  sysctls: { "net.ipv4.vs.lblc_expiration": "3600" },
  ipvs: everySetting,
  removePackages: true,
  drain: 5,
};

/** VIPs that move together, and options that only work without a group and with preemption. */
const together: Partial<GivenPair> = {
  directors: [host("198.18.0.11", { interface: "bond0" }), host("198.18.0.12")],
  vips: ["198.18.0.100", "198.18.0.101"],
  virtualRouterId: 9,
  advertInterval: 0.5,
  preempt: true,
  trackInterfaces: [{ name: "eth1", weight: -30 }],
  trackProcesses: [{ name: "proxy", process: "haproxy", weight: -20 }],
  trackScripts: [{ name: "disk", script: "true", weight: 10 }],
  connectionSync: { enabled: false },
  gateway: "198.18.0.19",
  services: [
    pairService({
      forwarding: "nat",
      realServers: [
        { address: "198.18.0.21", alpha: true, port: 8080 },
        { address: "198.18.0.22", forwarding: "tun" },
      ],
    }),
  ],
};

/** Instances that each move by themselves and set every argument themselves. */
const apart: Partial<GivenPair> = {
  vrrpVersion: 2,
  instances: [
    {
      name: "VI_1",
      vips: ["198.18.0.100"],
      virtualRouterId: 7,
      interface: "eth1",
      priorities: [20, 30],
      advertInterval: 2,
      preempt: true,
      preemptDelay: 60,
      password: "another",
      trackInterfaces: [{ name: "eth2", weight: -10 }],
      notify: { master: "a", backup: "b", fault: "c", stop: "d", any: "e" },
      verbatim: "dont_track_primary",
    },
    { name: "VI_2", vips: ["198.18.0.101"] },
  ],
};

const d = (last: number, more: object = {}) =>
  host(`198.18.0.${last}`, { address6: `fd18::${last}`, ...more });

/** VIPs of both families, which move together: VRRP between addresses of IPv4. */
const dual: Partial<GivenPair> = {
  directors: [d(11), d(12)],
  vips: ["fd18::100", "198.18.0.100", "fd18::101"],
  gateway: "198.18.0.19",
  gateway6: "fd18::19",
  services: [
    pairService({ persistence: { netmask: "255.255.255.0" } }),
    pairService({
      vip: "fd18::100",
      forwarding: "nat",
      persistence: { prefixLength: 64 },
      sorryServer: { address: "198.18.0.29", address6: "fd18::29", port: 8080 },
      quorumUp: "logger up",
      healthCheck: { tcp: { source: "fd18::11" }, script: { script: "exit 0" } },
      realServers: [{ address: "fd18::21", port: 8080, notifyUp: "logger up" }, { address: "fd18::22" }],
    }),
  ],
};

/** VIPs of IPv6 alone, beside an instance with those of IPv4: VRRP between addresses of IPv6. */
const six: Partial<GivenPair> = {
  directors: [d(11), d(12, { interface: "bond0" })],
  instances: [
    { name: "VI_4", vips: ["198.18.0.100"] },
    { name: "VI_6", vips: ["fd18::166", "fd18::167"] },
  ],
  services: [],
};

/** Routes that move with VIPs: through gateways, and to a network behind an interface. */
const routes: Partial<GivenPair> = {
  directors: [d(11), d(12)],
  instances: [
    {
      name: "VI_4",
      vips: ["198.18.0.100"],
      virtualRoutes: [
        { to: "10.0.0.0/8", via: "198.18.0.9", source: "198.18.0.100", table: 100, metric: 50 },
        { to: "0.0.0.0/0", via: "198.18.0.9" },
        { to: "10.9.0.0/16", device: "eth1" },
      ],
    },
    {
      name: "VI_6",
      vips: ["fd18::166"],
      virtualRoutes: [
        { to: "::/0", via: "fd18::9" },
        { to: "fd01::/64", via: "fd18::9", device: "eth1" },
      ],
    },
  ],
};

/** Directors that have addresses of IPv6 alone, tunnels of IPv6 for VIPs of IPv4, and of IPv4 for those of IPv6. */
const onlySix: Partial<GivenPair> = {
  directors: [host("fd18::11", { name: "d1" }), host("fd18::12", { name: "d2" })],
  vips: ["198.18.0.100", "fd18::1ff"],
  services: [pairService({ vip: "fd18::1ff", realServers: [{ address: "fd18::21" }] })],
};

const tunnelsOfOther: Partial<GivenPair> = {
  directors: [d(11), d(12)],
  vips: ["198.18.0.100", "fd18::100"],
  connectionSync: { enabled: false },
  services: [
    pairService({ forwarding: "tun", realServers: [{ address: "fd18::21" }] }),
    pairService({ vip: "fd18::100", forwarding: "tun", realServers: [{ address: "198.18.0.21" }] }),
  ],
};

/** Tunnels of each type: of services, of single real servers, and of sorry servers. */
const tunnels: Partial<GivenPair> = {
  services: [
    pairService({
      forwarding: "tun",
      tunnel: { type: "gue" },
      sorryServer: { address: "198.18.0.29", inhibit: true },
      realServers: [
        { address: "198.19.0.21" },
        { address: "198.19.0.22", tunnel: { type: "gue", port: 7000, checksum: "remcsum" } },
        { address: "198.19.0.23", tunnel: { type: "gre" } },
        { address: "198.19.0.24", tunnel: { type: "ipip" } },
        { address: "198.18.0.25", forwarding: "dr" },
      ],
    }),
    pairService({
      port: 443,
      forwarding: "tun",
      tunnel: { type: "gue", port: 6081, checksum: "csum" },
      realServers: [{ address: "198.18.0.21", forwarding: "dr" }, { address: "198.19.0.21" }],
    }),
  ],
};

/** Checks of services and of single real servers. */
const checks = (one: GivenCheck, several: GivenCheck, ...others: GivenCheck[]): Partial<GivenPair> => ({
  services: [one, several, ...others, { none: true }].flatMap((healthCheck, index) => [
    pairService({ port: 80 + index, healthCheck }),
    pairService({
      port: 8080 + index,
      realServers: [{ address: "198.18.0.21", healthCheck }, { address: "198.18.0.22" }],
    }),
  ]),
});

/** The pairs whose documents are kept as files, by their names. */
export const goldenPairs: Record<string, Partial<GivenPair>> = {
  everything,
  together,
  apart,
  checks: checks(onePage, severalPages, byDigest),
  pair: { services: [pairService()] },
  dual,
  six,
  onlySix,
  tunnelsOfOther,
  tunnels,
  routes,
};

/** Every option that every release has, as far as they go together. */
const everyRelease: Partial<GivenPair> = {
  ...everything,
  syncGroups: [
    {
      name: "VG_1",
      instances: ["VI_1", "inner"],
      notify: { master: "a", backup: "b", fault: "c", any: "e" },
      verbatim: "smtp_alert false",
    },
  ],
  trackProcesses: [],
  startupDelay: 0,
  services: [
    pairService({ port: 5060, protocol: "udp", persistence: { timeout: 60, engine: "sip" } }),
    pairService({
      scheduler: "sh",
      schedulerFlags: ["sh-port", "sh-fallback"],
      persistence: { timeout: 60, netmask: "255.255.255.0" },
      quorum: 2,
      hysteresis: 1,
      quorumUp: "logger up",
      quorumDown: "logger down",
      sorryServer: { address: "198.18.0.29", inhibit: true },
      inhibitOnFailure: true,
      alpha: true,
      omega: true,
      verbatim: "smtp_alert false",
      healthCheck: {
        tcp: { ...target, verbatim: "bind_port 4000" },
        http: { ...target, path: "/healthz?a=b", statusCodes: ["204"] },
        https: { urls: [{ path: "/a" }, { digest }] },
        dns: { ...target, type: "A", name: "example.org" },
        smtp: { ...target, helo: "lb.example.org" },
        script: { script: "exit 0\n", dynamicWeight: true },
        interval: 10,
        warmup: 2,
      },
      realServers: [
        { address: "198.18.0.21", weight: 3, upperThreshold: 100, lowerThreshold: 50 },
        { address: "198.18.0.22", weight: 0, notifyUp: "logger up", notifyDown: "logger down" },
        { address: "198.18.0.23", inhibitOnFailure: false, verbatim: "smtp_alert false" },
      ],
    }),
    pairService({
      vip: "198.18.1.200",
      port: 53,
      protocol: "udp",
      onePacket: true,
      forwarding: "nat",
      realServers: [{ address: "198.18.0.21", port: 5353, weight: 0 }],
    }),
    pairService({ vip: "198.18.1.200", port: 9899, protocol: "sctp" }),
  ],
};

/** The pairs of which each release's own files are kept, by their names. Nothing in them needs another release. */
export const everywhere: Record<string, Partial<GivenPair>> = {
  everything: everyRelease,
  together: { ...together, trackProcesses: [], services: [] },
  apart,
  checks: checks(onePageEverywhere, severalPagesEverywhere, byDigest),
  dual: { ...dual, services: dual.services!.map((each) => ({ ...each, healthCheck: { tcp: {} } })) },
  six,
  onlySix,
};
