// The ports of a virtual service: one, or several that are one service. For the kernel, a service of several ports is a service of a mark.
// Packets to these ports get the mark when they arrive.
import { createHash } from "node:crypto";
import { Protocol } from "../args/enums";
import type { Known } from "../args/known";
import type { PortRangeArgs, ServiceSettingsArgs } from "../args/service";
import { endpoint } from "./address";
import {
  elements,
  flag,
  isRecord,
  join,
  later,
  list,
  optional,
  type Problem,
  record,
  type Shape,
  wholeNumber,
} from "./shape";

/** Ports from the first to the last. */
export interface Ports {
  first: number;
  last: number;
}

/** The arguments that say which ports a service has. */
export type GivenPorts = Pick<Known<ServiceSettingsArgs>, "port" | "ports" | "portRange" | "allPorts">;

export const onePort = wholeNumber("a port", 1, 65535);

export const portRangeMembers: Record<keyof PortRangeArgs, Shape> = { first: onePort, last: onePort };

export const endsAfterItBegins: Shape = (given, path) => {
  if (!isRecord(given)) return [];
  const { first, last } = given;
  return typeof first === "number" && typeof last === "number" && last < first
    ? [{ path, reason: `ends at ${last}, before it begins, at ${first}: give the lower port first` }]
    : [];
};

const portRange = record("a range such as { first: 8000, last: 8100 }", portRangeMembers, endsAfterItBegins);

/** Members of a service that say which ports it has, and which mark. */
export const portMembers: Record<"port" | "ports" | "portRange" | "allPorts" | "mark", Shape> = {
  port: optional(wholeNumber("a port", 0, 65535)),
  // (All of them are on one line.)
  ports: optional(list(onePort, 1, "ports", 100)),
  portRange: optional(portRange),
  allPorts: optional(flag),
  mark: optional(wholeNumber("a mark", 1, 4294967295)),
};

const portNames = ["port", "ports", "portRange", "allPorts"] as const;

/** (`allPorts: false` has no effect.) */
function portNamesOf(given: Record<string, unknown>): string[] {
  return portNames.filter(
    (name) => given[name] !== undefined && (name !== "allPorts" || given[name] !== false),
  );
}

/** Whether a service surely has several ports, and so a mark. */
export function isMarked(given: Record<string, unknown>): boolean {
  return portNamesOf(given).some((name) => name !== "port");
}

/** Problems of these members together. */
export const onePortsOrOther: Shape = (given, path) => {
  if (!isRecord(given)) return [];
  const [first, ...more] = portNamesOf(given);
  const several = elements(given["ports"]).filter((each) => typeof each === "number");
  const twice = several.find((each, index) => several.indexOf(each) < index);
  return [
    ...(first === undefined
      ? [{ path: join(path, "port"), reason: "missing: give port, or ports, portRange or allPorts: true" }]
      : more.map((name): Problem => ({
          path: join(path, name),
          reason: `contradicts ${first}: give one of port, ports, portRange and allPorts`,
        }))),
    ...(twice === undefined
      ? []
      : [{ path: join(path, "ports"), reason: `port ${twice} is there twice: give each once` }]),
    ...(given["mark"] !== undefined && first === "port" && more.length === 0
      ? [
          {
            path: join(path, "mark"),
            reason:
              "is for a service of several ports (ports, portRange, allPorts): leave it out, for one of one port needs none",
          },
        ]
      : []),
  ];
};

const every: Ports = { first: 1, last: 65535 };

/** The ports of a service in order, with neighbours joined to ranges; none for port 0. */
export function portsOf(given: GivenPorts): Ports[] {
  const { port, ports, portRange: range, allPorts } = given;
  if (allPorts === true) return [every];
  if (range !== undefined) return [range];
  if (ports === undefined) return port === undefined || port === 0 ? [] : [{ first: port, last: port }];
  const ranges: Ports[] = [];
  for (const each of [...ports].sort((one, other) => one - other)) {
    const before = ranges.at(-1);
    if (before !== undefined && each <= before.last + 1) before.last = each;
    else ranges.push({ first: each, last: each });
  }
  return ranges;
}

/** `80,443`, `8000-8100` or `all`. */
export function portsText(ports: readonly Ports[]): string {
  const all = ports.some(({ first, last }) => first === every.first && last === every.last);
  return all ? "all" : ports.map(rangeText).join(",");
}

export function rangeText({ first, last }: Ports): string {
  return first === last ? `${first}` : `${first}-${last}`;
}

/**
 * The mark of a service without a given one: in a range of its own (0x4c000000 to 0x4cffffff), the same in every run and on every director.
 * It is computed from the lowest port, so that a service keeps its mark, and its connections, when it gets another port. (In one VIP, only
 * one service has this port.)
 */
export function markOf(vip: string, protocol: Protocol, ports: readonly Ports[]): number {
  const lowest = portsText(ports) === "all" ? 0 : (ports[0]?.first ?? 0);
  const hash = createHash("sha256").update(`${vip} ${protocol} ${lowest}`).digest();
  return 0x4c000000 + hash.readUIntBE(0, 3);
}

/** A service as far as it is known, or undefined. A service without a VIP is on all VIPs. */
interface Seen {
  protocol: Protocol;
  vip: string | undefined;
  ports: Ports[];
  marked: boolean;
  here: string;
}

function seen(given: unknown, here: string): Seen | undefined {
  if (!isRecord(given)) return undefined;
  const { vip, protocol = Protocol.Tcp } = given;
  if (vip !== undefined && typeof vip !== "string") return undefined;
  if (protocol !== Protocol.Tcp && protocol !== Protocol.Udp && protocol !== Protocol.Sctp) return undefined;
  const [name, ...more] = portNamesOf(given);
  if (
    name === undefined ||
    more.length > 0 ||
    portMembers[name as keyof typeof portMembers](given[name], "").length > 0
  )
    return undefined;
  const said = given[name];
  if (said === later || elements(said).includes(later)) return undefined;
  if (isRecord(said) && Object.values(said).includes(later)) return undefined;
  return { protocol, vip, ports: portsOf(given), marked: name !== "port", here };
}

function commonPort(one: Ports[], other: Ports[]): number | undefined {
  for (const mine of one)
    for (const theirs of other) {
      const first = Math.max(mine.first, theirs.first);
      if (first <= Math.min(mine.last, theirs.last)) return first;
    }
  return undefined;
}

/**
 * Services that would be the same one in the kernel, or of which one would never get a packet: same protocol, address and port. A service
 * without a VIP is on every VIP. (A service of port 0 gets packets that no other service wants.)
 */
export function duplicateServices(services: unknown, path: string): Problem[] {
  const known: Seen[] = [];
  return elements(services).flatMap((given, index): Problem[] => {
    const own = seen(given, `${path}[${index}]`);
    if (own === undefined) return [];
    const { protocol, vip, ports, here } = own;
    const common = known.flatMap((each) => {
      const meet = each.vip === vip || each.vip === undefined || vip === undefined;
      if (each.protocol !== protocol || !meet) return [];
      const port = ports.length === 0 && each.ports.length === 0 ? 0 : commonPort(ports, each.ports);
      return port === undefined ? [] : [{ port, here: each.here }];
    })[0];
    known.push(own);
    if (common === undefined) return [];
    const which =
      vip === undefined ? `${protocol} port ${common.port}` : `${protocol} ${endpoint(vip, common.port)}`;
    return [{ path: here, reason: `${which} is already there, at ${common.here}` }];
  });
}

/** Marks that two services would share, or that one service would have on two VIPs. `vips` are those of a service that names none. */
export function sameMarkTwice(services: unknown, vips: unknown, path: string): Problem[] {
  const marks = new Map<string, { vip: string; here: string }>();
  return elements(services).flatMap((given, index): Problem[] => {
    const own = seen(given, `${path}[${index}]`);
    if (own?.marked !== true || !isRecord(given)) return [];
    const { mark } = given;
    if (mark !== undefined && typeof mark !== "number") return [];
    const here = join(path === "" ? "" : own.here, "mark");
    const all = own.vip === undefined ? elements(vips) : [own.vip];
    const found = all.flatMap((vip): Problem[] => {
      if (typeof vip !== "string") return [];
      const number = mark ?? markOf(vip, own.protocol, own.ports);
      const key = `${number}${vip.includes(":") ? " -6" : ""}`;
      const before = marks.get(key);
      marks.set(key, before ?? { vip, here: own.here });
      if (before === undefined) return [];
      const reason =
        before.here === own.here
          ? `${number} would be that of ${before.vip} and of ${vip}: leave it out, and each VIP gets a mark of its own`
          : `${number} is that of ${before.here} as well: give another one`;
      return [{ path: here, reason }];
    });
    return found.slice(0, 1);
  });
}
