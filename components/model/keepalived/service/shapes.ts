// The shapes of a virtual service that keepalived keeps.
import { address, addressOfFamily } from "../../address";
import type {
  PairDestinationArgs,
  PairServiceArgs,
  PairServiceSettingsArgs,
  SorryServerArgs,
} from "../../../args/pairService";
import type { DestinationArgs } from "../../../args/service";
import { familyProblems, portProblems } from "../../forwarding";
import { oneAddressOfEach } from "../../host";
import { isMarked } from "../../ports";
import {
  destinationsOf,
  destinationsTogether,
  serviceAsAWhole,
  serviceMembers,
  servicePort,
} from "../../service";
import {
  flag,
  isRecord,
  join,
  later,
  optional,
  type Problem,
  record,
  type Shape,
  show,
  wholeNumber,
} from "../../shape";
import { healthCheck } from "../checks/shapes";
import { script } from "../syntax/fields";
import { verbatim } from "../syntax/verbatim";

const most = 4294967295;

const destinationMembers: Record<Exclude<keyof PairDestinationArgs, keyof DestinationArgs>, Shape> = {
  healthCheck: optional(healthCheck),
  inhibitOnFailure: optional(flag),
  alpha: optional(flag),
  notifyUp: optional(script),
  notifyDown: optional(script),
  verbatim: optional(verbatim),
};

const sorryMembers: Record<keyof SorryServerArgs, Shape> = {
  address: address("a sorry server"),
  address6: optional(addressOfFamily("a sorry server", "IPv6", "address")),
  port: optional(servicePort),
  inhibit: optional(flag),
};

/** The arguments for functions of keepalived for a service. */
export const pairServiceSettings: Record<keyof PairServiceSettingsArgs, Shape> = {
  healthCheck: optional(healthCheck),
  quorum: optional(wholeNumber("a sum of weights", 1, most)),
  hysteresis: optional(wholeNumber("a sum of weights", 0, most)),
  quorumUp: optional(script),
  quorumDown: optional(script),
  sorryServer: optional(
    record('a sorry server such as { address: "192.0.2.31" }', sorryMembers, oneAddressOfEach),
  ),
  inhibitOnFailure: optional(flag),
  alpha: optional(flag),
  omega: optional(flag),
  verbatim: optional(verbatim),
};

/** Problems of several members together. */
export const pairServiceAsAWhole: Shape = (given, path) =>
  isRecord(given)
    ? [
        ...nobody(given, path),
        ...quorumProblems(given, path),
        ...sorryProblems(given, path),
        ...checkProblems(given, path),
      ]
    : [];

/** Members of a service that keepalived keeps. */
export const pairServiceMembers: Record<keyof PairServiceArgs, Shape> = {
  vip: optional(address("a VIP")),
  ...serviceMembers,
  realServers: destinationsOf(destinationMembers),
  ...pairServiceSettings,
};

/** A service of a KeepalivedPair. */
export const pairService: Shape = record("a virtual service", pairServiceMembers, (given, path) => [
  ...serviceAsAWhole(given, path),
  ...pairServiceAsAWhole(given, path),
  ...destinationsTogether(given, path),
]);

function serversOf(given: Record<string, unknown>): unknown[] {
  return Array.isArray(given["realServers"]) ? given["realServers"] : [];
}

function nobody(given: Record<string, unknown>, path: string): Problem[] {
  return Array.isArray(given["realServers"]) && given["realServers"].length === 0
    ? [
        {
          path: join(path, "realServers"),
          reason:
            "the list is empty, and keepalived ignores a service without real servers: give at least one, with weight 0 if it is to get no connections",
        },
      ]
    : [];
}

/** keepalived would lower such values by itself, and report an error in the configuration. */
function quorumProblems(given: Record<string, unknown>, path: string): Problem[] {
  const { quorum = 1, hysteresis = 0 } = given;
  if (typeof quorum !== "number") return [];
  const servers = serversOf(given);
  const weights = servers.map((each) => (isRecord(each) ? (each["weight"] ?? 1) : later));
  if (weights.length === 0) return [];
  const known = weights.every((weight) => typeof weight === "number");
  // Drained servers count with their former weights: a drain may lose the quorum, and the sorry server then stands in.
  const drained = weights.includes(0);
  const sum = known ? weights.reduce((total, weight) => total + weight, 0) : Infinity;
  return [
    ...(sum < quorum && !drained
      ? [
          {
            path: join(path, "quorum"),
            reason: `${quorum} can never be reached: the real servers' weights come to ${sum}`,
          },
        ]
      : []),
    ...(typeof hysteresis === "number" && hysteresis >= quorum
      ? [
          {
            path: join(path, "hysteresis"),
            reason: `${hysteresis} must be less than the quorum, which is ${quorum}`,
          },
        ]
      : []),
  ];
}

function sorryProblems(given: Record<string, unknown>, path: string): Problem[] {
  const sorry = given["sorryServer"];
  if (!isRecord(sorry)) return [];
  const here = join(path, "sorryServer");
  const problems: Problem[] = [];
  const twin = serversOf(given).findIndex((each) => isRecord(each) && each["address"] === sorry["address"]);
  if (typeof sorry["address"] === "string" && twin >= 0) {
    problems.push({
      path: join(here, "address"),
      reason: `${show(sorry["address"])} is real server ${join(path, "realServers")}[${twin}] as well, and keepalived takes one for the other: give another one`,
    });
  }
  if (typeof sorry["address"] === "string" && sorry["address"] === given["vip"]) {
    problems.push({ path: join(here, "address"), reason: `${show(sorry["address"])} is the VIP itself` });
  }
  return [
    ...problems,
    ...portProblems(given, sorry, here),
    ...familyProblems(given, sorry, [given["vip"]], here),
  ];
}

/** Kinds of checks that connect to a port. A service of all ports, or of several, does not say which one. */
const portKinds = ["tcp", "http", "https", "dns", "smtp", "udp"];

function checkProblems(given: Record<string, unknown>, path: string): Problem[] {
  if (given["port"] !== 0 && !isMarked(given)) return [];
  const many = given["port"] === 0 ? "every port" : "several ports";
  const checks = [
    { check: given["healthCheck"], here: join(path, "healthCheck") },
    ...serversOf(given).map((each, index) => ({
      check: isRecord(each) ? each["healthCheck"] : undefined,
      here: `${join(path, "realServers")}[${index}].healthCheck`,
    })),
  ];
  return checks.flatMap(({ check, here }) =>
    portKinds.flatMap((kind): Problem[] => {
      const of = isRecord(check) ? check[kind] : undefined;
      return isRecord(of) && of["port"] === undefined
        ? [
            {
              path: join(join(here, kind), "port"),
              reason: `missing: the service is for ${many}, so say which one is checked`,
            },
          ]
        : [];
    }),
  );
}
