// Ports of a host, given as a list for each protocol and a list of ranges.
import { Protocol } from "../args/enums";
import type { Known } from "../args/known";
import type { ReturnPortRangeArgs, ReturnRouteArgs } from "../args/nat";
import { endsAfterItBegins, onePort, portRangeMembers, type Ports } from "./ports";
import { list, oneOf, optional, record, type Shape } from "./shape";

/** The arguments that have such lists. */
export type GivenPortLists = Pick<
  Known<ReturnRouteArgs>,
  "tcpPorts" | "udpPorts" | "sctpPorts" | "portRanges"
>;

/** Ports of one protocol. */
export type PortsOfProtocol = { protocol: Protocol } & Ports;

const rangeMembers: Record<keyof ReturnPortRangeArgs, Shape> = {
  ...portRangeMembers,
  protocol: optional(oneOf("a protocol", Object.values(Protocol))),
};

const range = record("a range such as { first: 8000, last: 8100 }", rangeMembers, endsAfterItBegins);

export const portListMembers: Record<keyof GivenPortLists, Shape> = {
  tcpPorts: optional(list(onePort, 0, "ports")),
  udpPorts: optional(list(onePort, 0, "ports")),
  sctpPorts: optional(list(onePort, 0, "ports")),
  portRanges: optional(list(range, 0, "ranges of ports")),
};

const eachAsRange = (protocol: Protocol, ports: number[] = []) =>
  ports.map((each) => ({ protocol, first: each, last: each }));

/** All ports of the lists. */
export function portsOfLists(given: Partial<GivenPortLists>): PortsOfProtocol[] {
  return [
    ...eachAsRange(Protocol.Tcp, given.tcpPorts),
    ...eachAsRange(Protocol.Udp, given.udpPorts),
    ...eachAsRange(Protocol.Sctp, given.sctpPorts),
    ...(given.portRanges ?? []).map(({ protocol = Protocol.Tcp, first, last }) => ({
      protocol,
      first,
      last,
    })),
  ];
}

/** The same ports as lists. */
export function listsOfPorts(all: PortsOfProtocol[]): GivenPortLists {
  const singlePorts = (protocol: Protocol) =>
    all
      .filter((each) => each.protocol === protocol && each.first === each.last)
      .map(({ first: port }) => port);
  const ranges = all.filter(({ first, last }) => first < last);
  return {
    tcpPorts: singlePorts(Protocol.Tcp),
    udpPorts: singlePorts(Protocol.Udp),
    sctpPorts: singlePorts(Protocol.Sctp),
    ...(ranges.length === 0 ? {} : { portRanges: ranges }),
  };
}
