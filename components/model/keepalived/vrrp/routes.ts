// Virtual routes of VRRP instances: routes that only the master has.
import * as ipaddr from "ipaddr.js";
import type { VirtualRouteArgs } from "../../../args/keepalived";
import type { Known } from "../../../args/known";
import { address, familyOf, interfaceName, isAddress } from "../../address";
import { addressesOf } from "../../hosts";
import {
  elements,
  isRecord,
  join,
  later,
  list,
  optional,
  type Problem,
  record,
  type Shape,
  show,
  value,
  wholeNumber,
} from "../../shape";
import type { Given, InstanceAt } from "./instances";

export type GivenRoute = Known<VirtualRouteArgs>;

/** A virtual route with all defaults filled in. */
export interface VirtualRoute {
  to: string;
  via: string | undefined;
  /** Absent: the interface in whose network `via` is. */
  device: string | undefined;
  source: string | undefined;
  table: number;
  metric: number;
}

const mainTable = 254;

/** The kernel's own: IP6_RT_PRIO_USER for IPv6. keepalived does not recognize a route whose metric differs from the one that it gave. */
const defaultMetric = { IPv4: 0, IPv6: 1024 };

export function completeRoute({ to, via, device, source, table, metric }: GivenRoute): VirtualRoute {
  return {
    to,
    via,
    device,
    source,
    table: table ?? mainTable,
    metric: metric ?? defaultMetric[familyOf(to)],
  };
}

const most = 4294967295;

/** A network as `ip route` prints it: an address whose bits beyond the length are zero, a slash, the length. */
const network: Shape = value((given) => {
  const [, base = "", bits = ""] = (typeof given === "string" && /^([^/]+)\/(\d{1,3})$/.exec(given)) || [];
  const isIpv4 = ipaddr.IPv4.isValidFourPartDecimal(base);
  const isIpv6 = /^[0-9A-Fa-f:]+$/.test(base) && ipaddr.IPv6.isValid(base);
  if (!(isIpv4 || isIpv6) || Number(bits) > (isIpv4 ? 32 : 128))
    return "is not a network: give an address and a length, such as 10.0.0.0/8 or 2001:db8::/32";
  const length = Number(bits);
  const printed = isIpv4
    ? ipaddr.IPv4.networkAddressFromCIDR(`${base}/${length}`).toString()
    : ipaddr.IPv6.networkAddressFromCIDR(`${base}/${length}`).toRFC5952String();
  return given === `${printed}/${length}`
    ? undefined
    : `is not in the form in which programs print a network: write ${printed}/${length}`;
});

const routeMembers: Record<keyof VirtualRouteArgs, Shape> = {
  to: network,
  via: optional(address("a gateway")),
  device: optional(interfaceName),
  source: optional(address("a VIP")),
  table: optional(wholeNumber("a routing table", 1, most)),
  metric: optional(wholeNumber("a metric", 1, most)),
};

export const virtualRoutes: Shape = list(
  record('a route such as { to: "10.0.0.0/8", via: "192.168.1.1" }', routeMembers, (given, path) =>
    isRecord(given) ? [...somewhere(given, path), ...ofOneFamily(given, path)] : [],
  ),
  0,
  "routes",
);

function somewhere({ via, device }: Given, path: string): Problem[] {
  return via === undefined && device === undefined
    ? [
        {
          path: join(path, "via"),
          reason: "missing: give the gateway, or the device of a network that needs none",
        },
      ]
    : [];
}

function ofOneFamily(given: Given, path: string): Problem[] {
  const { to } = given;
  if (typeof to !== "string" || network(to, "").length > 0) return [];
  return ["via", "source"].flatMap((name): Problem[] => {
    const own = given[name];
    return !isAddress(own) || familyOf(own) === familyOf(to)
      ? []
      : [
          {
            path: join(path, name),
            reason: `${show(own)} is an ${familyOf(own)} address, and ${show(to)} is a network of ${familyOf(to)}: give an ${familyOf(to)} address`,
          },
        ];
  });
}

/** Problems of virtual routes with the other arguments of a pair. */
export function routesOf(given: Given, instances: InstanceAt[]): Problem[] {
  const directors = elements(given["directors"]).flatMap(addressesOf);
  const vips = instances.flatMap(({ given: each }) => elements(each["vips"]));
  const seen = new Map<string, string>();
  return instances.flatMap(({ given: each, path }) =>
    elements(each["virtualRoutes"]).flatMap((route, index): Problem[] => {
      if (!isRecord(route)) return [];
      const here = `${join(path, "virtualRoutes")}[${index}]`;
      return [
        ...gateway(route["via"], directors, vips, join(here, "via")),
        ...sourceOf(route["source"], each, join(here, "source")),
        ...again(route, seen, here),
      ];
    }),
  );
}

function gateway(via: unknown, directors: string[], vips: unknown[], path: string): Problem[] {
  if (!isAddress(via)) return [];
  const whose = directors.includes(via) ? "a director" : vips.includes(via) ? "a VIP" : undefined;
  return whose === undefined
    ? []
    : [{ path, reason: `${show(via)} is ${whose} of this pair: give the address of another host` }];
}

/** The kernel refuses a route whose source the host has not got, and directors have no other address in common. */
function sourceOf(source: unknown, { vips }: Given, path: string): Problem[] {
  const own = elements(vips);
  return !isAddress(source) || !Array.isArray(vips) || own.includes(source) || own.includes(later)
    ? []
    : [
        {
          path,
          reason: `${show(source)} is none of the instance's VIPs, which alone move with the route: ${own.join(", ")}`,
        },
      ];
}

/** The kernel would hold both, and use one of them. */
function again(route: Given, seen: Map<string, string>, path: string): Problem[] {
  const { to, table, metric } = route;
  if (typeof to !== "string" || network(to, "").length > 0 || table === later || metric === later) return [];
  const completed = completeRoute({ ...route, to });
  const key = `${to} ${completed.table} ${completed.metric}`;
  const first = seen.get(key);
  seen.set(key, first ?? path);
  return first === undefined
    ? []
    : [
        {
          path: join(path, "to"),
          reason: `${show(to)} is already there, at ${first}, in the same table with the same metric: give one of the two another metric`,
        },
      ];
}
