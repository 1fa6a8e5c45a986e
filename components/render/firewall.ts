// Facts of this package's one table of nf_tables on a host.
import type { ForwardingMethod } from "../args/enums";
import { familyOf } from "../model/address";
import { largestSegment, wayTo } from "../model/forwarding";
import type { Place } from "../model/host";
import { portsText } from "../model/ports";
import type { Service } from "../model/service";
import type { Tunnel } from "../model/tunnel";
import type { DocumentText } from "./document";

/** The parts of a document that set these facts, and the packages and modules that they need. */
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

/** For a director: marks for packets to several ports that are one service. */
export function markLines(services: Service[]): string[] {
  return services.flatMap(({ vip, protocol, marked }) =>
    marked === undefined ? [] : [`mark ${marked.mark} ${protocol} ${portsText(marked.ports)} to ${vip}`],
  );
}

/** For a real server with these VIPs: it announces to clients TCP segments that leave space for another header. */
export function clampLines(
  methods: ForwardingMethod[],
  tunnels: Tunnel[],
  place: Place,
  vips: string[],
): string[] {
  return vips.flatMap((vip) => {
    const size = largestSegment(methods, wayTo(place, familyOf(vip)), tunnels);
    return size === undefined ? [] : [`clamp ${size} from ${vip}`];
  });
}
