// A virtual service that keepalived keeps: everything a Director's service has, and what keepalived does for it. What
// is wrong with one: shapes.ts.
import { type ForwardingMethod, Protocol } from "../../../args/enums";
import type { Known } from "../../../args/known";
import type { PairServiceArgs } from "../../../args/pairService";
import { familyOf } from "../../address";
import { completeService, type Destination, type Service } from "../../service";
import { addressFor, defaultForwarding } from "../../forwarding";
import { completeCheck, type HealthCheck, type Kinds } from "../checks/complete";

/** A virtual service of a pair as its user wrote it. */
export type GivenPairService = Known<PairServiceArgs>;

/** The same on one VIP. */
export type ServiceOnVip = GivenPairService & { vip: string };

/** A service on its VIP, or on each of these where it names none. */
export function onEachVip<Given extends { vip?: string }>(
  given: Given,
  vips: string[],
): (Given & { vip: string })[] {
  const own = given.vip === undefined ? vips : [given.vip];
  return own.map((vip) => ({ ...given, vip }));
}

/** A virtual service that keepalived keeps, with nothing left open. */
export interface PairService extends Service {
  destinations: PairDestination[];
  /** How often its real servers are checked, where they do not say otherwise. */
  interval: number;
  /** The script that checks its real servers, where they do not bring one of their own. */
  checkScript: string | undefined;
  quorum: number;
  hysteresis: number;
  quorumUp: string | undefined;
  quorumDown: string | undefined;
  sorryServer: { address: string; port: number; inhibit: boolean } | undefined;
  /** The method of its real servers that do not say otherwise, and of its sorry server. */
  forwarding: ForwardingMethod;
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

/** Nothing can be said of a UDP server that nobody asks, nor of a service that is for several ports or all; and keepalived has no check by SCTP. */
function kindsByDefault(given: GivenPairService): Kinds {
  return (given.protocol ?? Protocol.Tcp) === Protocol.Tcp && (given.port ?? 0) !== 0 ? { tcp: {} } : {};
}

/** Fills in what the user left out. The arguments have passed `pairService`. */
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
    alpha: given.alpha ?? false,
    omega: given.omega ?? false,
    verbatim: given.verbatim,
  };
}
