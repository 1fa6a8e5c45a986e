// The arguments of a VirtualService: on single directors, or on a pair.
import type { PairRefArgs } from "../args/pairRef";
import type { VirtualServiceArgs } from "../args/virtualService";
import { isAddress } from "./address";
import { host, hostPlaceMembers, oneAddressOfEach } from "./host";
import { addressesOf, addressOf, hosts, isComponent, sameAddressTwice } from "./hosts";
import { gatewaysAsServers, gatewayMembers, uselessGateways } from "./nat";
import { sameMarkTwice } from "./ports";
import { loops, ofFamilies, vipsAsServers } from "./keepalived/pair/rules";
import { pairServiceAsAWhole, pairServiceMembers } from "./keepalived/service/shapes";
import { directorRunMembers, directorRunProblems } from "./run";
import { destinationsTogether, plainServiceMembers, serviceAsAWhole, serviceMembers } from "./service";
import {
  elements,
  isRecord,
  list,
  openRecord,
  optional,
  type Problem,
  record,
  type Shape,
  show,
} from "./shape";
import { sysctls } from "./sysctl";
import { sameNameTwice } from "./twice";
import { ownAddress, vip, vipsTogether } from "./vips";

const what = "the arguments of a VirtualService";

const common = {
  ...serviceMembers,
  sysctls: optional(sysctls(undefined)),
  ...gatewayMembers,
  ...directorRunMembers,
};

const directorsOrPair: Shape = (given, path) =>
  given === undefined
    ? [{ path, reason: "missing: give a list of directors, or the pair of a KeepalivedPair" }]
    : hosts(host, 1, "directors")(given, path);

const plainMembers: Record<keyof VirtualServiceArgs, Shape> = {
  ...common,
  ...plainServiceMembers,
  pair: () => [],
  directors: directorsOrPair,
};

/** The arguments of a VirtualService on single directors. */
export const virtualServiceArguments: Shape = record(what, plainMembers, (given, path) =>
  isRecord(given)
    ? [
        ...serviceAsAWhole(given, path),
        ...destinationsTogether(given, path),
        ...ownAddress(given, given["directors"], path),
        ...together(given),
      ]
    : [],
);

const placeInRef: Shape = openRecord("a host such as { name, address }", hostPlaceMembers, oneAddressOfEach);

const refMembers: Record<keyof PairRefArgs, Shape> = {
  vips: list(vip, 1, "VIPs"),
  directors: list(placeInRef, 1, "directors"),
};

const wholeRef: Shape = record("the ref of a KeepalivedPair", refMembers, (given, path) =>
  isRecord(given)
    ? [
        ...sameNameTwice(given["directors"], `${path}.directors`),
        ...sameAddressTwice([{ path: `${path}.directors`, hosts: given["directors"] }]),
        ...vipsTogether(given["vips"], elements(given["directors"]), path),
      ]
    : [],
);

const ref: Shape = (given, path) =>
  isComponent(given) ? [{ path, reason: "is a component: give its ref" }] : wholeRef(given, path);

const pairMembers: Record<keyof VirtualServiceArgs, Shape> = {
  ...common,
  ...pairServiceMembers,
  pair: ref,
  directors: optional(hosts(host, 1, "directors")),
};

/** The arguments of a VirtualService with a `pair`. */
export const pairServiceArguments: Shape = record(what, pairMembers, (given, path) =>
  isRecord(given)
    ? [
        ...serviceAsAWhole(given, path),
        ...pairServiceAsAWhole(given, path),
        ...destinationsTogether(given, path),
        ...ofPair(given, path),
        ...together(given),
      ]
    : [],
);

function together(given: Record<string, unknown>): Problem[] {
  const { directors } = given;
  return [
    ...directorRunProblems(given),
    ...sameAddressTwice([{ path: "directors", hosts: directors }]),
    ...uselessGateways(given, [given]),
    ...gatewaysAsServers(given, [given]),
  ];
}

/** Problems of the service and its pair together. */
function ofPair(given: Record<string, unknown>, path: string): Problem[] {
  const ref = isRecord(given["pair"]) ? given["pair"] : {};
  const vips = elements(ref["vips"]);
  const known = vips.length > 0 && vips.every(isAddress);
  const stray = known && isAddress(given["vip"]) && !vips.includes(given["vip"]);
  const hosts = [...elements(given["directors"]), ...elements(ref["directors"])];
  return [
    ...(stray
      ? [{ path: "vip", reason: `${show(given["vip"])} is none of the pair's VIPs: ${vips.join(", ")}` }]
      : []),
    ...strangers(given["directors"], elements(ref["directors"])),
    ...sameMarkTwice([given], vips, path),
    ...vipsAsServers(given, vips, path),
    ...loops(given, new Set(hosts.flatMap(addressesOf)), path),
    ...(given["vip"] === undefined ? ofFamilies(given, vips, path) : []),
    ...(given["directors"] === undefined ? unreachable(elements(ref["directors"]), given["connection"]) : []),
  ];
}

/** Directors that are given beside the pair and do not belong to it: keepalived does not run there. */
function strangers(directors: unknown, places: unknown[]): Problem[] {
  const known = places.map((each) => addressOf(each));
  if (known.length === 0 || known.includes(undefined)) return [];
  return elements(directors).flatMap((each, index): Problem[] => {
    const own = addressOf(each);
    return own === undefined || known.includes(own)
      ? []
      : [
          {
            path: `directors[${index}].address`,
            reason: `${show(own)} is none of the pair's directors: ${known.join(", ")}`,
          },
        ];
  });
}

/** Directors that only the pair names are reached by the component's connection. */
function unreachable(places: unknown[], connection: unknown): Problem[] {
  const seen = new Set<string>();
  return places
    .flatMap((place) => (isRecord(place) ? host({ ...place, connection }, "") : []))
    .filter(({ path, reason }) => {
      const first = path.startsWith("connection") && !seen.has(`${path} ${reason}`);
      seen.add(`${path} ${reason}`);
      return first;
    });
}
