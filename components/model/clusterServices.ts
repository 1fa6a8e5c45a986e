// A Cluster's services, as its directors and each of its real servers get them.
import type { ClusterArgs, ClusterRealServerArgs, ClusterServiceArgs } from "../args/cluster";
import { ForwardingMethod, Protocol } from "../args/enums";
import type { Known } from "../args/known";
import type { ReturnRouteArgs } from "../args/nat";
import type { PairServiceArgs } from "../args/pairService";
import type { TunnelArgs } from "../args/tunnel";
import { familyOf, addressFor } from "./address";
import { defaultForwarding } from "./forwarding";
import { portsOf } from "./ports";
import { completeTunnel, ipInIp } from "./tunnel";

/** The arguments of a Cluster that decide this. */
export interface ClusterOffer {
  vips: string[];
  services: Known<ClusterServiceArgs>[];
  forwarding: ForwardingMethod | undefined;
  tunnel?: Known<TunnelArgs> | undefined;
}

/** A real server's own method and tunnel. */
type Own = Pick<Known<ClusterRealServerArgs>, "forwarding" | "tunnel">;

export type ClusterDestination = Pick<
  Known<ClusterRealServerArgs>,
  "address" | "address6" | "weight" | "upperThreshold" | "lowerThreshold" | "forwarding" | "tunnel"
>;

/** Every service on every VIP, as directors get them. */
export function servicesOfDirectors(
  { vips, services, forwarding, tunnel }: ClusterOffer,
  realServers: ClusterDestination[],
): (Known<PairServiceArgs> & { vip: string })[] {
  return vips.flatMap((vip) => {
    const servers = realServers.map(({ address6, ...each }) => ({
      ...each,
      address: addressFor({ address: each.address, address6 }, familyOf(vip)),
    }));
    return services.map(({ realServerPort, ...service }) => ({
      ...service,
      // (A method that nobody has given is left out of the documents' text, and of previews.)
      ...(forwarding === undefined || service.forwarding !== undefined ? {} : { forwarding }),
      ...(tunnel === undefined ||
      service.tunnel !== undefined ||
      !takesTunnel(service, forwarding, realServers)
        ? {}
        : { tunnel }),
      vip,
      realServers: servers.map((each) =>
        realServerPort === undefined ? each : { ...each, port: realServerPort },
      ),
    }));
  });
}

/** Whether the directors reach any of these real servers by a tunnel for this service. */
function takesTunnel(
  service: ClusterOffer["services"][number],
  byDefault: ForwardingMethod | undefined,
  realServers: Own[],
): boolean {
  return realServers.some(
    ({ forwarding }) => methodFor(service, forwarding, byDefault) === ForwardingMethod.Tunnel,
  );
}

/** The method of a service for a real server; the real server may have its own. */
function methodFor(
  service: ClusterOffer["services"][number],
  own: ForwardingMethod | undefined,
  byDefault: ForwardingMethod | undefined,
): ForwardingMethod {
  return own ?? service.forwarding ?? byDefault ?? defaultForwarding;
}

/** The methods by which the directors forward to a real server, each once. */
export function methodsOfRealServer(
  { services, forwarding }: ClusterOffer,
  own: ForwardingMethod | undefined,
): ForwardingMethod[] {
  return [...new Set(services.map((service) => methodFor(service, own, forwarding)))];
}

/** The tunnels by which the directors reach a real server, each once. Undefined if there is none, or if the user has named none. */
export function tunnelsOfRealServer(
  { services, forwarding, tunnel }: ClusterOffer,
  own: Own,
): Known<TunnelArgs>[] | undefined {
  const given = services
    .filter((service) => methodFor(service, own.forwarding, forwarding) === ForwardingMethod.Tunnel)
    .map((service) => own.tunnel ?? service.tunnel ?? tunnel);
  if (given.every((each) => each === undefined)) return undefined;
  const tunnels = given.map((each) => each ?? ipInIp);
  return [...new Map(tunnels.map((each) => [JSON.stringify(completeTunnel(each)), each])).values()];
}

/** The return route for replies of a real server's NAT services. */
export function returnRouteOfRealServer(
  { vips, services, forwarding }: ClusterOffer,
  own: ForwardingMethod | undefined,
  {
    returnRoutes,
    localClients,
    ...given
  }: Pick<Known<ClusterArgs>, "gateway" | "gateway6" | "returnRoutes" | "localClients">,
): Known<ReturnRouteArgs> | undefined {
  const byNat = services.filter((service) => methodFor(service, own, forwarding) === ForwardingMethod.Nat);
  const families = vips.map(familyOf);
  const gateways = {
    ...(given.gateway !== undefined && families.includes("IPv4") ? { gateway: given.gateway } : {}),
    ...(given.gateway6 !== undefined && families.includes("IPv6") ? { gateway6: given.gateway6 } : {}),
  };
  if (byNat.length === 0 || returnRoutes === false || Object.keys(gateways).length === 0) return undefined;
  const all = byNat.flatMap(({ realServerPort, protocol = Protocol.Tcp, ...service }) =>
    portsOf(realServerPort === undefined ? service : { port: realServerPort }).map((each) => ({
      protocol,
      ...each,
    })),
  );
  const singlePorts = (protocol: Protocol) =>
    all
      .filter((each) => each.protocol === protocol && each.first === each.last)
      .map(({ first: port }) => port);
  const ranges = all.filter(({ first, last }) => first < last);
  return {
    ...gateways,
    tcpPorts: singlePorts(Protocol.Tcp),
    udpPorts: singlePorts(Protocol.Udp),
    sctpPorts: singlePorts(Protocol.Sctp),
    ...(ranges.length === 0 ? {} : { portRanges: ranges }),
    localClients,
  };
}
