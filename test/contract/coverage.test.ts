// Each argument of a component does something: without it, or with another value of it, the component registers something else or looks
// another way at its hosts. One that is accepted and does nothing fails here. (What becomes of KeepalivedPair's: test/unit/keepalived/coverage.test.ts.)
import { describe, expect, test } from "vitest";
import type { ConnectionArgs } from "../../index";
import { Cluster, Director, RealServer, VirtualService } from "../../index";
import { HostUnreachable } from "../../components/remote/failure";
import { goldenPairs } from "../unit/keepalived/everything";
import { argumentsOf, withAnother, without } from "../unit/keepalived/paths";
import { named } from "../unit/model/keys";
import { everySetting } from "../unit/model/samples";
import { clean, program } from "./program";
import { hostKey, privateKey, vip } from "./samples";

type Given = Record<string, unknown>;

interface Declared {
  /** All that is registered, and how hosts are looked at. */
  all: string;
  error: Error | undefined;
}

/** What comes of a component with these arguments. (In a preview: an update looks at hosts in any case.) */
type Declare = (args: Given) => Promise<Declared>;

const declares =
  (component: new (name: string, args: never) => unknown): Declare =>
  async (args) => {
    const world = {
      preview: true,
      // (A host of this name gives no answer.)
      answer: ({ who }: { who: string }) => {
        if (who.includes("gone")) throw new HostUnreachable(`${who} gives no answer`);
        return clean();
      },
    };
    const { resources, runs, error } = await program(() => void new component("x", args as never), world);
    return { all: JSON.stringify([resources, runs]), error };
  };

/** Ways to log in that between them have every member. */
const logins: ConnectionArgs[] = [
  { port: 2222, user: "admin", privateKey, privateKeyPassword: "one", hostKey },
  { password: "two", knownHosts: `198.18.0.99,* ${hostKey}` },
  { agentSocketPath: "/run/agent", insecureHostKey: true },
];
const connections = logins.flatMap((login): ConnectionArgs[] => [
  login,
  { ...logins[0]!, proxy: { ...login, host: "198.18.0.98" } },
]);

const place = (name: string, last: number): Given => ({
  name,
  address: `198.18.0.${last}`,
  address6: `fd18::${last}`,
  interface: "eth0",
  assumeRelease: "el9",
  installPackages: false,
});
const host = (name: string, last: number, more: Given = {}): Given => ({
  ...place(name, last),
  connection: logins[0],
  ...more,
});

/** A host by every option of its own. */
const waysToHost = (name: string, last: number): Given[] => [
  ...connections.map((connection) =>
    host(name, last, { connection: { ...connection, host: "198.18.0.99" } }),
  ),
  host(name, last, { connection: logins[1], become: "sudo" }),
];

/** What every component may be told of its work on hosts that have no connection of their own. */
const waysToRun: Given[] = [
  ...connections.map((connection) => ({ connection })),
  {
    connection: logins[0],
    sysctls: { "net.core.somaxconn": "1024" },
    removePackages: true,
    applyTimeout: 90,
    drift: "off",
    firewall: "check",
  },
];

const vip6 = "fd18::100";
const gateway = "198.18.0.19";
const gateway6 = "fd18::19";
const webServer = { kind: "httpd", content: "<h1>x</h1>", ports: [8080] };

const realServers = [
  { address: "198.18.0.21", weight: 3, upperThreshold: 9, lowerThreshold: 7, forwarding: "nat", port: 8080 },
  { address: "198.18.0.22", forwarding: "dr" },
];
const byNat = [
  { vip, port: 80, forwarding: "nat", realServers },
  { vip: vip6, port: 80, forwarding: "nat", realServers: [{ address: "fd18::21" }] },
];
/** Tunnels by every option, and one whose type may be another one. */
const tunnels = [{ type: "gue", port: 7000, checksum: "csum" }, { type: "gue" }];

/** A service by every option that needs no keepalived. */
const services: Given[] = [
  {
    vip,
    port: 80,
    forwarding: "tun",
    scheduler: "sh",
    schedulerFlags: ["sh-port"],
    persistence: { timeout: 60, netmask: "255.255.255.0" },
    realServers,
  },
  ...tunnels.map((tunnel) => ({
    vip,
    port: 80,
    forwarding: "tun",
    tunnel,
    realServers: [
      { address: "198.18.0.21" },
      ...tunnels.map((own, index) => ({ address: `198.18.0.3${index}`, tunnel: own })),
    ],
  })),
  { vip, port: 53, protocol: "udp", onePacket: true, scheduler: "rr", realServers },
  { vip, port: 5060, protocol: "udp", persistence: { engine: "sip" }, realServers },
  { ...byNat[1], persistence: { prefixLength: 64 } },
  ...[{ ports: [80, 443] }, { portRange: { first: 8000, last: 8100 } }, { allPorts: true }].map((ports) => ({
    ...ports,
    vip,
    mark: 7,
    protocol: "udp",
    realServers: [{ address: "198.18.0.21" }],
  })),
];

/** By every option of keepalived. */
const pairs = Object.values(goldenPairs).map((given): Given => ({ ...given }));
const pairServices = pairs.flatMap((pair) => (pair["services"] ?? []) as Given[]);
const gatewayOf = (service: Given): Given =>
  service["forwarding"] !== "nat" ? {} : service["vip"] === vip6 ? { gateway6 } : { gateway };

// (Each test ends at the first sample that makes a difference. Samples that alone have one for some arguments come first.)

const directors: Given[] = [
  { host: host("d1", 11, { interface: undefined }), services: byNat },
  { host: host("d1", 11), ipvs: everySetting },
  ...waysToHost("d1", 11).map((each) => ({ host: each })),
  ...waysToRun.map((each) => ({ host: place("d1", 11), ...each })),
  ...services.map((service) => ({ host: host("d1", 11), services: [service] })),
  { host: host("d1", 11), services: byNat, gateway, gateway6, drain: 5 },
];

const realServersOfComponent: Given[] = [
  {
    host: host("r1", 21),
    vips: [vip, vip6],
    forwarding: ["nat", "tun"],
    webServer,
    returnRoute: {
      gateway,
      gateway6,
      tcpPorts: [80],
      udpPorts: [53],
      sctpPorts: [9899],
      portRanges: [{ protocol: "udp", first: 8000, last: 8100 }],
      localClients: true,
    },
  },
  ...waysToHost("r1", 21).map((each) => ({ host: each, vips: [vip] })),
  ...waysToRun.map((each) => ({ host: place("r1", 21), vips: [vip], webServer, ...each })),
  { host: host("r1", 21), vips: [vip], forwarding: ["tun"] },
  ...tunnels.map((each) => ({ host: host("r1", 21), vips: [vip], forwarding: ["tun"], tunnels: [each] })),
  {
    host: host("r1", 21),
    vips: [vip],
    openPorts: {
      tcpPorts: [80],
      udpPorts: [53],
      sctpPorts: [9899],
      portRanges: [{ protocol: "udp", first: 8000, last: 8100 }],
      directors: ["198.18.0.11"],
      checkPorts: [8080],
      udpCheckPorts: [8053],
    },
  },
  { host: host("gone", 21), vips: [vip], whenUnreachable: "skip" },
];

const onPair = (service: Given): Given => ({
  ...service,
  ...gatewayOf(service),
  connection: logins[0],
  pair: { vips: [service["vip"] ?? vip, "198.18.0.101"], directors: [place("d1", 11), place("d2", 12)] },
});
const virtualServices: Given[] = [
  { ...byNat[1], directors: [host("d1", 11, { interface: undefined })] },
  onPair({ ...services[1], vip: undefined }),
  { ...services[0], directors: [host("d1", 11)], ipvs: everySetting },
  ...waysToHost("d1", 11).map((each) => ({ ...services[0], directors: [each] })),
  ...waysToRun.map((each) => ({ ...services[0], directors: [place("d1", 11)], ...each })),
  ...[...services, ...byNat].map((service) => ({
    ...service,
    ...gatewayOf(service),
    directors: [host("d1", 11)],
    drain: 5,
  })),
  ...pairServices.map(onPair),
];

const cluster = {
  vips: [vip],
  directors: [host("d1", 11)],
  realServers: [host("r1", 21)],
  services: [{ port: 80 }],
};
const two = { directors: [host("d1", 11, { priority: 120 }), host("d2", 12)] };
/** In a Cluster, which has VIPs and real servers of its own. */
const inCluster = ({ vip: own, realServers: _, ...service }: Given): Given => ({
  ...cluster,
  vips: [own],
  services: [service],
  realServers: [host("r1", 21, { weight: 7 })],
});
const clusters: Given[] = [
  inCluster(byNat[1]!),
  { ...cluster, ipvs: everySetting },
  ...waysToHost("d1", 11).map((each) => ({ ...cluster, directors: [each] })),
  ...waysToHost("r1", 21).map((each) => ({ ...cluster, realServers: [each] })),
  ...waysToRun.map((each) => ({
    ...cluster,
    directors: [place("d1", 11)],
    realServers: [place("r1", 21)],
    ...each,
  })),
  ...services.map(inCluster),
  ...pairServices.map((service) => ({ ...inCluster(service), ...two, ...gatewayOf(service) })),
  ...pairs.map((pair) => ({ ...cluster, ...two, keepalived: ofCluster(pair) })),
  { ...cluster, ...two, keepalived: { preempt: true } },
  {
    ...cluster,
    ...two,
    vips: [vip, vip6],
    services: [{ port: 80, realServerPort: 8080 }],
    realServers: [host("r1", 21, { weight: 3, upperThreshold: 9, lowerThreshold: 7 })],
    ...{ forwarding: "nat", gateway, gateway6, localClients: true, drain: 5, webServer },
  },
  { ...cluster, forwarding: "nat", returnRoutes: false },
  { ...cluster, realServers: [host("r1", 21, { forwarding: "tun" })] },
  ...tunnels.flatMap((tunnel) => [
    { ...cluster, forwarding: "tun", tunnel },
    { ...cluster, forwarding: "tun", realServers: [host("r1", 21, { tunnel })] },
  ]),
  { ...cluster, realServers: [host("gone", 21, { whenUnreachable: "skip" })] },
];

/** What of a pair's settings a Cluster has as well. Its one instance is VI_1. */
function ofCluster(pair: Given): Given {
  const names = Object.keys(pair).filter((name) =>
    allArguments("Cluster").some((path) => path.startsWith(`keepalived.${name}`)),
  );
  const settings = Object.fromEntries(names.map((name) => [name, pair[name]]));
  const sync = settings["connectionSync"] as Given | undefined;
  return sync?.["instance"] === undefined
    ? settings
    : { ...settings, connectionSync: { ...sync, instance: "VI_1" } };
}

const components: Record<string, [Declare, Given[]]> = {
  Director: [declares(Director), directors],
  RealServer: [declares(RealServer), realServersOfComponent],
  VirtualService: [declares(VirtualService), virtualServices],
  Cluster: [declares(Cluster), clusters],
};

/** Another value of the same kind, for arguments that a component cannot do without. */
function another(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  const text = String(value);
  if (text === "httpd") return "nginx";
  if (text === "gue") return "gre";
  if (text === "csum") return "remcsum";
  if (text.includes(hostKey)) return text.replace(hostKey, named("ssh-rsa"));
  return text.replace(/\d?$/, (last) => `${(Number(last) + 1) % 10}`);
}

function allArguments(component: string): string[] {
  return argumentsOf(component).map(({ path }) => path);
}

/** What has no other value, and one of its kind is required; and what makes the difference between a warning and an error. */
const refusedWithout = /\.insecureHostKey$|(^|\.)allPorts$|whenUnreachable$/;

/** What can make no difference: a pair's `ref` tells more than a service on the pair needs, and a Cluster has one instance. */
const noChoice: Record<string, string[]> = {
  VirtualService: ["pair.directors[].address6", "pair.directors[].interface"],
  Cluster: ["keepalived.connectionSync.instance"],
};

describe.each(Object.entries(components))("%s", (name, [declare, samples]) => {
  const bases = new Map<Given, Promise<Declared>>();
  const base = (sample: Given) => {
    if (!bases.has(sample)) bases.set(sample, declare(sample));
    return bases.get(sample)!;
  };

  test.each(samples)("$#: a right sample", async (sample) => {
    const { error } = await base(sample);
    if (error !== undefined) throw error;
  });

  const options = allArguments(name).filter((path) => !noChoice[name]?.includes(path));

  test.each(options)("%s does something", async (option) => {
    const outcomes = new Set<string>();
    for (const sample of samples) {
      const { all } = await base(sample);
      for (const spoilt of [...without(sample, option), ...withAnother(sample, option, another)]) {
        const { error, all: now } = await declare(spoilt);
        if (error === undefined ? now !== all : refusedWithout.test(option)) return;
        outcomes.add(error?.message ?? "the same");
      }
    }
    expect.fail(`without it, or with another value: ${[...outcomes].join("; ") || "in no sample"}`);
  });
});
