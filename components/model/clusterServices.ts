// A Cluster's services, as its directors and each of its real servers get them.
import type { ClusterArgs, ClusterRealServerArgs, ClusterServiceArgs } from "../args/cluster";
import { ForwardingMethod, Protocol } from "../args/enums";
import type { Known } from "../args/known";
import type { ReturnRouteArgs } from "../args/nat";
import type { PairServiceArgs } from "../args/pairService";
import type { OpenPortsArgs } from "../args/openPorts";
import type { TunnelArgs } from "../args/tunnel";
import { addressFor, type Addressed, families, familyOf } from "./address";
import { defaultForwarding, waysTo } from "./forwarding";
import { completeCheck } from "./keepalived/checks/complete";
import { kindsByDefault } from "./keepalived/service/complete";
import { listsOfPorts, type PortsOfProtocol } from "./portLists";
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
  const all = byNat.flatMap(portsOnRealServer);
  return { ...gateways, ...listsOfPorts(all), localClients };
}

/** The ports of a service on a real server. */
function portsOnRealServer({
  realServerPort,
  protocol = Protocol.Tcp,
  ...service
}: ClusterOffer["services"][number]): PortsOfProtocol[] {
  return portsOf(realServerPort === undefined ? service : { port: realServerPort }).map((each) => ({
    protocol,
    ...each,
  }));
}

/**
 * What the firewall of a real server's host lets through. `directors` are the addresses of all directors. (For a VIP of IPv6, a tunnel may
 * reach a real server by IPv4: its packets and health checks come from a director's IPv4 address.)
 */
export function openPortsOfRealServer(
  { services, vips }: ClusterOffer,
  directors: Addressed[],
  realServer: Addressed,
): Known<OpenPortsArgs> {
  const ways = waysTo(realServer, vips);
  const byFamilies = families.filter((each) => ways.some(({ by }) => by === each));
  const all = services.flatMap((service) => {
    const ports = portsOnRealServer(service);
    // (Port 0 is every port.)
    return ports.length > 0 ? ports : [{ protocol: service.protocol ?? Protocol.Tcp, first: 1, last: 65535 }];
  });
  return {
    ...listsOfPorts(all),
    directors: [
      ...new Set(byFamilies.flatMap((family) => directors.map((each) => addressFor(each, family)))),
    ],
    // (Only keepalived checks real servers, and it runs on two directors or more.)
    ...(directors.length > 1 ? checkPortsOf(services) : {}),
  };
}

/** The ports to which the health checks of services connect on a real server. */
function checkPortsOf(services: ClusterOffer["services"]): Known<OpenPortsArgs> {
  const checks = services.map((service) => ({
    own: service.realServerPort ?? service.port ?? 0,
    kinds: completeCheck(service.healthCheck, undefined, kindsByDefault(service)).kinds,
  }));
  const portsOfKinds = (names: ("tcp" | "http" | "https" | "smtp" | "dns" | "udp")[]) => [
    ...new Set(
      checks.flatMap(({ own, kinds }) =>
        names.flatMap((name) => {
          const check = kinds[name];
          const port = check?.port ?? own;
          // (A check of another address is not one of this host.)
          return check === undefined || check.address !== undefined || port === 0 ? [] : [port];
        }),
      ),
    ),
  ];
  return {
    checkPorts: portsOfKinds(["tcp", "http", "https", "smtp"]),
    udpCheckPorts: portsOfKinds(["dns", "udp"]),
  };
}
