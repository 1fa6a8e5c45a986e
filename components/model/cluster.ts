// The arguments of a Cluster: the shape of each one, and rules about several of them.
import type { ClusterArgs, ClusterRealServerArgs, ClusterServiceArgs } from "../args/cluster";
import { ForwardingMethod } from "../args/enums";
import type { HostArgs } from "../args/host";
import { hostWith } from "./host";
import { addressesOf, hosts, sameAddressTwice } from "./hosts";
import { keepalivedMembers, pairDirector } from "./keepalived/pair/shapes";
import { pairRules } from "./keepalived/pair/rules";
import { pairServiceAsAWhole, pairServiceSettings } from "./keepalived/service/shapes";
import { familyOf, isAddress } from "./address";
import { familyProblems, forwardingMethod, methodsOf, portProblems, uselessTunnel } from "./forwarding";
import { pairOnlyInCluster } from "./keepalivedOnly";
import { directorRunMembers, directorRunProblems } from "./run";
import {
  persistenceFits,
  serviceAsAWhole,
  serviceMembers,
  servicePort,
  shareMembers,
  thresholdsFit,
} from "./service";
import { elements, flag, isRecord, later, list, optional, type Problem, record, type Shape } from "./shape";
import { duplicateServices, sameMarkTwice } from "./ports";
import { gatewayMembers, gatewayNames, gatewaysAsServers, uselessGateways, usesNat } from "./nat";
import { sysctls } from "./sysctl";
import { tunnel } from "./tunnel";
import { unreachableMembers } from "./unreachable";
import { vip, vipsTogether } from "./vips";
import { webServer } from "./webServer";

/** Whether keepalived elects which of these directors has the VIPs. */
export function isPair(directors: unknown): boolean {
  return elements(directors).length > 1;
}

const settings = record("an object with advertInterval, preempt and so on", keepalivedMembers);

/** (Its members are merged into the pair's arguments, so the object itself must be known.) */
const keepalived: Shape = (given, path) =>
  given === later
    ? [{ path, reason: "must be known when the program starts: only its members may be Outputs" }]
    : settings(given, path);

const realServerMembers: Omit<Record<keyof ClusterRealServerArgs, Shape>, keyof HostArgs> = {
  ...shareMembers,
  ...unreachableMembers,
};

const realServer = hostWith({ ...realServerMembers, ...pairOnlyInCluster }, thresholdsFit);

const service: Record<keyof ClusterServiceArgs, Shape> = {
  ...serviceMembers,
  realServerPort: optional(servicePort),
  ...pairServiceSettings,
};

const members: Record<keyof ClusterArgs, Shape> = {
  vips: list(vip, 1, "VIPs"),
  directors: hosts(pairDirector, 1, "directors"),
  keepalived: optional(keepalived),
  realServers: hosts(realServer, 1, "real servers"),
  services: list(record("a service such as { port: 80 }", service, serviceAsAWhole), 1, "services"),
  forwarding: optional(forwardingMethod),
  tunnel: optional(tunnel),
  ...gatewayMembers,
  returnRoutes: optional(flag),
  localClients: optional(flag),
  sysctls: optional(sysctls(undefined)),
  webServer: optional(webServer),
  ...directorRunMembers,
};

const across: Shape = (given) => {
  if (!isRecord(given)) return [];
  const { directors, realServers, services } = given;
  return [
    ...directorRunProblems(given),
    ...vipsTogether(given["vips"], [...elements(directors), ...elements(realServers)]),
    ...duplicateServices(services, "services"),
    ...sameMarkTwice(services, given["vips"], "services"),
    ...sameAddressTwice([
      { path: "directors", hosts: directors },
      { path: "realServers", hosts: realServers },
    ]),
    ...(isPair(directors)
      ? pairProblems(given)
      : elements(services).flatMap((each, index) =>
          persistenceFits(each, elements(given["vips"]), `services[${index}]`),
        )),
    ...forwardingProblems(given),
    ...tunnelsOfAll(given),
    ...familiesOfServers(given),
  ];
};

/** The services, each with the real servers and the method that it gets from the Cluster. */
function wholeServices(given: Record<string, unknown>): unknown[] {
  const { forwarding, realServers } = given;
  return elements(given["services"]).map((each) =>
    isRecord(each) ? { ...each, forwarding: each["forwarding"] ?? forwarding, realServers } : each,
  );
}

/** Problems of the methods of several services and real servers together. */
function forwardingProblems(given: Record<string, unknown>): Problem[] {
  const services = wholeServices(given);
  const onVips = elements(given["vips"]).flatMap((vip) =>
    services.map((each) => (isRecord(each) ? { ...each, vip } : each)),
  );
  return [
    ...uselessGateways(given, onVips),
    ...gatewaysAsServers(given, services),
    ...missingGateways(given, onVips),
    ...services.flatMap((each, index) =>
      isRecord(each)
        ? [
            ...realServerPortProblems(each, `services[${index}]`),
            ...(given["returnRoutes"] === false ? [] : everyPort(each, `services[${index}]`)),
          ]
        : [],
    ),
  ];
}

/** Tunnels of the Cluster, of a service or of a real server by which no real server is reached. */
function tunnelsOfAll(given: Record<string, unknown>): Problem[] {
  const methods = wholeServices(given).map(methodsOf);
  return [
    ...uselessTunnel(given["tunnel"], methods.flat(), "tunnel"),
    ...elements(given["services"]).flatMap((each, index) =>
      isRecord(each) ? uselessTunnel(each["tunnel"], methods[index] ?? [], `services[${index}].tunnel`) : [],
    ),
    ...elements(given["realServers"]).flatMap((each, index) =>
      isRecord(each)
        ? uselessTunnel(
            each["tunnel"],
            methods.map((ofService) => ofService[index]),
            `realServers[${index}].tunnel`,
          )
        : [],
    ),
  ];
}

/** Gateways that replies of NAT services need and that are missing. */
function missingGateways(given: Record<string, unknown>, services: unknown[]): Problem[] {
  const { directors, returnRoutes } = given;
  if (returnRoutes === false) return [];
  return (["IPv4", "IPv6"] as const).flatMap((family): Problem[] => {
    const name = gatewayNames[family];
    if (given[name] !== undefined || !usesNat(services, family)) return [];
    const instead = "or returnRoutes: false if you route the replies yourself";
    if (isPair(directors))
      return [
        {
          path: name,
          reason: `missing: with NAT and more than one director, the real servers reply to an address that moves with the VIPs; give one of their network that no host has, ${instead}`,
        },
      ];
    const [director] = elements(directors);
    const own = addressesOf(director);
    const open = isRecord(director) && director["address6"] === later;
    if (open || own.length === 0 || own.some((each) => familyOf(each) === family)) return [];
    return [
      {
        path: name,
        reason: `missing: with NAT the real servers reply to an ${family} address of the director for VIPs of ${family}; give the director one, or one here that it is to get, ${instead}`,
      },
    ];
  });
}

/** Real servers without an address of the family of a VIP, if their forwarding method needs one. */
function familiesOfServers(given: Record<string, unknown>): Problem[] {
  const vips = elements(given["vips"]);
  return elements(given["realServers"]).flatMap((server, index) => {
    if (!isRecord(server)) return [];
    const found = wholeServices(given).flatMap((service) =>
      isRecord(service) ? familyProblems(service, server, vips, `realServers[${index}]`) : [],
    );
    const lacksIpv6 = isAddress(server["address"]) && familyOf(server["address"]) === "IPv4";
    return found
      .slice(0, 1)
      .map(({ path, reason }) =>
        lacksIpv6 ? { path: `${path}6`, reason: `missing: ${reason}` } : { path, reason },
      );
  });
}

/** A service of every port cannot have return routes: these select replies by port. */
function everyPort(service: Record<string, unknown>, path: string): Problem[] {
  const member = service["realServerPort"] === undefined ? "port" : "realServerPort";
  const refused = (name: string, said: string, instead: string): Problem => ({
    path: `${path}.${name}`,
    reason: `${said} has no return route, which goes by ports: give ${instead}, or returnRoutes: false if you route the replies yourself`,
  });
  if (!methodsOf(service).includes(ForwardingMethod.Nat)) return [];
  if (service["allPorts"] === true)
    return [refused("allPorts", "true (every port)", "ports, or a portRange")];
  return service[member] === 0 ? [refused(member, "0 (every port)", "a port from 1 to 65535")] : [];
}

/** A `realServerPort` that a real server's method cannot set. */
function realServerPortProblems(service: Record<string, unknown>, path: string): Problem[] {
  const found = elements(service["realServers"]).flatMap((each) =>
    isRecord(each)
      ? portProblems(service, { port: service["realServerPort"], forwarding: each["forwarding"] }, "")
      : [],
  );
  return found.slice(0, 1).map(({ reason }) => ({ path: `${path}.realServerPort`, reason }));
}

/** Problems of the directors, the VIPs and the services together, as those of a KeepalivedPair. */
function pairProblems(given: Record<string, unknown>): Problem[] {
  const { directors, vips } = given;
  const own = isRecord(given["keepalived"]) ? given["keepalived"] : {};
  const known = Object.fromEntries(Object.entries(own).filter(([name]) => name in keepalivedMembers));
  const services = wholeServices(given);
  return [
    ...pairRules(
      {
        ...known,
        directors,
        vips,
        services,
        gateway: given["gateway"],
        gateway6: given["gateway6"],
        applyTimeout: given["applyTimeout"],
      },
      "",
    ),
    ...services.flatMap((each, index) => pairServiceAsAWhole(each, `services[${index}]`)),
  ].flatMap(inCluster);
}

/** The place of a pair's problem in the arguments of a Cluster. Problems of VIPs and real servers have been found before. */
function inCluster({ path, reason }: Problem): Problem[] {
  if (/^(vips|services\[\d+\]\.(vip|realServers))\b/.test(path)) return [];
  const [first = ""] = path.split(/[.[]/, 1);
  return [
    {
      path: first in keepalivedMembers ? `keepalived.${path}` : path,
      reason: reason.replaceAll(/services\[\d+\]\.realServers/g, "realServers"),
    },
  ];
}

export const clusterArguments: Shape = record("the arguments of a Cluster", members, across);

/** The places of arguments that only keepalived uses: with one director there is none. */
export function unusedWithOneDirector(given: unknown): string[] {
  if (!isRecord(given)) return [];
  const there = (object: unknown, name: string) => isRecord(object) && object[name] !== undefined;
  return [
    ...elements(given["directors"]).flatMap((each, index) =>
      there(each, "priority") ? [`directors[${index}].priority`] : [],
    ),
    ...(given["keepalived"] === undefined ? [] : ["keepalived"]),
    ...elements(given["services"]).flatMap((each, index) =>
      Object.keys(pairServiceSettings).flatMap((name) =>
        there(each, name) ? [`services[${index}].${name}`] : [],
      ),
    ),
  ];
}
