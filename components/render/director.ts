import { type ForwardingMethod } from "../args/enums";
import { defaultForwarding, together } from "../model/forwarding";
import { deviceOf, type Place, sysctlDeviceOf, towards } from "../model/host";
import type { Service } from "../model/service";
import type { HostDocument } from "./document";
import { markLines, withFirewall } from "./firewall";

export interface DirectorSettings {
  services: Service[];
  /** The address to which real servers of NAT services reply, where it is not the host's own. */
  gateway?: string | undefined;
  /** In addition to what the method of forwarding needs, or instead of it. */
  sysctls: Record<string, string>;
  drain: number;
  removePackages: boolean;
}

/** A director needs the table, its VIPs, and what the method of forwarding asks for. */
export function directorDocument(place: Place, settings: DirectorSettings): HostDocument {
  const vips = new Set(settings.services.map(({ vip }) => vip));
  const { firewall, packages, modules } = withFirewall(markLines(settings.services), settings.removePackages);
  return {
    role: "director",
    drain: settings.drain,
    packages: [{ name: "ipvsadm", removeOnDestroy: settings.removePackages }, ...packages],
    modules: ["ip_vs", ...settings.services.map(({ scheduler }) => `ip_vs_${scheduler}`), ...modules],
    sysctls: { ...directorSysctls(place, settings), ...settings.sysctls },
    services: settings.services,
    firewall,
    addresses: [
      ...[...vips].map((vip) => ({ address: vip, device: deviceOf(place) })),
      // (One of the VIPs may be the gateway as well.)
      ...(vips.has(settings.gateway ?? "") ? [] : gatewayAddress(place, settings)),
    ],
  };
}

interface WithServices {
  services: { destinations: { forwarding: ForwardingMethod }[] }[];
  gateway?: string | undefined;
}

/** What the methods of all real servers need; and where there is none, what the default method needs. */
export function directorSysctls(place: Place, { services, gateway }: WithServices): Record<string, string> {
  const methods = services.flatMap(({ destinations }) => destinations.map(({ forwarding }) => forwarding));
  const inner = gateway === undefined ? sysctlDeviceOf(place) : towards(gateway);
  return together([defaultForwarding, ...new Set(methods)], (row) => row.directorSysctls([inner]));
}

/** (The host leaves out the address if it has it by itself.) */
export function gatewayAddress(
  place: Place,
  { gateway }: Pick<WithServices, "gateway">,
): { address: string; device: string }[] {
  return gateway === undefined || gateway === place.address
    ? []
    : [{ address: gateway, device: towards(gateway) }];
}
