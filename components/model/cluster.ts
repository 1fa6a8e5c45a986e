// The arguments of a Cluster: what they hold, and what only shows when all of them are seen together.
import {
  directorMembers,
  drainFits,
  elements,
  mode,
  sameHostTwice,
  unnamed,
  vip,
  vipsTogether,
} from "./component";
import { hostWith } from "./host";
import { pairOnlyInCluster, withOneDirector } from "./keepalived/only";
import { keepalivedMembers, pairDirector } from "./keepalived/pairShapes";
import { pairServiceAsAWhole, pairServiceMembers } from "./keepalived/serviceShapes";
import { together } from "./keepalived/together";
import { duplicateServices, serviceAsAWhole, serviceMembers, weight } from "./service";
import { isRecord, list, optional, type Problem, record, type Shape } from "./shape";
import { sysctls } from "./sysctl";
import { webServer } from "./webServer";

/** Whether keepalived elects which of these directors has the VIPs. */
export function isPair(directors: unknown): boolean {
  return elements(directors).length > 1;
}

const onePlainly: Record<string, Shape> = {
  // (What is to know that it does not concern a single director needs no look at it.)
  priority: withOneDirector,
};

/** The members of a Cluster's arguments; what of them is keepalived's work is refused where there is none. */
function membersOf(pair: boolean): Record<string, Shape> {
  const service = record(
    "a service such as { port: 80 }",
    { ...serviceMembers, ...(pair ? pairServiceMembers : pairOnlyInCluster) },
    serviceAsAWhole,
  );
  return {
    mode,
    vip: optional(vip),
    vips: optional(list(vip, 1, "VIPs")),
    directors: list(pair ? pairDirector : hostWith(onePlainly), 1, "directors"),
    keepalived: pair
      ? optional(record("an object with advertInterval, preempt and so on", keepalivedMembers))
      : withOneDirector,
    realServers: list(hostWith({ weight: optional(weight) }), 1, "real servers"),
    services: list(service, 1, "services"),
    sysctls: optional(sysctls(undefined)),
    webServer: optional(webServer),
    ...directorMembers,
  };
}

const across = (given: unknown): Problem[] => {
  if (!isRecord(given)) return [];
  const { directors, realServers, services } = given;
  const vips = given["vips"] ?? (given["vip"] === undefined ? undefined : [given["vip"]]);
  return [
    ...drainFits(given),
    ...(vips === undefined ? [{ path: "vip", reason: "missing: give vip, or vips for several" }] : []),
    ...(given["vip"] !== undefined && given["vips"] !== undefined
      ? [{ path: "vips", reason: "contradicts vip: give one of the two" }]
      : []),
    ...vipsTogether(
      vips,
      [...elements(directors), ...elements(realServers)],
      given["vips"] === undefined ? "vip" : "vips",
    ),
    ...duplicateServices(services, "services", true),
    ...sameHostTwice([
      { path: "directors", hosts: directors },
      { path: "realServers", hosts: realServers },
    ]),
    ...unnamed("directors", directors),
    ...unnamed("realServers", realServers),
  ];
};

/** What only shows when the directors, their VIPs and their services are seen as those of a pair. */
function asPair(given: Record<string, unknown>): Problem[] {
  const { directors, vips, vip: one, realServers } = given;
  const keepalived = isRecord(given["keepalived"]) ? given["keepalived"] : {};
  const services = elements(given["services"]);
  const all = vips ?? (one === undefined ? undefined : [one]);
  // (That there is no VIP has been said, and so has what is wrong with the VIPs themselves.)
  const rules = all === undefined ? [] : together({ ...keepalived, directors, vips: all }, "");
  return [
    ...rules.filter(({ path }) => !path.startsWith("vips")).map((each) => inPlace(each, keepalived)),
    ...services.flatMap((each, index) =>
      isRecord(each) ? pairServiceAsAWhole({ ...each, realServers }, `services[${index}]`) : [],
    ),
  ];
}

/** In a Cluster, what is of keepalived stands in a member of its own. */
function inPlace({ path, reason }: Problem, keepalived: Record<string, unknown>): Problem {
  const [first = ""] = path.split(/[.[]/, 1);
  return { path: first in keepalivedMembers || first in keepalived ? `keepalived.${path}` : path, reason };
}

const shapes = { alone: membersOf(false), pair: membersOf(true) };

export const clusterArguments: Shape = (given, path) => {
  const pair = isRecord(given) && isPair(given["directors"]);
  const shape = record("the arguments of a Cluster", pair ? shapes.pair : shapes.alone, across);
  return [...shape(given, path), ...(pair && isRecord(given) ? asPair(given) : [])];
};
