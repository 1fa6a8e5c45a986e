// A KeepalivedPair: what remains of its arguments. What is wrong with them: shapes.ts.
import type {
  ConnectionSyncArgs,
  GratuitousArpArgs,
  TrackProcessArgs,
  TrackScriptArgs,
  VrrpSyncGroupArgs,
} from "../../../args/keepalived";
import type { KeepalivedPairArgs } from "../../../args/keepalivedPair";
import type { Known } from "../../../args/known";
import type { RunArgs } from "../../../args/run";
import { familyOf } from "../../address";
import type { Gateways } from "../../nat";
import { defaultDrain } from "../../run";
import { completeInstance, type GivenInstance, type Instance } from "../vrrp/complete";
import { completePairService, onEachVip, type PairService } from "../service/complete";
import { plainSeconds } from "../syntax/fields";

export type GarpSettings = Required<Known<GratuitousArpArgs>>;
export type SyncGroup = Known<VrrpSyncGroupArgs>;
export type TrackProcess = Known<TrackProcessArgs>;
export type TrackScript = Known<TrackScriptArgs>;

/** The arguments of a pair as its user wrote them, but of its hosts and its passwords only what documents may say. */
export type GivenPair = Omit<
  Known<KeepalivedPairArgs>,
  "directors" | "instances" | "password" | keyof RunArgs
> & {
  directors: { address: string; address6?: string | undefined; interface?: string; priority?: number }[];
  instances?: GivenInstance[];
  password?: unknown;
  removePackages?: boolean;
};

export interface ConnectionSync {
  interface: string | undefined;
  instance: string;
  id: number;
  group: string | undefined;
  port: number | undefined;
}

/** What a pair wants on its directors, nothing left open. Its gateways move with the VIPs. */
export interface PairSettings extends Gateways {
  directors: { address: string; address6: string | undefined; interface: string | undefined }[];
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
  const vips = instances.flatMap((each) => each.vips);
  return {
    directors: given.directors.map(({ address: own, address6, interface: device }) => ({
      address: own,
      address6,
      interface: device,
    })),
    vrrpVersion: given.vrrpVersion ?? 3,
    instances,
    syncGroups: given.syncGroups ?? [],
    trackProcesses: given.trackProcesses ?? [],
    trackScripts: given.trackScripts ?? [],
    garp: { ...defaultGarp, ...withoutAbsent(given.garp ?? {}) },
    connectionSync: completeSync(given.connectionSync ?? {}, instances, given.directors),
    startupDelay: plainSeconds(given.startupDelay ?? 0),
    services: (given.services ?? []).flatMap((each) => onEachVip(each, vips)).map(completePairService),
    gateway: given.gateway,
    gateway6: given.gateway6,
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

function completeSync(
  given: Known<ConnectionSyncArgs>,
  instances: Instance[],
  directors: { address: string }[],
): ConnectionSync | undefined {
  const followed = instances.find(({ name }) => name === (given.instance ?? instances[0]?.name));
  if (given.enabled === false || followed === undefined) return undefined;
  return {
    interface: given.interface,
    instance: followed.name,
    id: given.id ?? followed.virtualRouterId,
    // (The kernel's own group is one of IPv4, and it sends there by an IPv4 address of the interface: ip_vs_sync.c, bind_mcastif_addr.)
    group:
      given.group ?? (directors.some(({ address }) => familyOf(address) === "IPv6") ? "ff02::81" : undefined),
    port: given.port,
  };
}

function withoutAbsent<Value extends object>(given: Value): Value {
  return Object.fromEntries(Object.entries(given).filter(([, each]) => each !== undefined)) as Value;
}
