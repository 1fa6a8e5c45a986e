// The matrix of forwarding methods as data: its cells, the cells that are not possible yet and why, and the arguments of each.
import type * as lvs from "@pulumi-lvs/lvs";
import { planHost } from "../../../lab/layout";

export const methods = ["dr", "nat", "tun"] as const;
export const families = ["IPv4", "IPv6"] as const;
export const traffics = ["TCP", "UDP", "SCTP", "mark"] as const;
export type Method = (typeof methods)[number];
export type Family = (typeof families)[number];
export type Traffic = (typeof traffics)[number];

export interface Tunnel {
  type: lvs.TunnelType;
  port?: number;
  checksum?: lvs.TunnelChecksum;
}

export interface Cell {
  method: Method;
  family: Family;
  /** The kinds of services of the cluster. A cell of the matrix has one kind. */
  traffic: readonly Traffic[];
  persistent: boolean;
  pair: boolean;
  /** The hosts by name. */
  realServers: readonly string[];
  /** Real servers with a method of their own. */
  own?: Readonly<Record<string, Method>>;
  /** The tunnel of real servers that are reached by one. Default: the package's. */
  tunnel?: Tunnel;
  /** Real servers with a tunnel of their own. */
  ownTunnels?: Readonly<Record<string, Tunnel>>;
  /** Real servers with a weight of their own: the scheduler is then wrr. Default: 1 each, and rr. */
  weights?: Readonly<Record<string, number>>;
  /** Whether the director's messages "fragmentation needed" are lost on their way. */
  blackHole?: boolean;
  /** Whether IPVS tells conntrack of its connections, which NAT needs where firewalld runs. */
  conntrack?: boolean;
  /** Of a pair: seconds between two adverts. Default: the package's. */
  advertInterval?: number;
  /**
   * The client: x1, behind the router; c1, a neighbour of the real servers; or f1, beside x1, a machine with a kernel of its own, because
   * this machine's kernel may have no SCTP.
   */
  client: "x1" | "c1" | "f1";
}

const near = ["r1", "r2", "r3"];

export function cell(method: Method, rest: Partial<Cell> = {}): Cell {
  const client = rest.traffic?.includes("SCTP") ? "f1" : "x1";
  return {
    method,
    family: "IPv4",
    traffic: ["TCP"],
    persistent: false,
    pair: false,
    // A tunnel reaches a real server in the other network as well.
    realServers: method === "tun" && client !== "f1" ? ["r1", "r2", "f1"] : near,
    client,
    ...rest,
  };
}

/** Every method with every family, traffic, persistence and number of directors. */
export const matrix: Cell[] = methods.flatMap((method) =>
  families.flatMap((family) =>
    traffics.flatMap((traffic) =>
      [false, true].flatMap((persistent) =>
        [false, true].map((pair) => cell(method, { family, traffic: [traffic], persistent, pair })),
      ),
    ),
  ),
);

/** Cells that are not in the matrix, by name. */
export const further: Record<string, Cell> = {
  "dr, weights 3:2:1": cell("dr", { weights: { r1: 3, r2: 2, r3: 1 } }),
  "nat, weights 3:2:1": cell("nat", { weights: { r1: 3, r2: 2, r3: 1 } }),
  "tun, weights 3:2:1": cell("tun", { weights: { r1: 3, r2: 2, f1: 1 } }),
  "dr, with one real server by tun": cell("dr", { realServers: ["r1", "r2", "f1"], own: { f1: "tun" } }),
  "nat, with one real server by dr and one by tun": cell("nat", {
    realServers: ["r1", "r2", "f1"],
    own: { r2: "dr", f1: "tun" },
  }),
  "nat, for a neighbour of the real servers": cell("nat", { client: "c1" }),
  "nat, for a neighbour of the real servers, a pair": cell("nat", { client: "c1", pair: true }),
  "tun, with messages of too large packets lost": cell("tun", { blackHole: true }),
  "tun over IPv6, with messages of too large packets lost": cell("tun", { family: "IPv6", blackHole: true }),
  "nat over IPv6, for a neighbour of the real servers": cell("nat", { family: "IPv6", client: "c1" }),
};

export function titleOf({ method, family, traffic, persistent, pair }: Cell): string {
  return [
    method,
    family,
    traffic.join(" and "),
    persistent ? "persistent" : "plain",
    pair ? "pair" : "one director",
  ].join(", ");
}

export const directorsOf = ({ pair }: Cell): string[] => (pair ? ["d1", "d2"] : ["d1"]);

export const hostsOf = (given: Cell): string[] => [...directorsOf(given), ...given.realServers];

export const methodOf = ({ method, own }: Cell, host: string): Method => own?.[host] ?? method;

export function addressOf(host: string, family: Family): string {
  const plan = planHost(host)!;
  return family === "IPv4" ? plan.address : plan.address6;
}

export const vipOf = ({ family }: Cell): string => (family === "IPv4" ? "198.18.0.100" : "fd18::100");

/** An address of no host, to which the real servers of a pair reply. */
const movingGateway: Record<Family, string> = { IPv4: "198.18.0.250", IPv6: "fd18::250" };

export const gatewayOf = (given: Cell): string | undefined =>
  given.pair && methodsOf(given).includes("nat") ? movingGateway[given.family] : undefined;

export const methodsOf = (given: Cell): Method[] => [
  ...new Set(given.realServers.map((host) => methodOf(given, host))),
];

export interface CellService {
  protocol: "tcp" | "udp" | "sctp";
  port: number;
  realServerPort: number;
  /** The program that answers: the declared web server, or a program of the test (servers.ts). */
  answeredBy: "web server" | "test";
}

/** The mark of the one service that a cell of marks has: it has all of the cell's ports. */
const mark = 7;
const isMarked = ({ traffic }: Cell) => traffic.includes("mark");

/** If every real server is reached by NAT, some of their ports differ from their services'; but a mark never changes a port. */
export function servicesOf(given: Cell): CellService[] {
  const other = (port: number, changed: number) =>
    !isMarked(given) && given.realServers.every((host) => methodOf(given, host) === "nat") ? changed : port;
  const tcp = { protocol: "tcp" as const };
  const udp = { protocol: "udp" as const };
  const sctp = { protocol: "sctp" as const };
  return [
    ...(given.traffic.includes("TCP") || isMarked(given)
      ? [
          { ...tcp, port: 80, realServerPort: 80, answeredBy: "web server" as const },
          { ...tcp, port: 8000, realServerPort: other(8000, 8080), answeredBy: "test" as const },
        ]
      : []),
    ...(given.traffic.includes("UDP")
      ? [{ ...udp, port: 5353, realServerPort: other(5353, 5300), answeredBy: "test" as const }]
      : []),
    ...(given.traffic.includes("SCTP")
      ? [{ ...sctp, port: 5000, realServerPort: other(5000, 5001), answeredBy: "test" as const }]
      : []),
  ];
}

const persistence = 300;
const schedulerOf = ({ weights }: Cell): lvs.Scheduler => (weights === undefined ? "rr" : "wrr");
const weightOf = ({ weights }: Cell, host: string) => weights?.[host] ?? 1;

/** The config of test/lab/programs/cluster. */
export function declaredBy(given: Cell): Record<"hosts" | "own" | "cluster", string> {
  const own: Record<string, Partial<lvs.ClusterRealServerArgs>> = {};
  const address6 = (host: string) => (given.family === "IPv6" ? addressOf(host, "IPv6") : undefined);
  for (const host of directorsOf(given)) own[host] = { address6: address6(host) };
  for (const host of given.realServers)
    own[host] = {
      address6: address6(host),
      forwarding: given.own?.[host],
      weight: given.weights?.[host],
      tunnel: given.ownTunnels?.[host],
    };
  const common = {
    scheduler: schedulerOf(given),
    ...(given.persistent ? { persistence: { timeout: persistence } } : {}),
  };
  const cluster: Omit<lvs.ClusterArgs, "directors" | "realServers"> = {
    vips: [vipOf(given)],
    forwarding: given.method,
    tunnel: given.tunnel,
    [given.family === "IPv6" ? "gateway6" : "gateway"]: gatewayOf(given),
    keepalived: given.advertInterval === undefined ? undefined : { advertInterval: given.advertInterval },
    ipvs: given.conntrack ? { conntrack: true } : undefined,
    localClients: given.client === "c1" ? true : undefined,
    services: isMarked(given)
      ? [{ ports: servicesOf(given).map(({ port }) => port), mark, ...common }]
      : servicesOf(given).map(({ protocol, port, realServerPort }) => ({
          port,
          protocol,
          ...common,
          ...(realServerPort === port ? {} : { realServerPort }),
        })),
    webServer: servicesOf(given).some(({ answeredBy }) => answeredBy === "web server")
      ? { kind: "nginx" }
      : undefined,
    // Entries of UDP last longer than any test.
    drain: 2,
  };
  return {
    hosts: JSON.stringify(hostsOf(given)),
    own: JSON.stringify(own),
    cluster: JSON.stringify(cluster),
  };
}

const options = { tcp: "-t", udp: "-u", sctp: "--sctp-service" };
const flags: Record<Method, string> = { dr: "-g", nat: "-m", tun: "-i" };

const endpoint = (address: string, port: number) =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

export const tunnelOf = (given: Cell, host: string): Tunnel =>
  given.ownTunnels?.[host] ?? given.tunnel ?? { type: "ipip" };

/** The port at which datagrams of GUE arrive. */
export const gueOf = ({ type, port }: Tunnel): number | undefined =>
  type === "gue" ? (port ?? 6080) : undefined;

function tunnelOptionsOf(given: Cell, host: string): string {
  const tunnel = tunnelOf(given, host);
  const { type, checksum = "nocsum" } = tunnel;
  const port = gueOf(tunnel);
  return ` --tun-type ${type}${port === undefined ? "" : ` --tun-port ${port}`}${type === "ipip" ? "" : ` --tun-${checksum}`}`;
}

/** The table as ipvsadm -Sn prints it, sorted. */
export function tableOf(given: Cell): string[] {
  const all = isMarked(given)
    ? [{ service: `-f ${mark}${given.family === "IPv6" ? " -6" : ""}`, port: 0 }]
    : servicesOf(given).map(({ protocol, port, realServerPort }) => ({
        service: `${options[protocol]} ${endpoint(vipOf(given), port)}`,
        port: realServerPort,
      }));
  return all
    .flatMap(({ service, port }) => [
      `-A ${service} -s ${schedulerOf(given)}${given.persistent ? ` -p ${persistence}` : ""}`,
      ...given.realServers.map((host) => {
        const method = methodOf(given, host);
        const realServer = endpoint(addressOf(host, given.family), port);
        return `-a ${service} -r ${realServer} ${flags[method]} -w ${weightOf(given, host)}${method === "tun" ? tunnelOptionsOf(given, host) : ""}`;
      }),
    ])
    .sort();
}

/** The servers that answer this number of visits of a client without persistence. The number is a multiple of the sum of all weights. */
export function sharesOf(given: Cell, visits: number): Record<string, number> {
  const sum = given.realServers.reduce((all, host) => all + weightOf(given, host), 0);
  return Object.fromEntries(given.realServers.map((host) => [host, (visits / sum) * weightOf(given, host)]));
}
