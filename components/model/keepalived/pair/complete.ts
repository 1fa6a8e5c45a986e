// A KeepalivedPair: what remains of its arguments. What is wrong with them: pairShapes.ts.
import { defaultDrain } from "../../component";
import {
  completeInstance,
  type GivenInstance,
  type Instance,
  type InstanceDefaults,
  type Notify,
} from "../vrrp/complete";
import { completePairService, type GivenPairService, type PairService } from "../service/complete";
import { plainSeconds } from "../syntax/fields";

export interface GarpSettings {
  repeat: number;
  delay: number;
  refresh: number;
  refreshRepeat: number;
  lowerPriorityRepeat: number;
  lowerPriorityDelay: number;
  interval: number;
}

export interface SyncGroup {
  name: string;
  instances: string[];
  notify?: Notify;
  verbatim?: string;
}

export interface TrackProcess {
  name: string;
  process: string;
  parameters?: string[];
  fullCommand?: boolean;
  weight?: number;
  quorum?: number;
  delay?: number;
}

export interface TrackScript {
  name: string;
  script: string;
  interval?: number;
  timeout?: number;
  rise?: number;
  fall?: number;
  weight?: number;
}

export interface GivenConnectionSync {
  enabled?: boolean;
  interface?: string;
  instance?: string;
  id?: number;
  group?: string;
  port?: number;
}

/** The arguments of a pair as its user wrote them, all values known, without the way in to its hosts. */
export interface GivenPair extends Omit<InstanceDefaults, "priorities"> {
  directors: { address: string; interface?: string; priority?: number }[];
  vips?: string[];
  instances?: GivenInstance[];
  syncGroups?: SyncGroup[];
  services?: GivenPairService[];
  vrrpVersion?: number;
  virtualRouterId?: number;
  trackProcesses?: TrackProcess[];
  trackScripts?: TrackScript[];
  garp?: Partial<GarpSettings>;
  connectionSync?: GivenConnectionSync;
  startupDelay?: number;
  verbatim?: string;
  verbatimBlocks?: string;
  sysctls?: Record<string, string>;
  removePackages?: boolean;
  drain?: number;
}

export interface ConnectionSync {
  interface: string | undefined;
  instance: string;
  id: number;
  group: string | undefined;
  port: number | undefined;
}

/** What a pair wants on its directors, nothing left open. */
export interface PairSettings {
  directors: { address: string; interface: string | undefined }[];
  vrrpVersion: number;
  instances: Instance[];
  syncGroups: SyncGroup[];
  trackProcesses: TrackProcess[];
  trackScripts: TrackScript[];
  garp: GarpSettings;
  /** Absent: the backup is not to know the master's connections. */
  connectionSync: ConnectionSync | undefined;
  startupDelay: number;
  services: PairService[];
  verbatim: string | undefined;
  verbatimBlocks: string | undefined;
  sysctls: Record<string, string>;
  drain: number;
  removePackages: boolean;
}

/**
 * After a split of the segment the winner may never say again where the VIPs are. With these it does: at once,
 * when it hears the loser's last advert, and once a minute for whoever missed that.
 */
const defaultGarp: GarpSettings = {
  repeat: 5,
  delay: 5,
  refresh: 60,
  refreshRepeat: 1,
  lowerPriorityRepeat: 5,
  lowerPriorityDelay: 5,
  interval: 0,
};

const highestPriority = 150;

/** 150, 140 and so on: distinct, in the order of the list, and with room for what trackers add. */
export function defaultPriorities(count: number): number[] {
  const step = Math.max(1, Math.min(10, Math.floor((highestPriority - 1) / Math.max(1, count - 1))));
  return Array.from({ length: count }, (_, index) => highestPriority - step * index);
}

/** Fills in what the user left out. The arguments have passed `pairArguments`. */
export function completePair(given: GivenPair): PairSettings {
  const priorities = defaultPriorities(given.directors.length).map(
    (each, index) => given.directors[index]?.priority ?? each,
  );
  const defaults = { ...given, priorities };
  const instances = instancesOf(given).map((each) => completeInstance(each, defaults));
  return {
    directors: given.directors.map(({ address: own, interface: device }) => ({
      address: own,
      interface: device,
    })),
    vrrpVersion: given.vrrpVersion ?? 3,
    instances,
    syncGroups: given.syncGroups ?? [],
    trackProcesses: given.trackProcesses ?? [],
    trackScripts: given.trackScripts ?? [],
    garp: { ...defaultGarp, ...withoutAbsent(given.garp ?? {}) },
    connectionSync: completeSync(given.connectionSync ?? {}, instances),
    startupDelay: plainSeconds(given.startupDelay ?? 0),
    services: (given.services ?? []).map(completePairService),
    verbatim: given.verbatim,
    verbatimBlocks: given.verbatimBlocks,
    sysctls: given.sysctls ?? {},
    drain: given.drain ?? defaultDrain,
    removePackages: given.removePackages ?? false,
  };
}

/** The one instance of a pair that speaks of VIPs only has the name that keepalived's own sample gives it. */
function instancesOf(given: GivenPair): GivenInstance[] {
  if (given.instances !== undefined) return given.instances;
  return [{ name: "VI_1", vips: given.vips ?? [], virtualRouterId: given.virtualRouterId }];
}

function completeSync(given: GivenConnectionSync, instances: Instance[]): ConnectionSync | undefined {
  const followed = instances.find(({ name }) => name === (given.instance ?? instances[0]?.name));
  if (given.enabled === false || followed === undefined) return undefined;
  return {
    interface: given.interface,
    instance: followed.name,
    id: given.id ?? followed.virtualRouterId,
    group: given.group,
    port: given.port,
  };
}

function withoutAbsent<Value extends object>(given: Value): Value {
  return Object.fromEntries(Object.entries(given).filter(([, each]) => each !== undefined)) as Value;
}
