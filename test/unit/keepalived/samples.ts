// Valid pairs and services. Tests make them invalid in one place.
import type { Place } from "../../../components/model/host";
import {
  completePair,
  type GivenPair,
  type PairSettings,
} from "../../../components/model/keepalived/pair/complete";
import { pairArguments } from "../../../components/model/keepalived/pair/shapes";
import type { GivenPairService } from "../../../components/model/keepalived/service/complete";
import { host } from "../model/samples";

export const d1: Place = { name: "d1", address: "198.18.0.11", interface: undefined };
export const vip = "198.18.0.100";
export const owner = "web/prod/KeepalivedPair/lb-198.18.0.11";

export function pairService(more: Partial<GivenPairService> = {}): GivenPairService {
  return {
    vip,
    port: 80,
    realServers: [{ address: "198.18.0.21" }, { address: "198.18.0.22" }],
    ...more,
  };
}

export function pair(more: Partial<GivenPair> = {}): GivenPair {
  return {
    directors: [host("198.18.0.11"), host("198.18.0.12")],
    ...(more.instances === undefined ? { vips: ["198.18.0.100"] } : {}),
    ...more,
  };
}

/** A valid pair that a user may want. */
export function wish(more: Partial<GivenPair> = {}): PairSettings {
  const given = pair(more);
  const problems = pairArguments(given, "");
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return completePair(given);
}
