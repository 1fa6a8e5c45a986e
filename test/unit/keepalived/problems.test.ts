// The problems of a pair's arguments, rule by rule: the place, the value and the reason.
import { expect, test } from "vitest";
import { pairArguments } from "../../../components/model/keepalived/pair/shapes";
import { host } from "../model/samples";
import { pair, pairService } from "./samples";

type Args = Record<string, unknown>;

const two = [
  { name: "a", vips: ["198.18.0.101"] },
  { name: "b", vips: ["198.18.0.102"] },
];
const three = [host("198.18.0.11"), host("198.18.0.12"), host("198.18.0.13")];
const service = (more: Args): Args => ({ services: [{ ...pairService(), ...more }] });
const routes = (...virtualRoutes: Args[]): Args => ({ instances: [{ ...two[0], virtualRoutes }, two[1]] });
const check = (healthCheck: Args): Args => service({ healthCheck });

function problemsOf(more: Args): string[] {
  const given = { ...pair(), ...(more["instances"] ? { vips: undefined } : {}), ...more };
  return pairArguments(given, "").map(({ path, reason }) => `${path}: ${reason}`);
}

test.each<[string, Args, string[]]>([
  ["no VIP at all", { vips: undefined }, ["vips: missing: give vips, or instances"]],
  ["VIPs in two ways", { vips: ["198.18.0.99"], instances: two }, ["instances: contradicts vips"]],
  [
    "a router id beside instances",
    { instances: two, virtualRouterId: 7 },
    ["virtualRouterId: 7 is of one instance: give it there"],
  ],
  [
    "a VIP that is a director's own",
    { vips: ["198.18.0.12"] },
    ['vips[0]: "198.18.0.12" is a host\'s own address'],
  ],
  [
    "a VIP twice",
    { vips: ["198.18.0.100", "198.18.0.100"] },
    ['vips[1]: "198.18.0.100" is already there, at vips[0]'],
  ],
  [
    "a VIP in two instances",
    { instances: [two[0], { name: "b", vips: ["198.18.0.101"], virtualRouterId: 9 }] },
    ['instances[1].vips[0]: "198.18.0.101" is already there, at instances[0].vips[0]'],
  ],
  [
    "one director",
    { directors: three.slice(0, 1) },
    ["directors: there is only 1: give at least 2 of the directors"],
  ],
  [
    "one director, and what is wrong with it",
    { directors: [{ ...host("198.18.0.11"), address: "198.18.0" }] },
    [
      "directors: there is only 1: give at least 2 of the directors",
      'directors[0].address: "198.18.0" is not',
    ],
  ],
  ["no director", { directors: [] }, ["directors: the list is empty: give at least 2 of the directors"]],
  [
    "a group of one",
    { instances: two, syncGroups: [{ name: "g", instances: ["a"] }] },
    ["syncGroups[0].instances: there is only 1: give at least 2 of the instances"],
  ],
  [
    "two instances of one name",
    { instances: [two[0], { ...two[1], name: "a" }] },
    ['instances[1].name: "a" is already there, at instances[0].name'],
  ],
  [
    "two instances of one router id, which nobody gave",
    { instances: [two[0], { name: "b", vips: ["198.18.1.101"] }] },
    ["instances[1].virtualRouterId: 101 (the last byte of its first VIP) is that of instances[0] as well"],
  ],
  [
    "a group of a stranger",
    { instances: two, syncGroups: [{ name: "g", instances: ["a", "c"] }] },
    ['syncGroups[0].instances[1]: "c" is none of the instances: a, b'],
  ],
  [
    "an instance in two groups",
    {
      instances: [...two, { name: "c", vips: ["198.18.0.103"] }],
      syncGroups: [
        { name: "g", instances: ["a", "b"] },
        { name: "h", instances: ["a", "c"] },
      ],
    },
    ['syncGroups[1].instances[0]: "a" is already there, at syncGroups[0].instances[0]'],
  ],
  [
    "members of a group that prefer different directors",
    {
      instances: [
        { ...two[0], priorities: [2, 1] },
        { ...two[1], priorities: [1, 2] },
      ],
      syncGroups: [{ name: "g", instances: ["a", "b"] }],
    },
    [
      'instances[1].priorities: "b" prefers directors[1], and "a" of its sync group directors[0]: a group has one master',
    ],
  ],
  [
    "two directors of one priority",
    {
      directors: [host("198.18.0.11", { priority: 7 } as Args), host("198.18.0.12", { priority: 7 } as Args)],
    },
    [
      "directors[1].priority: 7 is that of directors[0].priority as well: the master would be a matter of chance",
    ],
  ],
  [
    "a director of the priority that another one has by default",
    { directors: [host("198.18.0.11"), host("198.18.0.12", { priority: 150 } as Args)] },
    ["directors[1].priority: 150 is that of directors[0].priority as well"],
  ],
  [
    "priorities for too few directors",
    { directors: three, instances: [{ ...two[0], priorities: [2, 1] }] },
    ["instances[0].priorities: gives 2 for 3 directors: give one for each, in their order"],
  ],
  [
    "one priority twice in an instance",
    { instances: [{ ...two[0], priorities: [2, 2] }] },
    ["instances[0].priorities[1]: 2 is that of instances[0].priorities[0] as well"],
  ],
  [
    "a fraction with VRRP 2",
    { vrrpVersion: 2, advertInterval: 0.5 },
    [
      "advertInterval: 0.5 cannot be had: VRRP 2 sends whole seconds from 1 to 255 (one byte, RFC 3768); version 3 knows hundredths",
    ],
  ],
  [
    "thousandths with VRRP 3",
    { advertInterval: 0.125 },
    ["advertInterval: 0.125 cannot be had: VRRP 3 sends hundredths of seconds"],
  ],
  [
    "too long with VRRP 3",
    { advertInterval: 41 },
    [
      "advertInterval: 41 cannot be had: VRRP 3 sends at most 40.95 seconds (12 bits of hundredths, RFC 9568): give less, or vrrpVersion 2",
    ],
  ],
  [
    "too short",
    { instances: [{ ...two[0], advertInterval: 0.01 }] },
    ["instances[0].advertInterval: 0.01 is too short: a pause of 3 × 0.01 s"],
  ],
  ["no time", { advertInterval: -1 }, ["advertInterval: -1 is not a time in seconds: give a number above 0"]],
  [
    "a delay of what is not done",
    { preemptDelay: 7 },
    ["preemptDelay: 7 goes only with preempt, which is false"],
  ],
  [
    "the same of an instance",
    { preempt: true, instances: [{ ...two[0], preempt: false, preemptDelay: 7 }] },
    ["instances[0].preemptDelay: 7 goes only with preempt, which is false"],
  ],
  [
    "a weight without preempt",
    { trackScripts: [{ name: "s", script: "true", weight: -20 }] },
    [
      "trackScripts[0].weight: -20 only changes the priority, and without preempt a priority never moves the VIPs",
    ],
  ],
  [
    "a weight where one instance does not preempt",
    {
      preempt: true,
      instances: [two[0], { ...two[1], preempt: false }],
      trackInterfaces: [{ name: "eth1", weight: 5 }],
    },
    ["trackInterfaces[0].weight: 5 only changes the priority"],
  ],
  [
    "a weight in a group",
    {
      preempt: true,
      instances: [{ ...two[0], trackInterfaces: [{ name: "eth1", weight: 5 }] }, two[1]],
      syncGroups: [{ name: "g", instances: ["a", "b"] }],
    },
    [
      "instances[0].trackInterfaces[0].weight: 5 is ignored in a sync group, whose members must agree: give 0",
    ],
  ],
  [
    "connections of a strange instance",
    { connectionSync: { instance: "x" } },
    ['connectionSync.instance: "x" is none of the instances: VI_1'],
  ],
  [
    "connections that nobody sends",
    { connectionSync: { enabled: false, port: 9 } },
    ["connectionSync.port: 9 contradicts enabled, which is false"],
  ],
  [
    "a route to nowhere",
    routes({ to: "10.0.0.0/8" }),
    [
      "instances[0].virtualRoutes[0].via: missing: give the gateway, or the device of a network that needs none",
    ],
  ],
  [
    "a route to an address",
    routes({ to: "10.1.0.0/8", device: "eth1" }),
    [
      'instances[0].virtualRoutes[0].to: "10.1.0.0/8" is not in the form in which programs print a network: write 10.0.0.0/8',
    ],
  ],
  [
    "a route of two families",
    routes({ to: "fd01::/64", via: "198.18.0.9", source: "198.18.0.101" }),
    [
      'instances[0].virtualRoutes[0].via: "198.18.0.9" is an IPv4 address, and "fd01::/64" is a network of IPv6: give an IPv6 address',
      'instances[0].virtualRoutes[0].source: "198.18.0.101" is an IPv4 address, and "fd01::/64" is a network of IPv6',
    ],
  ],
  [
    "a route through a director, and one through a VIP",
    routes({ to: "10.0.0.0/8", via: "198.18.0.12" }, { to: "10.9.0.0/16", via: "198.18.0.102" }),
    [
      'instances[0].virtualRoutes[0].via: "198.18.0.12" is a director of this pair: give the address of another host',
      'instances[0].virtualRoutes[1].via: "198.18.0.102" is a VIP of this pair: give the address of another host',
    ],
  ],
  [
    "a route from a VIP that moves by itself",
    routes({ to: "10.0.0.0/8", via: "198.18.0.9", source: "198.18.0.102" }),
    [
      'instances[0].virtualRoutes[0].source: "198.18.0.102" is none of the instance\'s VIPs, which alone move with the route: 198.18.0.101',
    ],
  ],
  [
    "two instances with one route",
    {
      instances: two.map((each) => ({
        ...each,
        virtualRoutes: [
          { to: "10.0.0.0/8", via: "198.18.0.9", ...(each.name === "b" ? { table: 254 } : {}) },
        ],
      })),
    },
    [
      'instances[1].virtualRoutes[0].to: "10.0.0.0/8" is already there, at instances[0].virtualRoutes[0], in the same table with the same metric: give one of the two another metric',
    ],
  ],
  [
    "routes that differ by their metrics or their tables",
    routes(
      { to: "fd01::/64", via: "fd18::9", metric: 1023 },
      { to: "fd01::/64", via: "fd18::8" },
      { to: "fd01::/64", via: "fd18::9", table: 7 },
    ),
    [],
  ],
  [
    "a service on a stranger's VIP",
    service({ vip: "198.18.0.99" }),
    ['services[0].vip: "198.18.0.99" is none of the pair\'s VIPs: 198.18.0.100'],
  ],
  [
    "a service of nobody",
    service({ realServers: [] }),
    ["services[0].realServers: the list is empty, and keepalived ignores a service without real servers"],
  ],
  [
    "a service by a director",
    service({ realServers: [{ address: "198.18.0.12" }] }),
    [
      'services[0].realServers[0].address: "198.18.0.12" is a director of this pair: as backup it has the same rules, and would balance again what the master sends it, in a loop',
    ],
  ],
  [
    "a director that is sorry",
    service({ sorryServer: { address: "198.18.0.11" } }),
    ['services[0].sorryServer.address: "198.18.0.11" is a director of this pair'],
  ],
  [
    "a quorum that nothing reaches",
    service({ quorum: 3 }),
    ["services[0].quorum: 3 can never be reached: the real servers' weights come to 2"],
  ],
  [
    "a hysteresis of the whole quorum",
    service({ quorum: 2, hysteresis: 2 }),
    ["services[0].hysteresis: 2 must be less than the quorum, which is 2"],
  ],
  [
    "a sorry server that is a real one",
    service({ sorryServer: { address: "198.18.0.22" } }),
    ['services[0].sorryServer.address: "198.18.0.22" is real server services[0].realServers[1] as well'],
  ],
  [
    "a sorry server on another port",
    service({ sorryServer: { address: "198.18.0.29", port: 81 } }),
    [
      'services[0].sorryServer.port: 81 differs from the service\'s port 80: direct routing cannot change the port; only forwarding "nat" can',
    ],
  ],
  [
    "a sorry VIP",
    service({ sorryServer: { address: "198.18.0.100" } }),
    ['services[0].sorryServer.address: "198.18.0.100" is the VIP itself'],
  ],
  [
    "a check of every port",
    service({ port: 0, persistence: {}, healthCheck: { tcp: {} } }),
    ["services[0].healthCheck.tcp.port: missing: the service is for every port"],
  ],
  [
    "a check and none",
    check({ none: true, dns: {} }),
    ["services[0].healthCheck.dns: contradicts none, which is true"],
  ],
  [
    "one page and several",
    check({ http: { path: "/a", urls: [{}] } }),
    ["services[0].healthCheck.http.path: contradicts urls: give it there"],
  ],
  [
    "a reply that is not required",
    check({ udp: { requireReply: false, reply: "00" } }),
    ["services[0].healthCheck.udp.reply: says what the reply is like, and requireReply is false"],
  ],
  [
    "a reply of less than its least",
    check({ udp: { minReplyLength: 300 } }),
    [
      "services[0].healthCheck.udp.minReplyLength: 300 is above maxReplyLength, which is 255 if it is not given",
    ],
  ],
  [
    "times in too small steps",
    check({ interval: 0.0001 }),
    [
      "services[0].healthCheck.interval: 0.0001 is not a time in seconds: give a multiple of 0.001 from 0.1 to 86400",
    ],
  ],
  [
    "a slip of the pen",
    check({ htpp: {} }),
    ['services[0].healthCheck.htpp: no such argument; did you mean "http"?'],
  ],
])("%s", (_, more, expected) => {
  const problems = problemsOf(more);
  expect(problems).toHaveLength(expected.length);
  expected.forEach((each, index) => expect(problems[index]).toContain(each));
});
