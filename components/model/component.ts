// The arguments of whole components: what they hold, and what only shows when all of them are seen together.
import { address, isAddress } from "./address";
import { sharedConnection } from "./connection";
import { host } from "./host";
import { Drift } from "../args/enums";
import { duplicateServices, plainService, service } from "./service";
import {
  flag,
  isRecord,
  join,
  later,
  list,
  oneOf,
  optional,
  type Problem,
  record,
  type Shape,
  show,
  wholeNumber,
} from "./shape";
import { sysctls } from "./sysctl";
import { webServer } from "./webServer";

const longest = 24 * 3600;
export const defaultDrain = 30;
export const defaultApplyTimeout = 600;

const runMembers: Record<string, Shape> = {
  connection: optional(sharedConnection),
  removePackages: optional(flag),
  drift: optional(oneOf("a way to treat drift", Object.values(Drift))),
  applyTimeout: optional(wholeNumber("a time in seconds", 1, longest)),
};
export const directorMembers: Record<string, Shape> = {
  ...runMembers,
  drain: optional(wholeNumber("a time in seconds", 0, longest)),
};
export const vip = address("a VIP");
const arpSettings = /^net\.ipv4\.conf\.all\.arp_(ignore|announce)$/;

export const directorArguments: Shape = record(
  "the arguments of a Director",
  {
    host,
    services: optional(list(service, 0, "services")),
    sysctls: optional(sysctls(undefined)),
    ...directorMembers,
  },
  (given, path) =>
    !isRecord(given)
      ? []
      : [
          ...drainFits(given),
          ...duplicateServices(given["services"], join(path, "services")),
          ...ownAddress([given["host"]], given["services"], join(path, "services")),
        ],
);

/** The arguments of a VirtualService. `service` makes the shape of a service; `across` finds conflicts between the service and its directors. */
export const serviceAlone = (
  service: (what: string, more: Record<string, Shape>, across: Shape) => Shape,
  across: (given: Record<string, unknown>, path: string) => Problem[],
): Shape =>
  service(
    "the arguments of a VirtualService",
    {
      directors: list(host, 1, "directors"),
      sysctls: optional(sysctls(undefined)),
      ...directorMembers,
    },
    (given, path) =>
      !isRecord(given)
        ? []
        : [
            ...drainFits(given),
            ...sameHostTwice([{ path: "directors", hosts: given["directors"] }]),
            ...across(given, path),
          ],
  );

export const virtualServiceArguments = serviceAlone(plainService, (given, path) =>
  ownAddressOf(given, given["directors"], path),
);

export const realServerArguments: Shape = record(
  "the arguments of a RealServer",
  {
    host,
    vips: list(vip, 1, "VIPs"),
    webServer: optional(webServer),
    sysctls: optional(sysctls(arpSettings)),
    ...runMembers,
  },
  (given) => (isRecord(given) ? vipsTogether(given["vips"], [given["host"]]) : []),
);

export function elements(given: unknown): unknown[] {
  return Array.isArray(given) ? given : [];
}

export function addressOf(given: unknown): string | undefined {
  return isRecord(given) && isAddress(given["address"]) ? given["address"] : undefined;
}

/** A drain that outlasts the whole run would be cut off in its middle. */
export function drainFits(given: Record<string, unknown>): Problem[] {
  const drain = given["drain"] ?? defaultDrain;
  const timeout = given["applyTimeout"] ?? defaultApplyTimeout;
  if (typeof drain !== "number" || typeof timeout !== "number" || drain < timeout) return [];
  return given["drain"] === undefined
    ? [
        {
          path: "applyTimeout",
          reason: `${timeout} seconds bound the whole run, and drain is ${drain} if it is not given: give both`,
        },
      ]
    : [
        {
          path: "drain",
          reason: `${drain} seconds do not fit into applyTimeout, which is ${timeout}: it bounds the whole run`,
        },
      ];
}

export function vipsTogether(vips: unknown, hosts: unknown[]): Problem[] {
  const own = new Set(hosts.map(addressOf));
  const seen = new Set<unknown>();
  return elements(vips).flatMap((each, index): Problem[] => {
    const here = `vips[${index}]`;
    if (!isAddress(each)) return [];
    if (own.has(each)) return [{ path: here, reason: ownVip(each) }];
    if (seen.has(each)) return [{ path: here, reason: `${show(each)} is there twice` }];
    seen.add(each);
    return [];
  });
}

export function ownVip(vip: string): string {
  return `${show(vip)} is a host's own address, so it could never move: give an address that no host has`;
}

function ownAddress(hosts: unknown[], services: unknown, path: string): Problem[] {
  return elements(services).flatMap((each, index) => ownAddressOf(each, hosts, `${path}[${index}]`));
}

/** A director's own address can be neither the VIP nor a real server of it. */
function ownAddressOf(given: unknown, hosts: unknown, path: string): Problem[] {
  if (!isRecord(given)) return [];
  const own = new Set(elements(hosts).map(addressOf));
  const asVip = isAddress(given["vip"]) && own.has(given["vip"]);
  return [
    ...(asVip ? [{ path: join(path, "vip"), reason: ownVip(String(given["vip"])) }] : []),
    ...elements(given["realServers"]).flatMap((each, index) => {
      const destination = addressOf(each);
      return destination !== undefined && own.has(destination)
        ? [
            {
              path: `${join(path, "realServers")}[${index}].address`,
              reason: `${show(destination)} is the director itself, which cannot be a real server of its own service`,
            },
          ]
        : [];
    }),
  ];
}

export function sameHostTwice(groups: { path: string; hosts: unknown }[]): Problem[] {
  const seen = new Map<string, string>();
  return groups.flatMap(({ path, hosts }) =>
    elements(hosts).flatMap((each, index): Problem[] => {
      const own = addressOf(each);
      if (own === undefined) return [];
      const here = `${path}[${index}]`;
      const first = seen.get(own);
      seen.set(own, first ?? here);
      return first === undefined
        ? []
        : [{ path: `${here}.address`, reason: `${show(own)} is already there, at ${first}` }];
    }),
  );
}

/** Resources are named when the program starts; a name taken from a list's order would move with the order. */
export function unnamed(path: string, hosts: unknown): Problem[] {
  if (hosts === later)
    return [
      {
        path,
        reason:
          "the list itself must be known when the program starts: only the members of its hosts may be Outputs",
      },
    ];
  const names = new Map<string, string>();
  return elements(hosts).flatMap((each, index): Problem[] => {
    if (each === later)
      return [
        {
          path: `${path}[${index}]`,
          reason: "the host must be known when the program starts: only its members may be Outputs",
        },
      ];
    if (!isRecord(each)) return [];
    const { name } = each;
    const here = `${path}[${index}].name`;
    if (name === later)
      return [{ path: here, reason: "must be known when the program starts: it cannot be an Output" }];
    if (each["address"] === later && name === undefined) {
      return [
        {
          path: here,
          reason: "missing: this host's address is not known when the program starts, so give it a name",
        },
      ];
    }
    // (A host without a name is called by its address.)
    const label = name ?? each["address"];
    if (typeof label !== "string") return [];
    const own = name === undefined ? `${path}[${index}].address` : here;
    const first = names.get(label);
    names.set(label, first ?? own);
    // (Two hosts of one address are a problem of their own.)
    if (first === undefined || (name === undefined && first.endsWith(".address"))) return [];
    return [{ path: own, reason: `${show(label)} is already there, at ${first}` }];
  });
}
