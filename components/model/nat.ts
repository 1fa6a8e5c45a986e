// What NAT needs beside the rules: a gateway on directors, and a return route on real servers.
import { createHash } from "node:crypto";
import type { Known } from "../args/known";
import type { GatewayArgs, ReturnRouteArgs } from "../args/nat";
import { ForwardingMethod } from "../args/enums";
import { addressOfFamily, bytesOf, type Family, familyOf, isAddress } from "./address";
import { methodsOf } from "./forwarding";
import { portListMembers, portsOfLists, type PortsOfProtocol } from "./portLists";
import { rangeText } from "./ports";
import { addressesOf } from "./hosts";
import {
  elements,
  flag,
  isRecord,
  join,
  later,
  optional,
  type Problem,
  record,
  type Shape,
  show,
} from "./shape";

export const gatewayMembers: Record<keyof GatewayArgs, Shape> = {
  gateway: optional(addressOfFamily("a gateway", "IPv4", "gateway6")),
  gateway6: optional(addressOfFamily("a gateway", "IPv6", "gateway")),
};

/** The arguments with a gateway's addresses. */
export type GatewayName = keyof GatewayArgs;

export const gatewayNames: Record<Family, GatewayName> = { IPv4: "gateway", IPv6: "gateway6" };

/** The addresses to which real servers of NAT services reply, if they are not a host's own. */
export interface Gateways {
  gateway?: string | undefined;
  gateway6?: string | undefined;
}

const returnRouteMembers: Record<keyof ReturnRouteArgs, Shape> = {
  ...gatewayMembers,
  ...portListMembers,
  localClients: optional(flag),
};

export const returnRoute: Shape = record(
  'an object such as { gateway: "192.0.2.11", tcpPorts: [80] }',
  returnRouteMembers,
  (given, path) =>
    isRecord(given)
      ? [
          ...(given["gateway"] === undefined && given["gateway6"] === undefined
            ? [
                {
                  path: join(path, "gateway"),
                  reason:
                    "missing, and so is gateway6: give the director's address in the real server's network",
                },
              ]
            : []),
          ...([given["tcpPorts"], given["udpPorts"], given["sctpPorts"], given["portRanges"]].every(
            (each) => each === undefined || (Array.isArray(each) && each.length === 0),
          )
            ? [
                {
                  path: join(path, "tcpPorts"),
                  reason:
                    "missing, and so are udpPorts, sctpPorts and portRanges: give the ports that NAT services use on this host",
                },
              ]
            : []),
        ]
      : [],
);

/** Which replies are sent to which gateway. */
export interface ReturnRoute {
  /** One gateway for each family, with the number of its routing table. */
  gateways: { address: string; table: number }[];
  ports: PortsOfProtocol[];
  localClients: boolean;
}

/**
 * A number of 32 bits for the gateway's address, and none of the kernel's own tables (up to 255): an IPv4 address as a number, a hash of an
 * IPv6 address. Tables of the two families are separate, whatever their numbers.
 */
function tableOf(gateway: string): number {
  const bytes = Buffer.from(bytesOf(gateway));
  if (familyOf(gateway) === "IPv4") return bytes.readUInt32BE(0);
  return Math.max(256, createHash("sha256").update(bytes).digest().readUInt32BE(0));
}

/** Fills in the defaults. */
export function completeReturnRoute(given: Known<ReturnRouteArgs>): ReturnRoute {
  return {
    gateways: [given.gateway, given.gateway6]
      .flatMap((each) => each ?? [])
      .map((address) => ({ address, table: tableOf(address) })),
    ports: portsOfLists(given),
    localClients: given.localClients ?? false,
  };
}

/** `replies of tcp 80 to 198.18.0.11`: the words of a preview for a return route that changes. */
export function repliesInWords({ gateways, ports, localClients }: ReturnRoute): string[] {
  const neighbours = localClients ? ", also to neighbours" : "";
  return gateways.flatMap(({ address }) =>
    ports.map((each) => `replies of ${each.protocol} ${rangeText(each)} to ${address}${neighbours}`),
  );
}

/** The methods of services whose VIP is of this family, or not known. */
function methodsOfFamily(services: unknown, family: Family): unknown[] {
  return elements(services).flatMap((each) => {
    const vip = isRecord(each) ? each["vip"] : later;
    return isAddress(vip) && familyOf(vip) !== family ? [] : methodsOf(each);
  });
}

/** Whether a service with a VIP of this family surely uses NAT. */
export function usesNat(services: unknown, family: Family): boolean {
  const known = elements(services).filter((each) => isRecord(each) && isAddress(each["vip"]));
  return methodsOfFamily(known, family).includes(ForwardingMethod.Nat);
}

/** Gateways that none of these services needs. */
export function uselessGateways(given: Record<string, unknown>, services: unknown): Problem[] {
  // (Services without real servers may get some later.)
  const all = elements(services).flatMap(methodsOf);
  if (all.length === 0) return [];
  const elsewhere = all.includes(ForwardingMethod.Nat);
  return (["IPv4", "IPv6"] as const).flatMap((family) => {
    const name = gatewayNames[family];
    const gateway = given[name];
    const methods = methodsOfFamily(services, family);
    if (!isAddress(gateway) || methods.some((each) => each === later || each === ForwardingMethod.Nat))
      return [];
    return [
      {
        path: name,
        reason: `${show(gateway)} is of no use: no service here${elsewhere ? ` with a VIP of ${family}` : ""} has forwarding "nat"`,
      },
    ];
  });
}

function serversOf(service: unknown): unknown[] {
  return isRecord(service) ? elements(service["realServers"]) : [];
}

/** Gateways that are also real servers. */
export function gatewaysAsServers(given: Record<string, unknown>, services: unknown): Problem[] {
  const own = new Set(elements(services).flatMap((each) => serversOf(each).flatMap(addressesOf)));
  return Object.values(gatewayNames).flatMap((name) => {
    const gateway = given[name];
    return isAddress(gateway) && own.has(gateway)
      ? [{ path: name, reason: `${show(gateway)} is a real server's own address` }]
      : [];
  });
}
