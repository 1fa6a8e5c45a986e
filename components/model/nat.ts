// What NAT needs beyond the rules: a gateway on directors, and the way back on real servers.
import * as ipaddr from "ipaddr.js";
import type { Known } from "../args/known";
import type { GatewayArgs, ReturnPortRangeArgs, ReturnRouteArgs } from "../args/nat";
import { ForwardingMethod, Protocol } from "../args/enums";
import { address, isAddress } from "./address";
import { defaultForwarding } from "./forwarding";
import { endsAfterItBegins, portRangeMembers, type Ports, rangeText } from "./ports";
import { addressOf } from "./hosts";
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
  type Shape,
  show,
  wholeNumber,
} from "./shape";

const port = wholeNumber("a port", 1, 65535);

export const gatewayMembers: Record<keyof GatewayArgs, Shape> = {
  gateway: optional(address("a gateway")),
};

const rangeMembers: Record<keyof ReturnPortRangeArgs, Shape> = {
  ...portRangeMembers,
  protocol: optional(oneOf("a protocol", Object.values(Protocol))),
};
const range = record("a range such as { first: 8000, last: 8100 }", rangeMembers, endsAfterItBegins);

const returnRouteMembers: Record<keyof ReturnRouteArgs, Shape> = {
  gateway: address("a gateway"),
  tcpPorts: optional(list(port, 0, "ports")),
  udpPorts: optional(list(port, 0, "ports")),
  sctpPorts: optional(list(port, 0, "ports")),
  portRanges: optional(list(range, 0, "ranges of ports")),
  localClients: optional(flag),
};

export const returnRoute: Shape = record(
  'an object such as { gateway: "192.0.2.11", tcpPorts: [80] }',
  returnRouteMembers,
  (given, path) =>
    isRecord(given) &&
    [given["tcpPorts"], given["udpPorts"], given["sctpPorts"], given["portRanges"]].every(
      (each) => each === undefined || (Array.isArray(each) && each.length === 0),
    )
      ? [
          {
            path: join(path, "tcpPorts"),
            reason:
              "missing, and so are udpPorts, sctpPorts and portRanges: give the ports that NAT services use on this host",
          },
        ]
      : [],
);

/** Which replies go where. */
export interface ReturnRoute {
  gateway: string;
  /** The number of its routing table. */
  table: number;
  ports: ({ protocol: Protocol } & Ports)[];
  localClients: boolean;
}

/** The gateway's address as a number: tables of different gateways never meet, and none is one of the kernel's own (up to 255). */
function tableOf(gateway: string): number {
  return ipaddr.IPv4.parse(gateway)
    .toByteArray()
    .reduce((number, byte) => number * 256 + byte, 0);
}

const alone = (protocol: Protocol, ports: number[] = []) =>
  ports.map((each) => ({ protocol, first: each, last: each }));

/** Fills in what the user left out. */
export function completeReturnRoute(given: Known<ReturnRouteArgs>): ReturnRoute {
  return {
    gateway: given.gateway,
    table: tableOf(given.gateway),
    ports: [
      ...alone(Protocol.Tcp, given.tcpPorts),
      ...alone(Protocol.Udp, given.udpPorts),
      ...alone(Protocol.Sctp, given.sctpPorts),
      ...(given.portRanges ?? []).map(({ protocol = Protocol.Tcp, first, last }) => ({
        protocol,
        first,
        last,
      })),
    ],
    localClients: given.localClients ?? false,
  };
}

/** `replies of tcp 80 to 198.18.0.11`: as a preview shows that the way back changes. */
export function repliesInWords({ gateway, ports, localClients }: ReturnRoute): string[] {
  const neighbours = localClients ? ", also to neighbours" : "";
  return ports.map((each) => `replies of ${each.protocol} ${rangeText(each)} to ${gateway}${neighbours}`);
}

/** The methods of a service for these real servers, in their order. Those that are not known are `later`. */
export function methodsOf(service: unknown, byDefault: unknown, realServers: unknown): unknown[] {
  const own = isRecord(service) ? (service["forwarding"] ?? byDefault ?? defaultForwarding) : later;
  return elements(realServers).map((each) => (isRecord(each) ? (each["forwarding"] ?? own) : later));
}

/** Services with the methods of their real servers, for what concerns the gateway. */
function methodsOfAll(services: unknown, byDefault: unknown): unknown[] {
  return elements(services).flatMap((each) =>
    methodsOf(each, byDefault, isRecord(each) ? each["realServers"] : undefined),
  );
}

/** Whether a service surely uses NAT. */
export function usesNat(services: unknown, byDefault?: unknown): boolean {
  return methodsOfAll(services, byDefault).includes(ForwardingMethod.Nat);
}

/** A gateway that none of these services needs. */
export function uselessGateway(gateway: unknown, services: unknown, byDefault?: unknown): Problem[] {
  const methods = methodsOfAll(services, byDefault);
  if (!isAddress(gateway) || methods.length === 0) return [];
  return methods.some((each) => each === later || each === ForwardingMethod.Nat)
    ? []
    : [{ path: "gateway", reason: `${show(gateway)} is of no use: no service here has forwarding "nat"` }];
}

/** A gateway that is a real server itself. */
export function gatewayAsServer(gateway: unknown, services: unknown): Problem[] {
  const servers = elements(services).flatMap((each) => (isRecord(each) ? elements(each["realServers"]) : []));
  return isAddress(gateway) && servers.some((each) => addressOf(each) === gateway)
    ? [{ path: "gateway", reason: `${show(gateway)} is a real server's own address` }]
    : [];
}
