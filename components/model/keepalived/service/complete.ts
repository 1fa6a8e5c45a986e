// A virtual service that keepalived keeps: everything that a Director's service has, and the functions of keepalived for it. Its problems:
// shapes.ts.
import { type ForwardingMethod, Protocol } from "../../../args/enums";
import type { Known } from "../../../args/known";
import type { PairServiceArgs } from "../../../args/pairService";
import { familyOf, addressFor } from "../../address";
import { completeService, type Destination, type Service, tunnelOf } from "../../service";
import { defaultForwarding } from "../../forwarding";
import type { Tunnel } from "../../tunnel";
import { completeCheck, type HealthCheck, type Kinds } from "../checks/complete";

/** A virtual service of a pair as its user wrote it. */
export type GivenPairService = Known<PairServiceArgs>;

/** The same on one VIP. */
export type ServiceOnVip = GivenPairService & { vip: string };

/** A service on its VIP, or on each of these if it names none. */
export function onEachVip<Given extends { vip?: string }>(
  given: Given,
  vips: string[],
): (Given & { vip: string })[] {
  const own = given.vip === undefined ? vips : [given.vip];
  return own.map((vip) => ({ ...given, vip }));
}

/** A virtual service that keepalived keeps, with all defaults filled in. */
export interface PairService extends Service {
  destinations: PairDestination[];
  /** How often its real servers are checked, if they do not set it themselves. */
  interval: number;
  /** The script that checks its real servers, if they have none of their own. */
  checkScript: string | undefined;
  quorum: number;
  hysteresis: number;
  quorumUp: string | undefined;
  quorumDown: string | undefined;
  sorryServer: { address: string; port: number; inhibit: boolean } | undefined;
  /** The method of its real servers that have none of their own, and of its sorry server. */
  forwarding: ForwardingMethod;
  /** The tunnel of the same servers, if that method is `tun`. */
  tunnel?: Tunnel | undefined;
  alpha: boolean;
  omega: boolean;
  verbatim: string | undefined;
}

export interface PairDestination extends Destination {
  check: HealthCheck;
  inhibitOnFailure: boolean;
  alpha: boolean;
  notifyUp: string | undefined;
  notifyDown: string | undefined;
  verbatim: string | undefined;
}

/**
 * There is no default check for UDP, because only a request shows whether a server works; none for a service of several or all ports; and
 * none for SCTP, for which keepalived has no check.
 */
export function kindsByDefault(given: Pick<GivenPairService, "protocol" | "port">): Kinds {
  return (given.protocol ?? Protocol.Tcp) === Protocol.Tcp && (given.port ?? 0) !== 0 ? { tcp: {} } : {};
}

/** Fills in the defaults. The arguments have passed `pairService`. */
export function completePairService(given: ServiceOnVip): PairService {
  const byDefault = kindsByDefault(given);
  const service = completeService(given);
  return {
    ...service,
    destinations: service.destinations.map((destination, index) => {
      const own = given.realServers[index];
      return {
        ...destination,
        check: completeCheck(given.healthCheck, own?.healthCheck, byDefault),
        inhibitOnFailure: own?.inhibitOnFailure ?? given.inhibitOnFailure ?? false,
        alpha: own?.alpha ?? given.alpha ?? false,
        notifyUp: own?.notifyUp,
        notifyDown: own?.notifyDown,
        verbatim: own?.verbatim,
      };
    }),
    interval: completeCheck(given.healthCheck, undefined, byDefault).interval,
    checkScript: given.healthCheck?.script?.script,
    quorum: given.quorum ?? 1,
    hysteresis: given.hysteresis ?? 0,
    quorumUp: given.quorumUp,
    quorumDown: given.quorumDown,
    sorryServer: given.sorryServer && {
      address: addressFor(given.sorryServer, familyOf(given.vip)),
      port: given.sorryServer.port ?? given.port ?? 0,
      inhibit: given.sorryServer.inhibit ?? false,
    },
    forwarding: given.forwarding ?? defaultForwarding,
    tunnel: tunnelOf(given.forwarding ?? defaultForwarding, given.tunnel),
    alpha: given.alpha ?? false,
    omega: given.omega ?? false,
    verbatim: given.verbatim,
  };
}
