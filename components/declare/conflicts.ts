import { hostLabel, type Place } from "../model/host";
import { perRun } from "./perRun";
import type { HostDocument } from "../render/document";

/** The owners that want one VIP on one host, by the host's role. */
interface Roles {
  /** As a director of a pair, where keepalived has it. */
  director?: string;
  realServer?: string;
  /** As a single director, which has it all the time. */
  alone?: string;
}

/** The roles of a program run, by host and VIP. */
const rolesOfRun = perRun<Roles>();

/**
 * If a host is a director of a pair and also one of its real servers, it would send connections in a loop. The host refuses the second
 * document (plan/clashes.awk), but only after the first one has been applied. If one program declares both, they are refused here, before
 * anything changes. Returns the error, if any.
 */
export function conflictOf(owner: string, place: Place, document: HostDocument): string | undefined {
  const known = rolesOfRun();
  for (const { address: vip } of document.addresses ?? []) {
    const role: Roles =
      document.table === "keepalived"
        ? { director: owner }
        : document.role === "real server"
          ? { realServer: owner }
          : { alone: owner };
    const key = `${place.address} ${vip}`;
    const roles = { ...known.get(key), ...role };
    known.set(key, roles);
    if (roles.director !== undefined && roles.alone !== undefined)
      return `${hostLabel(place)} cannot be both: ${vip} is a VIP of the pair that it is a director of (${roles.director}), and ${roles.alone} wants it on this host all the time; two hosts would have it: declare its services in the same KeepalivedPair or Cluster`;
    if (roles.director !== undefined && roles.realServer !== undefined)
      return `${hostLabel(place)} cannot be both: ${vip} is a VIP of the pair that it is a director of (${roles.director}), and ${roles.realServer} has it there as a real server; as backup the host has the rules as well, and would balance again what the master sends it, in a loop: let hosts that are no directors of the pair be its real servers`;
  }
  return undefined;
}
