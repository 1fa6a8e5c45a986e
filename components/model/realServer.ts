import type { RealServerArgs } from "../args/realServer";
import { oneHost } from "./hosts";
import { runMembers } from "./run";
import { isRecord, list, optional, record, type Shape } from "./shape";
import { sysctls } from "./sysctl";
import { unreachableMembers } from "./unreachable";
import { vip, vipsTogether } from "./vips";
import { webServer } from "./webServer";

const arpSettings = /^net\.ipv4\.conf\.all\.arp_(ignore|announce)$/;

const members: Record<keyof RealServerArgs, Shape> = {
  host: oneHost,
  vips: list(vip, 1, "VIPs"),
  webServer: optional(webServer),
  sysctls: optional(sysctls(arpSettings)),
  ...unreachableMembers,
  ...runMembers,
};

export const realServerArguments: Shape = record("the arguments of a RealServer", members, (given) =>
  isRecord(given) ? vipsTogether(given["vips"], [given["host"]]) : [],
);
