import type { Known } from "../args/known";
import type {
  DestinationArgs,
  DestinationShareArgs,
  PersistenceArgs,
  ServiceArgs,
  ServiceSettingsArgs,
} from "../args/service";
import type { TunnelArgs } from "../args/tunnel";
import { address, endpoint, everyAddress, type Family, familyOf, isAddress, netmask } from "./address";
import { pairOnlyOfDestination, pairOnlyOfService } from "./keepalivedOnly";
import {
  ForwardingMethod,
  PersistenceEngine,
  Protocol,
  type Scheduler,
  type SchedulerFlag,
} from "../args/enums";
import {
  defaultForwarding,
  familyProblems,
  forwardingMethod,
  portProblems,
  tunnelProblems,
} from "./forwarding";
import { isMarked, markOf, onePortsOrOther, portMembers, type Ports, portsOf, portsText } from "./ports";
import { defaultScheduler, flagsOf, misfits, scheduler, schedulerFlag } from "./scheduler";
import {
  elements,
  flag,
  isRecord,
  join,
  later,
  list,
  oneOf,
  optional,
  type Problem,
  record,
  show,
  type Shape,
  wholeNumber,
} from "./shape";
import { completeTunnel, ipInIp, tunnel, type Tunnel } from "./tunnel";

/** What the kernel has a module for. */
export type Engine = Exclude<PersistenceEngine, typeof PersistenceEngine.None>;

/** A virtual service with all defaults filled in. */
export interface Service {
  protocol: Protocol;
  vip: string;
  /** 0 is every port. A service of a mark also has 0. */
  port: number;
  /** For several ports that are one service: packets to them get this mark. */
  marked?: { mark: number; ports: Ports[] } | undefined;
  scheduler: Scheduler;
  flags: SchedulerFlag[];
  /** For an IPv6 VIP, the netmask is the length of a prefix. */
  persistence: { timeout: number; netmask: string; engine?: Engine | undefined } | undefined;
  onePacket: boolean;
  destinations: Destination[];
}

export interface Destination {
  address: string;
  port: number;
  weight: number;
  upper: number;
  lower: number;
  forwarding: ForwardingMethod;
  /** If it is reached by a tunnel. */
  tunnel?: Tunnel | undefined;
}

/** ipvsadm(8): without a number, --persistent means 300 seconds (in ipvsadm 1.31, 360 seconds). Here it always has a number. */
export const defaultPersistence: { timeout: number; netmask: Record<Family, string> } = {
  timeout: 300,
  netmask: { IPv4: "255.255.255.255", IPv6: "128" },
};

/** The kernel's own limit, 31 days. */
const longestPersistence = 31 * 24 * 3600;
const largest = 2147483647;
const count = wholeNumber("a number of connections", 0, largest);

export const servicePort = wholeNumber("a port", 0, 65535);
const weight = wholeNumber("a weight", 0, largest);

/** The settings of a real server in services. Problems of several of them: thresholdsFit. */
export const shareMembers: Record<keyof DestinationShareArgs, Shape> = {
  weight: optional(weight),
  upperThreshold: optional(count),
  lowerThreshold: optional(count),
  forwarding: optional(forwardingMethod),
  tunnel: optional(tunnel),
};

const persistenceMembers: Record<keyof PersistenceArgs, Shape> = {
  timeout: optional(wholeNumber("a time in seconds", 1, longestPersistence)),
  netmask: (given, path) => (given === everyAddress ? [] : optional(netmask)(given, path)),
  prefixLength: optional(wholeNumber("a length of prefixes in bits", 1, 128)),
  engine: optional(oneOf("a persistence engine", Object.values(PersistenceEngine))),
};

/** Without an engine, all clients would be sent to one real server. */
const everyClientByEngine: Shape = (given, path) =>
  isRecord(given) &&
  given["netmask"] === everyAddress &&
  (given["engine"] ?? PersistenceEngine.None) === PersistenceEngine.None
    ? [
        {
          path: join(path, "netmask"),
          reason: `${show(everyAddress)} counts all clients as one, so all would be sent to one real server: give a netmask such as 255.255.255.0, or an engine`,
        },
      ]
    : [];

/** `netmask` is for IPv4 and `prefixLength` for IPv6. With several VIPs, one VIP of that family is enough. */
export function persistenceFits(service: unknown, vips: readonly unknown[], path: string): Problem[] {
  const persistence = isRecord(service) ? service["persistence"] : undefined;
  if (!isRecord(persistence) || vips.length === 0 || !vips.every(isAddress)) return [];
  const families = vips.map(familyOf);
  const words: [name: string, family: Family, instead: string][] = [
    ["netmask", "IPv4", "prefixLength"],
    ["prefixLength", "IPv6", "netmask"],
  ];
  return words.flatMap(([name, family, instead]) =>
    persistence[name] === undefined || families.includes(family)
      ? []
      : [
          {
            path: join(path, `persistence.${name}`),
            reason: `${show(persistence[name])} is for ${family}, and ${show(vips[0])} is an ${familyOf(vips[0] ?? "")} address: give ${instead}`,
          },
        ],
  );
}

/** All members of a service except its address and its real servers, which a Cluster adds itself. */
export const serviceMembers: Record<keyof ServiceSettingsArgs, Shape> = {
  ...portMembers,
  forwarding: optional(forwardingMethod),
  tunnel: optional(tunnel),
  protocol: optional(oneOf("a protocol", Object.values(Protocol))),
  scheduler: optional(scheduler),
  schedulerFlags: optional(list(schedulerFlag, 0, "flags")),
  persistence: optional(
    record(
      "an object with timeout, netmask, prefixLength and engine",
      persistenceMembers,
      everyClientByEngine,
    ),
  ),
  onePacket: optional(flag),
};

/** Problems of several members together. */
export const serviceAsAWhole: Shape = (given, path) => {
  if (!isRecord(given)) return [];
  const problems = [
    ...onePortsOrOther(given, path),
    ...misfits(given["scheduler"] ?? defaultScheduler, given["schedulerFlags"], join(path, "schedulerFlags")),
  ];
  if (given["port"] === 0 && given["persistence"] === undefined) {
    problems.push({
      path: join(path, "port"),
      reason: "0 (every port) goes only with persistence: give a port from 1 to 65535, or persistence",
    });
  }
  const protocol = given["protocol"] ?? Protocol.Tcp;
  if (given["onePacket"] === true && (protocol === Protocol.Tcp || protocol === Protocol.Sctp)) {
    problems.push({
      path: join(path, "onePacket"),
      reason: `true goes only with protocol udp, and this service is ${protocol}`,
    });
  }
  const engine = isRecord(given["persistence"]) ? given["persistence"]["engine"] : undefined;
  // (The kernel would drop all packets: ip_vs_pe_sip.c, ip_vs_sip_fill_param.)
  if (engine === PersistenceEngine.Sip && (protocol === Protocol.Tcp || protocol === Protocol.Sctp)) {
    problems.push({
      path: join(path, "persistence.engine"),
      reason: `${show(engine)} goes only with protocol udp, and this service is ${protocol}`,
    });
  }
  return problems;
};

export const thresholdsFit: Shape = (given, path) => {
  if (!isRecord(given)) return [];
  const { upperThreshold: upper, lowerThreshold: lower } = given;
  if (typeof lower !== "number" || upper === later || (upper !== undefined && typeof upper !== "number"))
    return [];
  return lower > (upper ?? 0)
    ? [
        {
          path: join(path, "lowerThreshold"),
          reason: `${lower} is above upperThreshold, which is ${upper ?? "not given"}`,
        },
      ]
    : [];
};

const destinationMembers: Record<keyof DestinationArgs, Shape> = {
  address: address("a real server"),
  port: optional(servicePort),
  ...shareMembers,
};

/** The real servers of a service, with further members of each. */
export const destinationsOf = (more: Record<string, Shape>): Shape =>
  list(
    record(
      'a real server such as { address: "192.0.2.21", weight: 1 }',
      { ...destinationMembers, ...more },
      thresholdsFit,
    ),
    0,
    "real servers",
  );

/** Members of a service that this package's own program keeps. */
export const plainServiceMembers = {
  vip: address("a VIP"),
  ...serviceMembers,
  realServers: destinationsOf(pairOnlyOfDestination),
  ...pairOnlyOfService,
} satisfies Record<keyof ServiceArgs, Shape>;

/** A service of a Director. */
export const service: Shape = record("a virtual service", plainServiceMembers, (given, path) => [
  ...serviceAsAWhole(given, path),
  ...destinationsTogether(given, path),
]);

/** Problems of the real servers of a service together. */
export const destinationsTogether: Shape = (given, path) => {
  if (!isRecord(given)) return [];
  const seen = new Map<string, string>();
  const persistence = persistenceFits(given, given["vip"] === undefined ? [] : [given["vip"]], path);
  const ofServers = elements(given["realServers"]).flatMap((element, index): Problem[] => {
    if (!isRecord(element)) return [];
    const here = `${join(path, "realServers")}[${index}]`;
    const { address: own } = element;
    const problems = [
      ...portProblems(given, element, here),
      ...familyProblems(given, element, [given["vip"]], here),
    ];
    if (isAddress(own)) {
      if (own === given["vip"])
        problems.push({ path: `${here}.address`, reason: `${show(own)} is the VIP itself` });
      const first = seen.get(own);
      if (first !== undefined)
        problems.push({ path: `${here}.address`, reason: `${show(own)} is already there, at ${first}` });
      else seen.set(own, here);
    }
    return problems;
  });
  return [...persistence, ...ofServers, ...tunnelProblems(given, path)];
};

function persistenceMask(given: Known<PersistenceArgs>, family: Family): string {
  const said = family === "IPv4" ? given.netmask : given.prefixLength?.toString();
  return said ?? defaultPersistence.netmask[family];
}

function engineOf({ engine = PersistenceEngine.None }: Known<PersistenceArgs>): Engine | undefined {
  return engine === PersistenceEngine.None ? undefined : engine;
}

/** Fills in the defaults. The arguments have passed `service`. */
export function completeService(given: Known<ServiceArgs>): Service {
  const name = given.scheduler ?? defaultScheduler;
  const protocol = given.protocol ?? Protocol.Tcp;
  const { vip, port = 0 } = given;
  const ports = portsOf(given);
  return {
    protocol,
    vip,
    port,
    marked: isMarked({ ...given }) ? { mark: given.mark ?? markOf(vip, protocol, ports), ports } : undefined,
    scheduler: name,
    flags: flagsOf(name).filter((each) => given.schedulerFlags?.includes(each)),
    persistence: given.persistence && {
      timeout: given.persistence.timeout ?? defaultPersistence.timeout,
      netmask: persistenceMask(given.persistence, familyOf(given.vip)),
      engine: engineOf(given.persistence),
    },
    onePacket: given.onePacket ?? false,
    destinations: given.realServers.map((each) => {
      const forwarding = each.forwarding ?? given.forwarding ?? defaultForwarding;
      return {
        address: each.address,
        port: each.port ?? port,
        weight: each.weight ?? 1,
        upper: each.upperThreshold ?? 0,
        lower: each.lowerThreshold ?? 0,
        forwarding,
        tunnel: tunnelOf(forwarding, each.tunnel ?? given.tunnel),
      };
    }),
  };
}

/** The tunnel by which a real server is reached. Undefined for the other methods. */
export function tunnelOf(method: ForwardingMethod, given: Known<TunnelArgs> | undefined): Tunnel | undefined {
  if (method !== ForwardingMethod.Tunnel) return undefined;
  return given === undefined ? ipInIp : completeTunnel(given);
}

/** A service in messages: `tcp 198.18.0.100:80`, `tcp 198.18.0.100:80,443`. */
export function serviceInWords({ protocol, vip, port, marked }: Service): string {
  return `${protocol} ${endpoint(vip, marked === undefined ? port : portsText(marked.ports))}`;
}

/** A service in the names of its own files: `tcp=198.18.0.100=80`, `tcp=198.18.0.100=mark-7`. */
export function serviceInFiles({ protocol, vip, port, marked }: Service): string {
  return `${protocol}=${vip}=${marked === undefined ? port : `mark-${marked.mark}`}`;
}
