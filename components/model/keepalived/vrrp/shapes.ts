// The shapes of VRRP instances, of what they track, and of groups of instances.
import type {
  KeepalivedArgs,
  NotifyArgs,
  TrackInterfaceArgs,
  TrackProcessArgs,
  TrackScriptArgs,
  VrrpInstanceArgs,
  VrrpSyncGroupArgs,
} from "../../../args/keepalived";
import { address, interfaceName } from "../../address";
import {
  elements,
  flag,
  isRecord,
  join,
  later,
  list,
  optional,
  record,
  type Shape,
  show,
  wholeNumber,
} from "../../shape";
import { configName, longestLine, password, quotable, script, seconds } from "../syntax/fields";
import { verbatim } from "../syntax/verbatim";
import { virtualRoutes } from "./routes";

export const routerId = wholeNumber("a virtual router id", 1, 255);
/** 255 means that the VIP is the director's own address (RFC 9568), which could then never move. */
export const priority = wholeNumber("a priority", 1, 254);
export const trackWeight = wholeNumber("a weight", -253, 253);

/** The interface begins a line, with its weight after it, so it must be no word that keepalived takes for an instruction. */
const trackedInterface: Shape = (given, path) =>
  typeof given === "string" && /^include[rmwba]?$/.test(given)
    ? [
        {
          path,
          reason: `${show(given)} would make keepalived read another file: give the interface another name`,
        },
      ]
    : interfaceName(given, path);

const trackedInterfaceMembers: Record<keyof TrackInterfaceArgs, Shape> = {
  name: trackedInterface,
  weight: optional(trackWeight),
};

const notifyMembers: Record<keyof NotifyArgs, Shape> = {
  master: optional(script),
  backup: optional(script),
  fault: optional(script),
  stop: optional(script),
  any: optional(script),
};

/** Members that both an instance and the whole pair may have. */
export const commonMembers = {
  // Its steps and its largest value depend on the version of VRRP: see advertProblems.
  advertInterval: optional((given, path) =>
    given === later || (typeof given === "number" && given > 0)
      ? []
      : [{ path, reason: `${show(given)} is not a time in seconds: give a number above 0` }],
  ),
  preempt: optional(flag),
  preemptDelay: optional(seconds(0, 1000, 1)),
  password: optional(password),
  trackInterfaces: optional(
    list(record('an interface such as { name: "eth1" }', trackedInterfaceMembers), 0, "interfaces"),
  ),
  notify: optional(record("an object with master, backup, fault, stop, any", notifyMembers)),
} satisfies Partial<Record<keyof KeepalivedArgs, Shape>>;

const instanceMembers: Record<keyof VrrpInstanceArgs, Shape> = {
  name: configName("an instance's name"),
  vips: list(address("a VIP"), 1, "VIPs"),
  virtualRouterId: optional(routerId),
  interface: optional(interfaceName),
  priorities: optional(list(priority, 1, "priorities")),
  ...commonMembers,
  virtualRoutes: optional(virtualRoutes),
  verbatim: optional(verbatim),
};

export const instance: Shape = record('an instance such as { name: "VI_1", vips: [ … ] }', instanceMembers);

const groupMembers: Record<keyof VrrpSyncGroupArgs, Shape> = {
  name: configName("a sync group's name"),
  instances: list(configName("an instance's name"), 2, "instances"),
  notify: commonMembers.notify,
  verbatim: optional(verbatim),
};

export const syncGroup: Shape = record('a group such as { name: "VG_1", instances: [ … ] }', groupMembers);

const trackerName = configName("a tracker's name");

const processMembers: Record<keyof TrackProcessArgs, Shape> = {
  name: trackerName,
  process: quotable("a process's name", 200),
  parameters: optional(list(quotable("a parameter", 100), 1, "parameters")),
  fullCommand: optional(flag),
  weight: optional(trackWeight),
  quorum: optional(wholeNumber("a number of processes", 1, 65535)),
  delay: optional(seconds(0, 3600, 0.001)),
};

export const trackProcess: Shape = record(
  'a process such as { name: "proxy", process: "haproxy" }',
  processMembers,
  (given, path) => {
    const { process, parameters } = isRecord(given) ? given : {};
    const words = [process, ...elements(parameters)].map((each) =>
      typeof each === "string" ? `"${each}"` : "",
    );
    const length = Buffer.byteLength(words.join(" "));
    return length > longestLine
      ? [
          {
            path: join(path, "parameters"),
            reason: `come to ${length} bytes with the process and their quotes, and have to share a line with it: give ${longestLine} at most`,
          },
        ]
      : [];
  },
);

const scriptMembers: Record<keyof TrackScriptArgs, Shape> = {
  name: trackerName,
  script,
  interval: optional(wholeNumber("a time in seconds", 1, 4000)),
  timeout: optional(wholeNumber("a time in seconds", 1, 4000)),
  rise: optional(wholeNumber("a number of runs", 1, 1000)),
  fall: optional(wholeNumber("a number of runs", 1, 1000)),
  weight: optional(trackWeight),
};

export const trackScript: Shape = record('a script such as { name: "disk", script: "…" }', scriptMembers);
