// A KeepalivedPair: its arguments with all defaults filled in. Their problems: shapes.ts.
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
import { kernelParameters, moduleOptions } from "../../ipvs";
import type { Gateways } from "../../nat";
import { defaultDrain } from "../../run";
import { completeInstance, type GivenInstance, type Instance } from "../vrrp/complete";
import { completePairService, onEachVip, type PairService } from "../service/complete";
import { plainSeconds } from "../syntax/fields";

export type GarpSettings = Required<Known<GratuitousArpArgs>>;
export type SyncGroup = Known<VrrpSyncGroupArgs>;
export type TrackProcess = Known<TrackProcessArgs>;
export type TrackScript = Known<TrackScriptArgs>;

/** The arguments of a pair as its user wrote them; but of its hosts and its passwords, only what documents may contain. */
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

/** What a pair wants on its directors, with all defaults filled in. Its gateways move with the VIPs. */
export interface PairSettings extends Gateways {
  directors: { address: string; address6: string | undefined; interface: string | undefined }[];
  vrrpVersion: number;
  instances: Instance[];
  syncGroups: SyncGroup[];
  trackProcesses: TrackProcess[];
  trackScripts: TrackScript[];
  garp: GarpSettings;
  /** Absent: the master does not send its connections to the backup. */
  connectionSync: ConnectionSync | undefined;
  startupDelay: number;
  services: PairService[];
  verbatim: string | undefined;
  verbatimBlocks: string | undefined;
  sysctls: Record<string, string>;
  moduleOptions: Record<string, string>;
  drain: number;
  removePackages: boolean;
}

/**
 * After a split of the segment, the winner may never announce its VIPs again. With these settings it does: at once, when it receives the
 * loser's last advert, and once a minute for hosts that missed that.
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

/** 150, 140 and so on: different, in the order of the list, and with space for the weights of trackers. */
export function defaultPriorities(count: number): number[] {
  const step = Math.max(1, Math.min(10, Math.floor((highestPriority - 1) / Math.max(1, count - 1))));
  return Array.from({ length: count }, (_, index) => highestPriority - step * index);
}

/** Fills in the defaults. The arguments have passed `pairArguments`. */
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
    sysctls: kernelParameters(given),
    moduleOptions: moduleOptions(given),
    drain: given.drain ?? defaultDrain,
    removePackages: given.removePackages ?? false,
  };
}

/** If a pair has only `vips`, its one instance has the name from keepalived's own sample. */
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
    // (The kernel's default group is an IPv4 group, and it sends to it from an IPv4 address of the interface: ip_vs_sync.c,
    // bind_mcastif_addr.)
    group:
      given.group ?? (directors.some(({ address }) => familyOf(address) === "IPv6") ? "ff02::81" : undefined),
    port: given.port,
  };
}

function withoutAbsent<Value extends object>(given: Value): Value {
  return Object.fromEntries(Object.entries(given).filter(([, each]) => each !== undefined)) as Value;
}
