// VRRP instances: an instance's own arguments, completed by the pair's. Their problems: shapes.ts.
import type { KeepalivedArgs, NotifyArgs, VrrpInstanceArgs } from "../../../args/keepalived";
import type { Known } from "../../../args/known";
import { bytesOf, type Family, familyOf, isAddress } from "../../address";
import { plainSeconds } from "../syntax/fields";
import { completeRoute, type VirtualRoute } from "./routes";

/** A VRRP instance as its user wrote it. Here it only matters whether it has a password, which is sent separately. */
export type GivenInstance = Omit<Known<VrrpInstanceArgs>, "password"> & { password?: unknown };

/** Shell texts that run when a director's state changes. */
export type Notify = Known<NotifyArgs>;

/** The pair's arguments for instances that do not set them themselves. */
export interface InstanceDefaults extends Omit<
  Pick<GivenInstance, keyof KeepalivedArgs & keyof VrrpInstanceArgs>,
  "virtualRouterId" | "verbatim"
> {
  priorities: number[];
  directors: { address: string }[];
}

/** A VRRP instance with all defaults filled in. */
export interface Instance {
  name: string;
  vips: string[];
  /** The family of its directors' addresses in VRRP, and of the VIPs in its adverts. */
  family: Family;
  virtualRouterId: number;
  interface: string | undefined;
  /** In the order of the pair's directors. */
  priorities: number[];
  advertInterval: number;
  preempt: boolean;
  preemptDelay: number;
  authenticated: boolean;
  trackInterfaces: { name: string; weight: number }[];
  notify: Notify;
  virtualRoutes: VirtualRoute[];
  verbatim: string | undefined;
}

/** The secret that holds an instance's password. */
export function secretName(instance: string): string {
  return `vrrp-${instance}`;
}

/** The family of the directors' addresses, if a VIP of the instance is of it: an advert must have VIPs, and all of one family. */
export function vrrpFamily(vips: string[], director: string): Family {
  const own = familyOf(director);
  return vips.length === 0 || vips.some((vip) => familyOf(vip) === own) ? own : familyOf(vips[0]!);
}

/** The last byte of its first VIP: people would choose this by hand, and it is stable as long as the VIP is. */
export function routerIdOf(given: { virtualRouterId?: unknown; vips?: unknown }): number | undefined {
  if (typeof given.virtualRouterId === "number") return given.virtualRouterId;
  const first: unknown = Array.isArray(given.vips) ? given.vips[0] : undefined;
  if (given.virtualRouterId !== undefined || !isAddress(first)) return undefined;
  const last = bytesOf(first).at(-1) ?? 0;
  return last === 0 ? 255 : last;
}

export function completeInstance(given: GivenInstance, pair: InstanceDefaults): Instance {
  const preempt = given.preempt ?? pair.preempt ?? false;
  const trackInterfaces = given.trackInterfaces ?? pair.trackInterfaces ?? [];
  return {
    name: given.name,
    vips: given.vips,
    family: vrrpFamily(given.vips, pair.directors[0]?.address ?? ""),
    virtualRouterId: routerIdOf(given) ?? 255,
    interface: given.interface,
    priorities: given.priorities ?? pair.priorities,
    advertInterval: plainSeconds(given.advertInterval ?? pair.advertInterval ?? 1),
    preempt,
    preemptDelay: preempt ? (given.preemptDelay ?? pair.preemptDelay ?? 0) : 0,
    authenticated: (given.password ?? pair.password) !== undefined,
    trackInterfaces: trackInterfaces.map(({ name, weight }) => ({ name, weight: weight ?? 0 })),
    notify: given.notify ?? pair.notify ?? {},
    virtualRoutes: (given.virtualRoutes ?? []).map(completeRoute),
    verbatim: given.verbatim,
  };
}
