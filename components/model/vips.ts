import { address, isAddress } from "./address";
import { addressesOf, addressOf } from "./hosts";
import { elements, isRecord, join, type Problem, show } from "./shape";

export const vip = address("a VIP");

/** Problems of VIPs: one that is a host's own address, or that is given twice. */
export function vipsTogether(vips: unknown, hosts: unknown[], path = ""): Problem[] {
  const own = new Set(hosts.flatMap(addressesOf));
  const seen = new Set<unknown>();
  return elements(vips).flatMap((each, index): Problem[] => {
    const here = `${join(path, "vips")}[${index}]`;
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

/** A director's own address can be neither the VIP of a service nor a real server of it. */
export function ownAddress(service: unknown, directors: unknown, path: string): Problem[] {
  if (!isRecord(service)) return [];
  const own = new Set(elements(directors).flatMap(addressesOf));
  const { vip } = service;
  const asVip = isAddress(vip) && own.has(vip) ? [{ path: join(path, "vip"), reason: ownVip(vip) }] : [];
  const asServer = elements(service["realServers"]).flatMap((each, index): Problem[] => {
    const destination = addressOf(each);
    if (destination === undefined || !own.has(destination)) return [];
    return [
      {
        path: `${join(path, "realServers")}[${index}].address`,
        reason: `${show(destination)} is the director itself, which cannot be a real server of its own service`,
      },
    ];
  });
  return [...asVip, ...asServer];
}
