// What the firewall of a real server's host must let through.
import { ForwardingMethod } from "../args/enums";
import type { Known } from "../args/known";
import type { OpenPortsArgs } from "../args/openPorts";
import { address } from "./address";
import { onePort, rangeText } from "./ports";
import { portListMembers, portsOfLists, type PortsOfProtocol } from "./portLists";
import { elements, isRecord, join, list, optional, type Problem, record, type Shape } from "./shape";

const members: Record<keyof OpenPortsArgs, Shape> = {
  ...portListMembers,
  directors: optional(list(address("a director"), 0, "addresses")),
  checkPorts: optional(list(onePort, 0, "ports")),
  udpCheckPorts: optional(list(onePort, 0, "ports")),
};

export const openPorts: Shape = record("an object such as { tcpPorts: [80] }", members, fromDirectors);

/** Health checks come from directors alone. */
function fromDirectors(given: unknown, path: string): Problem[] {
  if (!isRecord(given)) return [];
  const { directors } = given;
  const none = directors === undefined || (Array.isArray(directors) && directors.length === 0);
  const checked = (["checkPorts", "udpCheckPorts"] as const).find((name) => elements(given[name]).length > 0);
  return none && checked !== undefined
    ? [
        {
          path: join(path, "directors"),
          reason: `missing: ${checked} are opened to these alone, so give the addresses of the directors`,
        },
      ]
    : [];
}

export interface OpenPorts {
  /** The ports to which clients connect. */
  ports: PortsOfProtocol[];
  directors: string[];
  /** The ports to which the directors' health checks connect. */
  checks: PortsOfProtocol[];
}

/** Fills in the defaults. */
export function completeOpenPorts(given: Known<OpenPortsArgs> | undefined): OpenPorts {
  return {
    ports: portsOfLists(given ?? {}),
    directors: given?.directors ?? [],
    checks: portsOfLists({ tcpPorts: given?.checkPorts, udpPorts: given?.udpCheckPorts }),
  };
}

/**
 * `open for tcp 80`: the words of a preview for what stays open, when it is no longer wanted, until the directors have been changed. (A port
 * of a service that goes is closed at once: document.sh. So a service with a check of its own port, which is the default, has no words.)
 */
export function openPortsInWords(
  { ports, directors, checks }: OpenPorts,
  methods: readonly ForwardingMethod[],
): string[] {
  const inWords = ({ protocol, ...each }: PortsOfProtocol) => `${protocol} ${rangeText(each)}`;
  const [clients, checked] = [ports.map(inWords), checks.map(inWords)];
  const unchecked = clients.filter((each) => each.startsWith("tcp ") && !checked.includes(each));
  return [
    ...(methods.includes(ForwardingMethod.Nat) ? clients.map((each) => `open for ${each}`) : []),
    ...(methods.includes(ForwardingMethod.Tunnel)
      ? directors.map((each) => `open for tunnels from ${each}`)
      : []),
    ...(checks.length === 0
      ? []
      : [
          ...directors.map((each) => `open for checks from ${each}`),
          ...checked.filter((each) => !clients.includes(each)).map((each) => `open for checks of ${each}`),
          ...unchecked.map((each) => `not open for checks of ${each}`),
        ]),
  ];
}
