// The shapes of the arguments of a KeepalivedPair.
import type { HostArgs } from "../../../args/host";
import type {
  ConnectionSyncArgs,
  GratuitousArpArgs,
  KeepalivedArgs,
  PairDirectorArgs,
} from "../../../args/keepalived";
import type { KeepalivedPairArgs } from "../../../args/keepalivedPair";
import { gatewaysAsServers, gatewayMembers } from "../../nat";
import { interfaceName } from "../../address";
import { directorRunMembers, directorRunProblems } from "../../run";
import { hosts, sameAddressTwice } from "../../hosts";
import { vip } from "../../vips";
import { hostWith } from "../../host";
import { duplicateServices, sameMarkTwice } from "../../ports";
import { instancesIn } from "../vrrp/instances";
import {
  elements,
  flag,
  isRecord,
  list,
  optional,
  record,
  type Shape,
  text,
  value,
  wholeNumber,
} from "../../shape";
import { sysctls } from "../../sysctl";
import { pairService } from "../service/shapes";
import { configName, seconds } from "../syntax/fields";
import { pairRules } from "./rules";
import { verbatim } from "../syntax/verbatim";
import {
  commonMembers,
  instance,
  priority,
  routerId,
  syncGroup,
  trackProcess,
  trackScript,
} from "../vrrp/shapes";

const times = (least: number) => wholeNumber("a number of messages", least, 100);
const garpMembers: Record<keyof GratuitousArpArgs, Shape> = {
  repeat: optional(times(1)),
  delay: optional(seconds(0, 3600, 1)),
  refresh: optional(seconds(0, 86400, 1)),
  refreshRepeat: optional(times(1)),
  lowerPriorityRepeat: optional(times(0)),
  lowerPriorityDelay: optional(seconds(0, 3600, 1)),
  interval: optional(seconds(0, 1, 0.001)),
};
const garp = record("an object with repeat, delay, refresh and so on", garpMembers);

const multicast = text(
  "a multicast group",
  /^(2(2[4-9]|3\d)(\.(0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])){3}|ff0[1-9a-e]::[1-9a-f][0-9a-f]{0,3})$/,
  "an IPv4 address from 224.0.0.0 to 239.255.255.255, or an IPv6 address such as ff02::81",
);

const syncMembers: Record<keyof ConnectionSyncArgs, Shape> = {
  enabled: optional(flag),
  interface: optional(interfaceName),
  instance: optional(configName("an instance's name")),
  id: optional(wholeNumber("a sync id", 0, 255)),
  group: optional(multicast),
  port: optional(wholeNumber("a port", 1, 65535)),
};
const connectionSync = record("an object with enabled, interface, instance, id, group, port", syncMembers);

const version: Shape = value((given) =>
  given === 2 || given === 3 ? undefined : "is not a version of VRRP: give 2 or 3",
);

/** The arguments about the election of a master, and about other functions of keepalived. */
export const keepalivedMembers: Record<keyof KeepalivedArgs, Shape> = {
  vrrpVersion: optional(version),
  virtualRouterId: optional(routerId),
  ...commonMembers,
  trackProcesses: optional(list(trackProcess, 0, "processes")),
  trackScripts: optional(list(trackScript, 0, "scripts")),
  garp: optional(garp),
  connectionSync: optional(connectionSync),
  startupDelay: optional(seconds(0, 3600, 0.001)),
  verbatim: optional(verbatim),
  verbatimBlocks: optional(verbatim),
};

const directorMembers: Omit<Record<keyof PairDirectorArgs, Shape>, keyof HostArgs> = {
  priority: optional(priority),
};

/** A director that takes part in the election of a master. */
export const pairDirector: Shape = hostWith(directorMembers);

const pairMembers: Record<keyof KeepalivedPairArgs, Shape> = {
  directors: hosts(pairDirector, 2, "directors"),
  vips: optional(list(vip, 1, "VIPs")),
  instances: optional(list(instance, 1, "instances")),
  syncGroups: optional(list(syncGroup, 0, "sync groups")),
  services: optional(list(pairService, 0, "services")),
  ...keepalivedMembers,
  sysctls: optional(sysctls(undefined)),
  ...gatewayMembers,
  ...directorRunMembers,
};

export const pairArguments: Shape = record("the arguments of a KeepalivedPair", pairMembers, (given, path) =>
  !isRecord(given)
    ? []
    : [
        ...directorRunProblems(given),
        ...sameAddressTwice([{ path: "directors", hosts: given["directors"] }]),
        ...duplicateServices(given["services"], "services"),
        ...sameMarkTwice(
          given["services"],
          instancesIn(given).flatMap(({ given: each }) => elements(each["vips"])),
          "services",
        ),
        ...pairRules(given, path),
        // (The gateway may be for VirtualServices.)
        ...gatewaysAsServers(given, given["services"]),
      ],
);
