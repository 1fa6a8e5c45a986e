// Facts about what the firewall of a host lets through: `accept 80/tcp to 198.18.0.100 dev eth0`. On the host, sections/openings.sh makes
// them rules of firewalld, if that runs.
import { Firewall, ForwardingMethod, Protocol } from "../args/enums";
import { addressFor, type Family, familyOf } from "../model/address";
import type { TunnelEnd } from "../model/forwarding";
import { deviceOf, type Place } from "../model/host";
import type { Instance } from "../model/keepalived/vrrp/complete";
import type { PairSettings } from "../model/keepalived/pair/complete";
import type { OpenPorts } from "../model/openPorts";
import { type Ports, portsText, rangeText } from "../model/ports";
import type { Service } from "../model/service";
import type { HostDocument } from "./document";

/** `80/tcp`, `8000-8100/udp`, or `tcp` for all ports. */
function portsInWords(protocol: Protocol, ports: Ports): string {
  return portsText([ports]) === "all" ? protocol : `${rangeText(ports)}/${protocol}`;
}

/** Of these services, what clients send to the director: all ports of a service of port 0. */
export function serviceOpenings(services: Service[], deviceOfVip: (vip: string) => string): string[] {
  return services.flatMap((service) =>
    portsOfService(service).map(
      (each) =>
        `accept ${portsInWords(service.protocol, each)} to ${service.vip} dev ${deviceOfVip(service.vip)}`,
    ),
  );
}

function portsOfService({ port, marked }: Service): Ports[] {
  if (marked !== undefined) return marked.ports;
  return [port === 0 ? { first: 1, last: 65535 } : { first: port, last: port }];
}

/**
 * Services whose packets must not be tracked: the director sees only the client's half of each connection, so conntrack takes the client's
 * last packets for invalid, and firewalld drops these. (With NAT it sees both halves.)
 */
export function untrackedLines(services: Service[]): string[] {
  return services
    .filter(({ destinations }) => destinations.every(({ forwarding }) => forwarding !== ForwardingMethod.Nat))
    .map((service) => `notrack ${service.protocol} ${portsText(portsOfService(service))} to ${service.vip}`);
}

/** The port and the group that IPVS takes for connection sync where none is given: net/netfilter/ipvs/ip_vs_sync.c. */
const syncDefaults = { port: 8848, group: "224.0.0.81" };

/** What the other directors of a pair send to one of them: adverts, and the master's connections. */
export function pairOpenings(place: Place, pair: PairSettings): string[] {
  const peers = pair.directors.filter(({ address }) => address !== place.address);
  const adverts = pair.instances.flatMap(({ family }: Pick<Instance, "family">) =>
    peers.map((each) => `accept vrrp from ${addressFor(each, family)} dev ${deviceOf(place, family)}`),
  );
  const { connectionSync } = pair;
  if (connectionSync === undefined) return adverts;
  const { group, port: first = syncDefaults.port, interface: given } = connectionSync;
  // (Each thread has a port of its own: sync_ports in Documentation/networking/ipvs-sysctl.rst.)
  const threads = Number(pair.sysctls["net.ipv4.vs.sync_ports"] ?? 1);
  const last = Math.min(first + threads - 1, 65535);
  const device = given ?? deviceOf(place, familyOf(place.address));
  // (In an IPv6 group the sender is an address of the link, which nobody has declared.)
  const senders =
    group !== undefined && familyOf(group) === "IPv6"
      ? [`to ${group}`]
      : given === undefined
        ? peers.map(({ address }) => `from ${address}`)
        : // (On another interface the other directors have addresses that nobody has declared.)
          [`to ${group ?? syncDefaults.group}`];
  return [
    ...adverts,
    ...senders.map((each) => `accept ${portsInWords(Protocol.Udp, { first, last })} ${each} dev ${device}`),
  ];
}

interface RealServerOpenings extends OpenPorts {
  vips: string[];
  methods: ForwardingMethod[];
  /** The ends of the tunnels by which it is reached. */
  ends: TunnelEnd[];
}

/** What clients and directors send to a real server. */
export function realServerOpenings(place: Place, given: RealServerOpenings): string[] {
  const { vips, methods, ends, ports, directors, checks } = given;
  // (NAT keeps the family. A real server by NAT alone may have been given no VIPs.)
  const own = [place.address, ...(place.address6 === undefined ? [] : [place.address6])].filter(
    (each) => vips.length === 0 || vips.some((vip) => familyOf(vip) === familyOf(each)),
  );
  const openTo = (address: string, device: string) =>
    ports.map(
      ({ protocol, ...each }) => `accept ${portsInWords(protocol, each)} to ${address} dev ${device}`,
    );
  const on = (family: Family) => deviceOf(place, family);
  return [
    ...(methods.includes(ForwardingMethod.DirectRouting)
      ? vips.flatMap((vip) => openTo(vip, on(familyOf(vip))))
      : []),
    ...vips.flatMap((vip) =>
      ends.filter(({ carries }) => carries === familyOf(vip)).flatMap(({ device }) => openTo(vip, device)),
    ),
    ...(methods.includes(ForwardingMethod.Nat)
      ? own.flatMap((each) => openTo(each, on(familyOf(each))))
      : []),
    ...directors.flatMap((director) => [
      ...checks.map(
        ({ protocol, ...each }) =>
          `accept ${portsInWords(protocol, each)} from ${director} dev ${on(familyOf(director))}`,
      ),
      ...ends
        .filter(({ by }) => by === familyOf(director))
        .map(({ outer }) => `accept ${outer} from ${director} dev ${on(familyOf(director))}`),
    ]),
  ];
}

/** A document with what the user wants to be done about firewalld. */
export function withFirewallAs(firewall: Firewall, document: HostDocument): HostDocument {
  if (firewall === Firewall.Off) return { ...document, untracked: [], openings: [] };
  return firewall === Firewall.Check ? { ...document, firewallIsChecked: true } : document;
}
