import {
  completeService,
  type Destination,
  type GivenDestination,
  type GivenService,
  type Service,
} from "../service";
import type { GivenCheck } from "./checks";

/** A virtual service of a pair as its user wrote it, all values known. */
export interface GivenPairService extends GivenService {
  realServers: GivenPairDestination[];
  healthCheck?: GivenCheck;
  quorum?: number;
  hysteresis?: number;
  quorumUp?: string;
  quorumDown?: string;
  sorryServer?: { address: string; port?: number; inhibit?: boolean };
  inhibitOnFailure?: boolean;
  alpha?: boolean;
  omega?: boolean;
  verbatim?: string;
}

export interface GivenPairDestination extends GivenDestination {
  healthCheck?: GivenCheck;
  inhibitOnFailure?: boolean;
  alpha?: boolean;
  notifyUp?: string;
  notifyDown?: string;
  verbatim?: string;
}

/** A virtual service that keepalived keeps, with nothing left open. */
export interface PairService extends Service {
  destinations: PairDestination[];
}

export type PairDestination = Destination;

/** Fills in what the user left out. */
export function completePairService(given: GivenPairService): PairService {
  return completeService(given);
}
