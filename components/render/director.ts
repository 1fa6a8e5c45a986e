import { type ForwardingMethod } from "../args/enums";
import { type Family, familyOf, inFamily } from "../model/address";
import { defaultForwarding, forwardingRow } from "../model/forwarding";
import { deviceOf, type Place, towards } from "../model/host";
import type { Gateways } from "../model/nat";
import type { Service } from "../model/service";
import type { HostDocument } from "./document";
import { markLines, withFirewall } from "./firewall";
import { ipvsModules } from "./ipvs";
import { serviceOpenings, untrackedLines } from "./openings";

export interface DirectorSettings extends Gateways {
  services: Service[];
  /** In addition to the sysctls of the forwarding method, or instead of them. */
  sysctls: Record<string, string>;
  /** Default: none. */
  moduleOptions?: Record<string, string> | undefined;
  drain: number;
  removePackages: boolean;
}

/** The document of a director: the table, its VIPs, and what its forwarding methods need. */
export function directorDocument(place: Place, settings: DirectorSettings): HostDocument {
  const vips = new Set(settings.services.map(({ vip }) => vip));
  const { firewall, packages, modules } = withFirewall(markLines(settings.services), settings.removePackages);
  return {
    role: "director",
    drain: settings.drain,
    packages: [{ name: "ipvsadm", removeOnDestroy: settings.removePackages }, ...packages],
    modules: [...ipvsModules(settings.services), ...modules],
    moduleOptions: settings.moduleOptions,
    sysctls: { ...directorSysctls(place, settings), ...settings.sysctls },
    services: settings.services,
    firewall,
    untracked: untrackedLines(settings.services),
    openings: serviceOpenings(settings.services, (vip) => deviceOf(place, familyOf(vip))),
    addresses: [
      ...[...vips].map((vip) => ({ address: vip, device: deviceOf(place, familyOf(vip)) })),
      // (A gateway may be one of the VIPs as well.)
      ...gatewayAddresses(place, settings).filter(({ address }) => !vips.has(address)),
    ],
  };
}

interface WithServices extends Gateways {
  services: (Pick<Service, "vip" | "persistence"> & { destinations: { forwarding: ForwardingMethod }[] })[];
}

/**
 * A real server of weight 0 gets no new connections. Without this setting, it still gets those of the clients that persistence has bound to it
 * (measured). keepalived sets weight 0 as well, for a real server that has failed (inhibitOnFailure).
 */
function persistenceSysctls({ services }: Pick<WithServices, "services">): Record<string, string> {
  const bound = services.some(({ persistence }) => persistence !== undefined);
  return bound ? { "net.ipv4.vs.expire_quiescent_template": "1" } : {};
}

/** The sysctls that the services need, and the methods of all real servers; without real servers, those of the default method. */
export function directorSysctls(place: Place, { services, gateway }: WithServices): Record<string, string> {
  const families = new Map<ForwardingMethod, Set<Family>>([[defaultForwarding, new Set()]]);
  for (const { vip, destinations } of services)
    for (const { forwarding } of destinations)
      families.set(forwarding, (families.get(forwarding) ?? new Set()).add(familyOf(vip)));
  // (This is not the interface that the user names for the VIPs: a director may have another one to its real servers.)
  const inner = gateway === undefined ? `@${place.address}` : towards(gateway);
  return Object.assign(
    persistenceSysctls({ services }),
    ...[...families].map(([method, each]) => forwardingRow(method).directorSysctls(inner, [...each])),
  ) as Record<string, string>;
}

/** The sysctls that services which are declared alone need, beside those that their pair sets whatever its services are. */
export function sysctlsBesidePair(place: Place, settings: WithServices): Record<string, string> {
  const ofPair = directorSysctls(place, { ...settings, services: [] });
  return Object.fromEntries(
    Object.entries(directorSysctls(place, settings)).filter(([name]) => !(name in ofPair)),
  );
}

/** The gateways' addresses. (The host leaves out an address that it has by itself.) */
export function gatewayAddresses(
  place: Place,
  { gateway, gateway6 }: Gateways,
): { address: string; device: string }[] {
  return [gateway, gateway6].flatMap((each) =>
    each === undefined || each === inFamily(place, familyOf(each))
      ? []
      : [{ address: each, device: towards(each) }],
  );
}
