import type { GivenInstance, Instance, Notify } from "./instance";
import { completePairService, type GivenPairService, type PairService } from "./service";

/** The arguments of a pair as its user wrote them, all values known, without the way in to its hosts. */
export interface GivenPair {
  directors: { address: string; interface?: string; priority?: number }[];
  vip?: string;
  vips?: string[];
  instances?: GivenInstance[];
  services?: GivenPairService[];
  vrrpVersion?: number;
  advertInterval?: number;
  preempt?: boolean;
  preemptDelay?: number;
  virtualRouterId?: number;
  /** Only whether there is one matters here: it travels apart. */
  password?: unknown;
  notify?: Notify;
  sysctls?: Record<string, string>;
  removePackages?: boolean;
  drain?: number;
}

/** What a pair wants on its directors, nothing left open. */
export interface PairWish {
  directors: { address: string; interface: string | undefined }[];
  vrrpVersion: number;
  instances: Instance[];
  services: PairService[];
  sysctls: Record<string, string>;
  drain: number;
  removePackages: boolean;
}

const highestPriority = 150;

/** Fills in what the user left out. The arguments have passed `pairArguments`. */
export function completePair(given: GivenPair): PairWish {
  const priorities = given.directors.map(({ priority }, index) => priority ?? highestPriority - 10 * index);
  return {
    directors: given.directors.map(({ address, interface: device }) => ({ address, interface: device })),
    vrrpVersion: given.vrrpVersion ?? 3,
    instances: instancesOf(given).map((each) => completeInstance(each, given, priorities)),
    services: (given.services ?? []).map(completePairService),
    sysctls: given.sysctls ?? {},
    drain: given.drain ?? 30,
    removePackages: given.removePackages ?? false,
  };
}

function instancesOf(given: GivenPair): GivenInstance[] {
  if (given.instances !== undefined) return given.instances;
  const vips = given.vips ?? (given.vip === undefined ? [] : [given.vip]);
  return [{ name: "VI_1", vips, virtualRouterId: given.virtualRouterId }];
}

function completeInstance(instance: GivenInstance, pair: GivenPair, priorities: number[]): Instance {
  return {
    name: instance.name,
    vips: instance.vips,
    virtualRouterId: instance.virtualRouterId ?? Number(instance.vips[0]?.split(".")[3]),
    interface: instance.interface,
    priorities: instance.priorities ?? priorities,
    advertInterval: instance.advertInterval ?? pair.advertInterval ?? 1,
    preempt: instance.preempt ?? pair.preempt ?? false,
    preemptDelay: instance.preemptDelay ?? pair.preemptDelay ?? 0,
    authenticated: (instance.password ?? pair.password) !== undefined,
    trackInterfaces: (instance.trackInterfaces ?? []).map(({ name, weight }) => ({
      name,
      weight: weight ?? 0,
    })),
    notify: instance.notify ?? pair.notify ?? {},
    verbatim: instance.verbatim,
  };
}
