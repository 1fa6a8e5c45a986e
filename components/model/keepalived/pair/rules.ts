// Rules about several arguments of a pair together.
import { ForwardingMethod } from "../../../args/enums";
import { familyOf, isAddress } from "../../address";
import { familyProblems, methodsOf } from "../../forwarding";
import { addressesOf, addressOf } from "../../hosts";
import { gatewayNames } from "../../nat";
import { persistenceFits } from "../../service";
import { sameNameTwice, twice } from "../../twice";
import { ownVip } from "../../vips";
import { elements, isRecord, join, later, type Problem, show } from "../../shape";
import { routerIdOf, vrrpFamily } from "../vrrp/complete";
import { defaultPriorities } from "./complete";
import { type Given, type InstanceAt, instancesIn, writtenAt } from "../vrrp/instances";
import { routesOf } from "../vrrp/routes";
import { patience, sync, timing, trackers } from "../vrrp/rules";

export function pairRules(given: Given, path: string): Problem[] {
  const instances = instancesIn(given);
  return [
    ...oneWayOfVips(given),
    ...vipsOf(given, instances),
    ...names(given, instances),
    ...routerIds(instances),
    ...priorities(given, instances),
    ...timing(given, instances),
    ...patience(given, instances),
    ...trackers(given, instances),
    ...sync(given, instances),
    ...routesOf(given, instances),
    ...familiesOfInstances(given, instances),
    ...mixedInSync(given, instances, join(path, "connectionSync")),
    ...servicesOf(given, instances, join(path, "services")),
    ...Object.values(gatewayNames).flatMap((name) =>
      gatewayOf(given, given[name], instances, join(path, name)),
    ),
  ];
}

/**
 * The directors of an instance send adverts from addresses of one family, and an advert has at least one VIP of that family. keepalived
 * refuses an instance without such a VIP. The other VIPs may be of the other family.
 */
function familiesOfInstances(given: Given, instances: InstanceAt[]): Problem[] {
  const directors = elements(given["directors"]);
  const first = addressOf(directors[0]);
  return instances.flatMap(({ given: each, path }): Problem[] => {
    const vips = elements(each["vips"]);
    if (first === undefined || vips.length === 0 || !vips.every(isAddress)) return [];
    const family = vrrpFamily(vips, first);
    const name = path === "" ? "" : ` of instance ${show(each["name"])}`;
    const lacking = directors.flatMap((director, index): Problem[] => {
      const own = addressesOf(director);
      const open = !isRecord(director) || director["address"] === later || director["address6"] === later;
      if (open || own.length === 0 || own.some((address) => familyOf(address) === family)) return [];
      return [
        family === "IPv6"
          ? {
              path: `directors[${index}].address6`,
              reason: `missing: the VIPs${name} are of IPv6, and VRRP needs an address of the same family on each director`,
            }
          : {
              path: `directors[${index}].address`,
              reason: `${show(own[0])} is an IPv6 address, and the directors${name} talk by IPv4: give its IPv4 address, and this one as address6`,
            },
      ];
    });
    if (family === "IPv4" || (given["vrrpVersion"] ?? 3) !== 2) return lacking;
    return [
      ...lacking,
      {
        path: "vrrpVersion",
        reason: `2 is for IPv4 (RFC 3768), and the directors${name} talk by IPv6: give 3`,
      },
    ];
  });
}

/** The kernel has no connection sync while a real server is of another family than its service (ip_vs_ctl.c, ip_vs_add_dest). */
function mixedInSync(given: Given, instances: InstanceAt[], path: string): Problem[] {
  const sync = given["connectionSync"] ?? {};
  if (!isRecord(sync) || (sync["enabled"] ?? true) !== true) return [];
  const all = instances.flatMap(({ given: each }) => elements(each["vips"]));
  for (const service of elements(given["services"])) {
    if (!isRecord(service)) continue;
    const vips = (service["vip"] === undefined ? all : [service["vip"]]).filter(isAddress);
    const methods = methodsOf(service);
    for (const [index, server] of elements(service["realServers"]).entries()) {
      const own = addressesOf(server);
      const open = isRecord(server) && server["address6"] === later;
      if (methods[index] !== ForwardingMethod.Tunnel || own.length === 0 || open) continue;
      const vip = vips.find((each) => !own.some((address) => familyOf(address) === familyOf(each)));
      if (vip === undefined) continue;
      return [
        {
          path,
          reason: `missing: real server ${show(own[0])} is of another family than VIP ${show(vip)}, and the kernel cannot sync connections then; give the real server an address of that family, or connectionSync: { enabled: false }`,
        },
      ];
    }
  }
  return [];
}

/** A gateway must move with exactly one instance. */
function gatewayOf(given: Given, gateway: unknown, instances: InstanceAt[], path: string): Problem[] {
  const { directors } = given;
  if (!isAddress(gateway)) return [];
  if (elements(directors).some((each) => addressesOf(each).includes(gateway)))
    return [
      {
        path,
        reason: `${show(gateway)} is a director's own address, so it could not move with the VIPs: give an address of no host`,
      },
    ];
  const vips = instances.map(({ given: each }) => each["vips"]);
  const all = vips.flatMap(elements);
  const known = vips.every(Array.isArray) && !all.includes(later);
  return instances.length > 1 && known && !all.includes(gateway)
    ? [
        {
          path,
          reason: `${show(gateway)} is a VIP of none of the instances, so it is not known with which of them it moves: add it to the vips of one`,
        },
      ]
    : [];
}

function oneWayOfVips(given: Given): Problem[] {
  const ways = ["vips", "instances"].filter((name) => given[name] !== undefined);
  if (ways.length === 0) {
    return [
      {
        path: "vips",
        reason: "missing: give vips, or instances for sets that move by themselves",
      },
    ];
  }
  const problems = ways
    .slice(1)
    .map((name) => ({ path: name, reason: `contradicts ${ways[0]}: give one of the two` }));
  if (given["instances"] !== undefined && given["virtualRouterId"] !== undefined) {
    problems.push({
      path: "virtualRouterId",
      reason: `${show(given["virtualRouterId"])} is of one instance: give it there, since there are instances`,
    });
  }
  return problems;
}

function vipsOf(given: Given, instances: InstanceAt[]): Problem[] {
  const own = new Set(elements(given["directors"]).flatMap(addressesOf));
  const seen = new Map<string, string>();
  return instances.flatMap(({ given: each, path }) =>
    elements(each["vips"]).flatMap((vip, index): Problem[] => {
      const here = `${join(path, "vips")}[${index}]`;
      if (!isAddress(vip)) return [];
      if (own.has(vip)) return [{ path: here, reason: ownVip(vip) }];
      const first = seen.get(vip);
      seen.set(vip, first ?? here);
      return first === undefined
        ? []
        : [{ path: here, reason: `${show(vip)} is already there, at ${first}` }];
    }),
  );
}

function names(given: Given, instances: InstanceAt[]): Problem[] {
  const known = instances.map(({ given: each, path }) => (path === "" ? "VI_1" : each["name"]));
  const members = elements(given["syncGroups"]).flatMap((group, index) =>
    elements(isRecord(group) ? group["instances"] : undefined).map((name, place) => ({
      name,
      path: `syncGroups[${index}].instances[${place}]`,
    })),
  );
  const unknown = members.flatMap(({ name, path }): Problem[] =>
    typeof name !== "string" || known.includes(name) || known.includes(later) || given["instances"] === later
      ? []
      : [{ path, reason: `${show(name)} is none of the instances: ${known.map(String).join(", ")}` }],
  );
  return [
    ...sameNameTwice(given["instances"], "instances"),
    ...sameNameTwice(given["syncGroups"], "syncGroups"),
    ...sameNameTwice(given["trackProcesses"], "trackProcesses"),
    ...sameNameTwice(given["trackScripts"], "trackScripts"),
    ...twice(members),
    ...unknown,
  ];
}

function routerIds(instances: InstanceAt[]): Problem[] {
  const seen = new Map<number, string>();
  return instances.flatMap(({ given, path }): Problem[] => {
    const id = routerIdOf(given);
    if (id === undefined) return [];
    const first = seen.get(id);
    seen.set(id, first ?? path);
    if (first === undefined) return [];
    const said = given["virtualRouterId"] === undefined ? " (the last byte of its first VIP)" : "";
    return [
      {
        path: join(path, "virtualRouterId"),
        reason: `${id}${said} is that of ${first} as well, and the directors would take one for the other: give another one`,
      },
    ];
  });
}

function priorities(given: Given, instances: InstanceAt[]): Problem[] {
  const directors = elements(given["directors"]);
  const byDefault = defaultPriorities(directors.length);
  const own = directors.map((each, index) =>
    isRecord(each) ? (each["priority"] ?? byDefault[index]) : later,
  );
  const problems = distinct(own, (index) => `directors[${index}].priority`);
  const orders: { name: unknown; values: unknown[]; path: string }[] = [];
  for (const { given: each, path } of instances) {
    const values = each["priorities"] ?? own;
    if (!Array.isArray(values)) continue;
    orders.push({
      name: path === "" ? "VI_1" : each["name"],
      values,
      path: writtenAt(each, "priorities", path),
    });
    if (each["priorities"] === undefined || directors.length === 0) continue;
    const here = join(path, "priorities");
    if (values.length !== directors.length) {
      problems.push({
        path: here,
        reason: `gives ${values.length} for ${directors.length} directors: give one for each, in their order`,
      });
    }
    problems.push(...distinct(values, (index) => `${here}[${index}]`));
  }
  return [...problems, ...groupsAgree(given, orders)];
}

function distinct(values: unknown[], path: (index: number) => string): Problem[] {
  const seen = new Map<number, number>();
  return values.flatMap((each, index): Problem[] => {
    if (typeof each !== "number") return [];
    const first = seen.get(each);
    seen.set(each, first ?? index);
    return first === undefined
      ? []
      : [
          {
            path: path(index),
            reason: `${each} is that of ${path(first)} as well: the master would be a matter of chance`,
          },
        ];
  });
}

/** Members of a group that prefer different directors would hold elections for ever (keepalived.conf(5)). */
function groupsAgree(given: Given, orders: { name: unknown; values: unknown[]; path: string }[]): Problem[] {
  const preferred = (values: unknown[]) =>
    values.every((each) => typeof each === "number") ? values.indexOf(Math.max(...values)) : undefined;
  return elements(given["syncGroups"]).flatMap((group): Problem[] => {
    const members = elements(isRecord(group) ? group["instances"] : undefined);
    const of = orders.filter(({ name }) => members.includes(name));
    const [first] = of;
    return of.flatMap(({ values, name, path }): Problem[] => {
      const best = first && preferred(first.values);
      const other = preferred(values);
      return best === undefined || other === undefined || best === other
        ? []
        : [
            {
              path,
              reason: `${show(name)} prefers directors[${other}], and ${show(first?.name)} of its sync group directors[${best}]: a group has one master`,
            },
          ];
    });
  });
}

function servicesOf(given: Given, instances: InstanceAt[], path: string): Problem[] {
  const directors = new Set(elements(given["directors"]).flatMap(addressesOf));
  const vips = instances.map(({ given: each }) => each["vips"]);
  const all = vips.flatMap(elements);
  const complete = given["instances"] !== later && vips.every(Array.isArray) && all.every(isAddress);
  return elements(given["services"]).flatMap((service, index): Problem[] => {
    if (!isRecord(service)) return [];
    const here = `${path}[${index}]`;
    const stray = complete && isAddress(service["vip"]) && !all.includes(service["vip"]);
    return [
      ...(stray
        ? [
            {
              path: `${here}.vip`,
              reason: `${show(service["vip"])} is none of the pair's VIPs: ${all.join(", ")}`,
            },
          ]
        : []),
      ...vipsAsServers(service, all, here),
      ...loops(service, directors, here),
      ...(service["vip"] === undefined ? ofFamilies(service, all, here) : []),
    ];
  });
}

/** Problems of a service that is on all VIPs with the families of these VIPs. */
export function ofFamilies(service: Given, vips: unknown[], path: string): Problem[] {
  return [
    ...persistenceFits(service, vips, path),
    ...elements(service["realServers"]).flatMap((each, index) =>
      isRecord(each) ? familyProblems(service, each, vips, `${join(path, "realServers")}[${index}]`) : [],
    ),
    ...sorryOfFamilies(service, vips, path),
  ];
}

/** A sorry server has no method of its own. */
function sorryOfFamilies(service: Given, vips: unknown[], path: string): Problem[] {
  const { sorryServer: sorry } = service;
  return isRecord(sorry) ? familyProblems(service, sorry, vips, join(path, "sorryServer")) : [];
}

/**
 * A real server, or sorry server, that is a VIP of the pair: the director would send connections to itself. (The service's own VIP is
 * checked elsewhere.)
 */
export function vipsAsServers(service: Given, vips: unknown[], path: string): Problem[] {
  return serversOf(service, path).flatMap(({ own, here }) =>
    own === service["vip"] || !vips.includes(own)
      ? []
      : [{ path: here, reason: `${show(own)} is a VIP of this pair: give a host's own address` }],
  );
}

/**
 * A director that is also a real server: as backup it has the rules as well, so it would balance the master's packets again, back and
 * forth.
 */
export function loops(service: Given, directors: Set<unknown>, path: string): Problem[] {
  return serversOf(service, path).flatMap(({ own, here }) =>
    !directors.has(own)
      ? []
      : [
          {
            path: here,
            reason: `${show(own)} is a director of this pair: as backup it has the same rules, and would balance again what the master sends it, in a loop; give a host that is no director`,
          },
        ],
  );
}

/** The real servers of a service and its sorry server, each with the place where the user wrote it. */
function serversOf(service: Given, path: string): { own: string; here: string }[] {
  const at = (given: unknown, here: string) =>
    (["address", "address6"] as const).flatMap((name) => {
      const own = addressOf(given, name);
      return own === undefined ? [] : [{ own, here: join(here, name) }];
    });
  return [
    ...elements(service["realServers"]).flatMap((each, index) =>
      at(each, `${join(path, "realServers")}[${index}]`),
    ),
    ...at(service["sorryServer"], join(path, "sorryServer")),
  ];
}
