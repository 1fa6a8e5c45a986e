import { address, isAddress, netmask } from "./address";
import { pairOnlyOfDestination, pairOnlyOfService } from "./keepalivedOnly";
import { Protocol, type Scheduler, type SchedulerFlag } from "../args/enums";
import { defaultScheduler, flagsOf, misfits, scheduler, schedulerFlag } from "./scheduler";
import {
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

/** A virtual service as its user wrote it, all values known. */
export interface GivenService {
  vip: string;
  port: number;
  protocol?: Protocol;
  scheduler?: Scheduler;
  schedulerFlags?: SchedulerFlag[];
  persistence?: { timeout?: number; netmask?: string };
  onePacket?: boolean;
  realServers: GivenDestination[];
}

export interface GivenDestination {
  address: string;
  port?: number;
  weight?: number;
  upperThreshold?: number;
  lowerThreshold?: number;
}

/** A virtual service with nothing left open. */
export interface Service {
  protocol: Protocol;
  vip: string;
  port: number;
  scheduler: Scheduler;
  flags: SchedulerFlag[];
  persistence: { timeout: number; netmask: string } | undefined;
  onePacket: boolean;
  destinations: Destination[];
}

export interface Destination {
  address: string;
  port: number;
  weight: number;
  upper: number;
  lower: number;
}

/** ipvsadm(8): without a number, --persistent means 300 seconds (ipvsadm 1.31 says 360); here it always has one. */
export const defaultPersistence = { timeout: 300, netmask: "255.255.255.255" };

/** The kernel's own limit, 31 days. */
const longestPersistence = 31 * 24 * 3600;
const largest = 2147483647;
const count = wholeNumber("a number of connections", 0, largest);

export const servicePort = wholeNumber("a port", 0, 65535);
const weight = wholeNumber("a weight", 0, largest);

/** How many connections a real server gets. What one value alone does not show: thresholdsFit. */
export const shareMembers: Record<string, Shape> = {
  weight: optional(weight),
  upperThreshold: optional(count),
  lowerThreshold: optional(count),
};

/** Everything of a service but its address and its real servers, which a Cluster knows by itself. */
export const serviceMembers: Record<string, Shape> = {
  port: servicePort,
  protocol: optional(oneOf("a protocol", Object.values(Protocol))),
  scheduler: optional(scheduler),
  schedulerFlags: optional(list(schedulerFlag, 0, "flags")),
  persistence: optional(
    record("an object with timeout and netmask", {
      timeout: optional(wholeNumber("a time in seconds", 1, longestPersistence)),
      netmask: optional(netmask),
    }),
  ),
  onePacket: optional(flag),
};

/** What one value alone does not show. */
export const serviceAsAWhole: Shape = (given, path) => {
  if (!isRecord(given)) return [];
  const problems = misfits(
    given["scheduler"] ?? defaultScheduler,
    given["schedulerFlags"],
    join(path, "schedulerFlags"),
  );
  if (given["port"] === 0 && given["persistence"] === undefined) {
    problems.push({
      path: join(path, "port"),
      reason: "0 (every port) goes only with persistence: give a port from 1 to 65535, or persistence",
    });
  }
  const protocol = given["protocol"] ?? Protocol.Tcp;
  if (given["onePacket"] === true && protocol === Protocol.Tcp) {
    problems.push({
      path: join(path, "onePacket"),
      reason: `true goes only with protocol udp, and this service is ${Protocol.Tcp}`,
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

/** A service with further members of its own and of its real servers. */
export const serviceOf = (
  what: string,
  more: Record<string, Shape>,
  moreOfDestination: Record<string, Shape>,
  across?: Shape,
): Shape => {
  const destination = record(
    'a real server such as { address: "192.0.2.21", weight: 1 }',
    {
      address: address("a real server"),
      port: optional(servicePort),
      ...shareMembers,
      ...moreOfDestination,
    },
    thresholdsFit,
  );
  return record(
    what,
    {
      vip: address("a VIP"),
      ...serviceMembers,
      realServers: list(destination, 0, "real servers"),
      ...more,
    },
    (given, path) => [
      ...serviceAsAWhole(given, path),
      ...(isRecord(given) ? destinationsTogether(given, path) : []),
      ...(across?.(given, path) ?? []),
    ],
  );
};

/** A service that the director's own program keeps, with further members. */
export const plainService = (what: string, more: Record<string, Shape>, across?: Shape): Shape =>
  serviceOf(what, { ...pairOnlyOfService, ...more }, pairOnlyOfDestination, across);

/** A service of a Director. */
export const service: Shape = plainService("a virtual service", {});

function destinationsTogether(given: Record<string, unknown>, path: string): Problem[] {
  if (!Array.isArray(given["realServers"])) return [];
  const seen = new Map<string, string>();
  return given["realServers"].flatMap((element: unknown, index): Problem[] => {
    if (!isRecord(element)) return [];
    const here = `${join(path, "realServers")}[${index}]`;
    const problems: Problem[] = [];
    const { address: own, port } = element;
    // ipvsadm would rewrite such a port to the service's without a word (the packet is forwarded as it came).
    if (typeof port === "number" && typeof given["port"] === "number" && port !== given["port"]) {
      problems.push({
        path: `${here}.port`,
        reason: `${port} differs from the service's port ${given["port"]}: direct routing cannot change the port`,
      });
    }
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
}

/** Services that would be one and the same in the kernel: same protocol, address and port. */
export function duplicateServices(services: unknown, path: string, onEveryVip = false): Problem[] {
  if (!Array.isArray(services)) return [];
  const seen = new Map<string, string>();
  return services.flatMap((given: unknown, index): Problem[] => {
    if (!isRecord(given) || typeof given["port"] !== "number") return [];
    const protocol = given["protocol"] ?? Protocol.Tcp;
    if (typeof protocol !== "string") return [];
    const { vip, port } = given;
    if (!onEveryVip && typeof vip !== "string") return [];
    const key = onEveryVip ? `${protocol} port ${port}` : `${protocol} ${String(vip)}:${port}`;
    const here = `${path}[${index}]`;
    const first = seen.get(key);
    seen.set(key, first ?? here);
    return first === undefined ? [] : [{ path: here, reason: `${key} is already there, at ${first}` }];
  });
}

/** Fills in what the user left out. The arguments have passed `service`. */
export function completeService(given: GivenService): Service {
  const name = given.scheduler ?? defaultScheduler;
  return {
    protocol: given.protocol ?? Protocol.Tcp,
    vip: given.vip,
    port: given.port,
    scheduler: name,
    flags: flagsOf(name).filter((each) => given.schedulerFlags?.includes(each)),
    persistence: given.persistence && {
      timeout: given.persistence.timeout ?? defaultPersistence.timeout,
      netmask: given.persistence.netmask ?? defaultPersistence.netmask,
    },
    onePacket: given.onePacket ?? false,
    destinations: given.realServers.map((each) => ({
      address: each.address,
      port: each.port ?? given.port,
      weight: each.weight ?? 1,
      upper: each.upperThreshold ?? 0,
      lower: each.lowerThreshold ?? 0,
    })),
  };
}
