// Settings of IPVS: kernel parameters with names, types and ranges of their own.
import type { IpvsArgs, IpvsSyncThresholdArgs } from "../args/ipvs";
import type { Known } from "../args/known";
import {
  flag,
  isRecord,
  type Problem,
  record,
  type Shape,
  optional,
  show,
  text,
  value,
  wholeNumber,
} from "./shape";

/** The largest value of the kernel's type int. */
const most = 2 ** 31 - 1;

const defense = wholeNumber("a mode of defense", 0, 3);
const loadFactor = wholeNumber("a load factor", -8, 8);

const thresholdMembers: Record<keyof IpvsSyncThresholdArgs, Shape> = {
  threshold: wholeNumber("a number of packets", 0, most),
  period: wholeNumber("a number of packets", 0, most),
};

const syncThreshold = record(
  "an object such as { threshold: 2, period: 50 }",
  thresholdMembers,
  (given, path) => {
    if (!isRecord(given)) return [];
    const { threshold, period } = given;
    if (typeof threshold !== "number" || typeof period !== "number" || period === 0 || threshold < period)
      return [];
    return [
      { path: `${path}.threshold`, reason: `${threshold} is not less than the period, which is ${period}` },
    ];
  },
);

/** (More threads than 64 are not started: ip_vs.h, IPVS_SYNC_PORTS_MAX.) */
const syncPorts = value((given) =>
  [1, 2, 4, 8, 16, 32, 64].some((each) => each === given)
    ? undefined
    : "is not a number of threads: give 1, 2, 4, 8, 16, 32 or 64",
);

/** Processors as the kernel prints them: what is read back is compared with it. */
const estCpulist: Shape = (given, path) => {
  const found = text(
    "a list of processors",
    /^\d+(-\d+)?(,\d+(-\d+)?)*$/,
    "give one such as 0-3,8",
  )(given, path);
  if (found.length > 0 || typeof given !== "string") return found;
  const printed = asPrinted(given);
  return printed === given ? [] : [{ path, reason: `${show(given)} is the list ${printed}: give it so` }];
};

/** `0,1,3-4,2` is `0-4`. */
function asPrinted(processors: string): string {
  const ranges = processors
    .split(",")
    .map((each) => each.split("-").map(Number))
    .map(([first = 0, last = first]) => [Math.min(first, last), Math.max(first, last)] as const)
    .sort(([left], [right]) => left - right);
  const merged: [number, number][] = [];
  for (const [first, last] of ranges) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(",");
}

/** Those that are options of the module: `connTabBits` is `ip_vs.conn_tab_bits`. */
const optionNames = ["connTabBits"] as const;
type OptionName = (typeof optionNames)[number];
type ParameterName = Exclude<keyof IpvsArgs, OptionName>;

function isOption(name: string): boolean {
  return optionNames.some((each) => each === name);
}

/** What each option may be. */
const options: Record<OptionName, Shape> = {
  // (IP_VS_CONN_TAB_MIN_BITS and IP_VS_CONN_TAB_MAX_BITS of ip_vs.h.)
  connTabBits: wholeNumber("a number of bits", 8, 27),
};

/** What each setting may be. The parameter that it sets has the same name (`parameterOf`). */
const settings: Record<ParameterName, Shape> = {
  connReuseMode: wholeNumber("a mode", 0, 2),
  expireNodestConn: flag,
  expireQuiescentTemplate: flag,
  conntrack: flag,
  snatReroute: flag,
  natIcmpSend: flag,
  pmtuDisc: flag,
  sloppyTcp: flag,
  sloppySctp: flag,
  scheduleIcmp: flag,
  ignoreTunneled: flag,
  cacheBypass: flag,
  backupOnly: flag,
  syncThreshold,
  syncRefreshPeriod: wholeNumber("a time in seconds", 0, 86400),
  syncRetries: wholeNumber("a number of retries", 0, 3),
  syncQlenMax: wholeNumber("a number of messages", 1, most),
  syncSockSize: wholeNumber("a number of bytes", 0, most),
  syncPorts,
  syncPersistMode: wholeNumber("a mode", 0, 1),
  syncVersion: wholeNumber("a version of the messages", 0, 1),
  dropEntry: defense,
  dropPacket: defense,
  secureTcp: defense,
  amemthresh: wholeNumber("a number of pages", 0, most),
  amDroprate: wholeNumber("a rate", 1, most),
  runEstimation: flag,
  estCpulist,
  estNice: wholeNumber("a niceness", -20, 19),
  connLfactor: loadFactor,
  svcLfactor: loadFactor,
  connMax: wholeNumber("a number of connections", 0, 2 ** 30),
};

export const ipvs: Shape = record(
  "an object such as { expireNodestConn: true }",
  Object.fromEntries(
    Object.entries({ ...settings, ...options }).map(([name, shape]) => [name, optional(shape)]),
  ),
);

/** `connReuseMode` is `conn_reuse_mode`. */
function inKernel(setting: string): string {
  return setting.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `connReuseMode` sets `net.ipv4.vs.conn_reuse_mode`. */
function parameterOf(setting: string): string {
  return `net.ipv4.vs.${inKernel(setting)}`;
}

function written(setting: NonNullable<Known<IpvsArgs>[keyof IpvsArgs]>): string {
  if (typeof setting === "object") return `${setting.threshold} ${setting.period}`;
  return typeof setting === "boolean" ? (setting ? "1" : "0") : String(setting);
}

/** What a director's user says of kernel parameters. */
export interface GivenParameters {
  sysctls?: Record<string, string> | undefined;
  ipvs?: Known<IpvsArgs> | undefined;
}

/** All of it, by the names of the parameters. */
export function kernelParameters({ sysctls, ipvs: given = {} }: GivenParameters): Record<string, string> {
  const typed = Object.entries(given).flatMap(([name, setting]) =>
    setting === undefined || isOption(name) ? [] : [[parameterOf(name), written(setting)]],
  );
  return { ...sysctls, ...(Object.fromEntries(typed) as Record<string, string>) };
}

/** Options of the module ip_vs: `{ "ip_vs.conn_tab_bits": "16" }`. */
export function moduleOptions({ ipvs: given = {} }: Pick<GivenParameters, "ipvs">): Record<string, string> {
  return Object.fromEntries(
    optionNames.flatMap((name) => {
      const setting = given[name];
      return setting === undefined ? [] : [[`ip_vs.${inKernel(name)}`, String(setting)]];
    }),
  );
}

/** A parameter has one value, which is given at one place. */
export function parametersTwice(given: Record<string, unknown>): Problem[] {
  const { sysctls, ipvs: typed } = given;
  if (!isRecord(sysctls) || !isRecord(typed)) return [];
  return Object.keys(typed).flatMap((name): Problem[] => {
    const parameter = parameterOf(name);
    if (!(name in settings) || typed[name] === undefined || sysctls[parameter] === undefined) return [];
    return [
      {
        path: `ipvs.${name}`,
        reason: `sets ${parameter}, which sysctls sets as well: leave it out of one of the two`,
      },
    ];
  });
}
