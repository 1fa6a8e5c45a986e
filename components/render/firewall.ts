// Facts of the one table of nf_tables that a host has of this package.
import type { ForwardingMethod } from "../args/enums";
import { familyOf } from "../model/address";
import { largestSegment, wayTo } from "../model/forwarding";
import type { Place } from "../model/host";
import { portsText } from "../model/ports";
import type { Service } from "../model/service";
import type { DocumentText } from "./document";

/** What of a document brings these facts about, and what they stand on. */
export function withFirewall(
  firewall: string[],
  removePackages: boolean,
): Required<Pick<DocumentText, "firewall" | "packages" | "modules">> {
  return firewall.length === 0
    ? { firewall, packages: [], modules: [] }
    : {
        firewall,
        packages: [{ name: "nftables", removeOnDestroy: removePackages }],
        modules: ["nf_tables"],
      };
}

/** Packets to several ports that are one service, for a director. */
export function markLines(services: Service[]): string[] {
  return services.flatMap(({ vip, protocol, marked }) =>
    marked === undefined ? [] : [`mark ${marked.mark} ${protocol} ${portsText(marked.ports)} to ${vip}`],
  );
}

/** What a real server with these VIPs announces to clients: segments that fit behind another header. */
export function clampLines(methods: ForwardingMethod[], place: Place, vips: string[]): string[] {
  return vips.flatMap((vip) => {
    const size = largestSegment(methods, wayTo(place, familyOf(vip)));
    return size === undefined ? [] : [`clamp ${size} from ${vip}`];
  });
}
