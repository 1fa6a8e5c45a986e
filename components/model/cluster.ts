// The arguments of a Cluster: what they hold, and what only shows when all of them are seen together.
import { directorMembers, drainFits, elements, sameHostTwice, unnamed, vip, vipsTogether } from "./component";
import { hostWith } from "./host";
import { pairOnlyInCluster } from "./keepalivedOnly";
import { keepalivedMembers, pairDirector } from "./keepalived/pair/shapes";
import { pairServiceAsAWhole, pairServiceMembers } from "./keepalived/service/shapes";
import { pairRules } from "./keepalived/pair/rules";
import { duplicateServices, serviceAsAWhole, serviceMembers, shareMembers, thresholdsFit } from "./service";
import { isRecord, later, list, optional, type Problem, record, type Shape } from "./shape";
import { sysctls } from "./sysctl";
import { webServer } from "./webServer";

/** Whether keepalived elects which of these directors has the VIPs. */
export function isPair(directors: unknown): boolean {
  return elements(directors).length > 1;
}

const settings = record("an object with advertInterval, preempt and so on", keepalivedMembers);

/** (Its members are spread among the pair's own, so the object itself is to be there.) */
const keepalived: Shape = (given, path) =>
  given === later
    ? [{ path, reason: "must be known when the program starts: only its members may be Outputs" }]
    : settings(given, path);

const realServer = hostWith(
  {
    ...shareMembers,
    ...pairOnlyInCluster,
  },
  thresholdsFit,
);

const members: Record<string, Shape> = {
  vips: list(vip, 1, "VIPs"),
  directors: list(pairDirector, 1, "directors"),
  keepalived: optional(keepalived),
  realServers: list(realServer, 1, "real servers"),
  services: list(
    record("a service such as { port: 80 }", { ...serviceMembers, ...pairServiceMembers }, serviceAsAWhole),
    1,
    "services",
  ),
  sysctls: optional(sysctls(undefined)),
  webServer: optional(webServer),
  ...directorMembers,
};

const across: Shape = (given) => {
  if (!isRecord(given)) return [];
  const { directors, realServers, services } = given;
  return [
    ...drainFits(given),
    ...vipsTogether(given["vips"], [...elements(directors), ...elements(realServers)]),
    ...duplicateServices(services, "services", true),
    ...sameHostTwice([
      { path: "directors", hosts: directors },
      { path: "realServers", hosts: realServers },
    ]),
    ...unnamed("directors", directors),
    ...unnamed("realServers", realServers),
    ...(isPair(directors) ? pairProblems(given) : []),
  ];
};

/** What only shows when the directors, the VIPs and the services are seen as those of a KeepalivedPair. */
function pairProblems(given: Record<string, unknown>): Problem[] {
  const { directors, realServers, vips } = given;
  const own = isRecord(given["keepalived"]) ? given["keepalived"] : {};
  const known = Object.fromEntries(Object.entries(own).filter(([name]) => name in keepalivedMembers));
  const services = elements(given["services"]).map((each) =>
    isRecord(each) ? { ...each, vip: vipFor(each, elements(vips)), realServers } : each,
  );
  return [
    ...pairRules({ ...known, directors, vips, services, applyTimeout: given["applyTimeout"] }, ""),
    ...services.flatMap((each, index) => pairServiceAsAWhole(each, `services[${index}]`)),
  ].flatMap(inCluster);
}

/** Each service is on every VIP. Rules that ask for one get the one that the sorry server must not have, or else the first. */
function vipFor(service: Record<string, unknown>, vips: unknown[]): unknown {
  const sorry = isRecord(service["sorryServer"]) ? service["sorryServer"]["address"] : undefined;
  return vips.includes(sorry) ? sorry : vips[0];
}

/** Where a problem of the pair stands in a Cluster. Those of its VIPs and its real servers have been found before. */
function inCluster({ path, reason }: Problem): Problem[] {
  if (/^(vips|services\[\d+\]\.(vip|realServers))\b/.test(path)) return [];
  const [first = ""] = path.split(/[.[]/, 1);
  return [
    {
      path: first in keepalivedMembers ? `keepalived.${path}` : path,
      reason: reason.replaceAll(/services\[\d+\]\.realServers/g, "realServers"),
    },
  ];
}

export const clusterArguments: Shape = record("the arguments of a Cluster", members, across);

/** Where arguments are given that only keepalived uses: with one director there is none. */
export function unusedWithOneDirector(given: unknown): string[] {
  if (!isRecord(given)) return [];
  const there = (object: unknown, name: string) => isRecord(object) && object[name] !== undefined;
  return [
    ...elements(given["directors"]).flatMap((each, index) =>
      there(each, "priority") ? [`directors[${index}].priority`] : [],
    ),
    ...(given["keepalived"] === undefined ? [] : ["keepalived"]),
    ...elements(given["services"]).flatMap((each, index) =>
      Object.keys(pairServiceMembers).flatMap((name) =>
        there(each, name) ? [`services[${index}].${name}`] : [],
      ),
    ),
  ];
}
