import { ForwardingMethod } from "../args/enums";
import type { RealServerArgs } from "../args/realServer";
import { forwardingMethodList, forwardingRow, realServerSettings, uselessTunnel } from "./forwarding";
import { addressesOf, oneHost } from "./hosts";
import { gatewayNames, returnRoute } from "./nat";
import { openPorts } from "./openPorts";
import { runMembers } from "./run";
import { elements, isRecord, later, list, optional, type Problem, record, type Shape } from "./shape";
import { familyOf, type Family } from "./address";
import { sysctls } from "./sysctl";
import { tunnels } from "./tunnel";
import { unreachableMembers } from "./unreachable";
import { vip, vipsTogether } from "./vips";
import { webServer } from "./webServer";

const ownSettings = realServerSettings();

const members: Record<keyof RealServerArgs, Shape> = {
  host: oneHost,
  vips: optional(list(vip, 1, "VIPs")),
  forwarding: optional(forwardingMethodList),
  tunnels: optional(tunnels),
  returnRoute: optional(returnRoute),
  openPorts: optional(openPorts),
  webServer: optional(webServer),
  sysctls: optional(sysctls(ownSettings)),
  ...unreachableMembers,
  ...runMembers,
};

export const realServerArguments: Shape = record("the arguments of a RealServer", members, (given) =>
  isRecord(given)
    ? [...vipsTogether(given["vips"], [given["host"]]), ...byMethod(given), ...byFamily(given)]
    : [],
);

/** Arguments that only some methods allow. */
function byMethod(given: Record<string, unknown>): Problem[] {
  const { forwarding = [ForwardingMethod.DirectRouting], vips, returnRoute: way } = given;
  if (forwarding === later || elements(forwarding).includes(later)) return [];
  const methods = elements(forwarding);
  const answers = Object.values(ForwardingMethod).filter(
    (each) => methods.includes(each) && forwardingRow(each).answersItself,
  );
  return [
    ...(vips === undefined && answers.length > 0
      ? [
          {
            path: "vips",
            reason: `missing: with forwarding ${answers.join(" and ")} a real server has the VIPs; give a list of them`,
          },
        ]
      : []),
    ...uselessTunnel(given["tunnels"], methods, "tunnels"),
    ...(way !== undefined && !methods.includes(ForwardingMethod.Nat)
      ? [
          {
            path: "returnRoute",
            reason: `is for NAT, and forwarding is ${methods.join(", ")}: leave it out, or give forwarding ["nat"]`,
          },
        ]
      : []),
  ];
}

/** Replies to a gateway come from an address of the same family. */
function byFamily({ host, returnRoute: way }: Record<string, unknown>): Problem[] {
  if (!isRecord(way) || !isRecord(host) || host["address"] === later || host["address6"] === later) return [];
  const own = addressesOf(host).map(familyOf);
  const missing = (family: Family) =>
    own.length > 0 && way[gatewayNames[family]] !== undefined && !own.includes(family);
  return [
    ...(missing("IPv6")
      ? [
          {
            path: "host.address6",
            reason: "missing: replies to gateway6 come from an IPv6 address of the host",
          },
        ]
      : []),
    ...(missing("IPv4")
      ? [
          {
            path: "returnRoute.gateway",
            reason:
              "goes only with an IPv4 address of the host: give it as address, and the other one as address6",
          },
        ]
      : []),
  ];
}
