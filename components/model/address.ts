import * as ipaddr from "ipaddr.js";
import { type Shape, value } from "./shape";

export type Family = "IPv4" | "IPv6";

/** The family of a valid address. */
export function familyOf(address: string): Family {
  return address.includes(":") ? "IPv6" : "IPv4";
}

export const families: readonly Family[] = ["IPv4", "IPv6"];

/** An object with an address, and perhaps also an IPv6 address. */
export interface Addressed {
  address: string;
  address6?: string | undefined;
}

/** A host's address of this family, if it has one. */
export function inFamily({ address, address6 }: Addressed, family: Family): string | undefined {
  if (familyOf(address) === family) return address;
  return family === "IPv6" ? address6 : undefined;
}

/**
 * The address by which directors reach a real server for a VIP of this family: one of the same family, or else the other one (which only a
 * tunnel can use).
 */
export function addressFor(host: Addressed, family: Family): string {
  return inFamily(host, family) ?? host.address;
}

/** `198.18.0.100:80`, or `[fd18::100]:80`. */
export function endpoint(address: string, port: number | string): string {
  return familyOf(address) === "IPv4" ? `${address}:${port}` : `[${address}]:${port}`;
}

/** Ranges in which no address is that of one machine that others reach, and the words of errors for them. */
const unusable: Record<string, string> = {
  unspecified: "unspecified",
  broadcast: "broadcast",
  multicast: "multicast",
  loopback: "loopback",
  linkLocal: "link-local",
};

/** The problem of `given` as the address of `what`, if any: it must be one address of one machine, as programs print it. */
function fault(given: unknown, what: string): string | undefined {
  if (typeof given !== "string") return `is not the address of ${what}: give an IPv4 or IPv6 address as text`;
  if (ipaddr.IPv4.isValidFourPartDecimal(given)) {
    const range = ipaddr.IPv4.parse(given).range();
    return range !== "linkLocal" && range in unusable ? ofRange(range, what) : undefined;
  }
  if (!/^[0-9A-Fa-f:.]+$/.test(given) || !ipaddr.IPv6.isValid(given))
    return "is not an address such as 192.0.2.10 or 2001:db8::10";
  const parsed = ipaddr.IPv6.parse(given);
  const range = parsed.range();
  if (range in unusable) return ofRange(range, what);
  // (Addresses of both kinds are printed in a form of their own, and the kernel sends no packets to them.)
  const hidesIpv4 = range === "ipv4Mapped" || parsed.parts.slice(0, 6).every((part) => part === 0);
  if (hidesIpv4) return "is an IPv4 address in the form of IPv6: give the IPv4 address itself";
  const printed = parsed.toRFC5952String();
  return printed === given
    ? undefined
    : `is not in the form that programs print (RFC 5952): write ${printed}`;
}

function ofRange(range: string, what: string): string {
  return `is a ${unusable[range]} address, which cannot be ${what}`;
}

export const address = (what: string): Shape => value((given) => fault(given, what));

/** An address of one family. One of the other family must be given at another place (`elsewhere`). */
export const addressOfFamily = (what: string, family: Family, elsewhere: string): Shape =>
  value(
    (given) =>
      fault(given, what) ??
      (typeof given === "string" && familyOf(given) !== family
        ? `is an ${familyOf(given)} address: give it as ${elsewhere}`
        : undefined),
  );

export function isAddress(given: unknown): given is string {
  return fault(given, "") === undefined;
}

/** The bytes of an address. */
export function bytesOf(address: string): number[] {
  return ipaddr.parse(address).toByteArray();
}

/** The netmask of a network that has every address. */
export const everyAddress = "0.0.0.0";

/** A netmask such as `255.255.255.0`: at least one bit, and no gap between bits. ipvsadm(8), option --netmask. */
export const netmask: Shape = value((given) => {
  const mask = typeof given === "string" && ipaddr.IPv4.isValidFourPartDecimal(given);
  const prefix = mask ? ipaddr.IPv4.parse(given).prefixLengthFromSubnetMask() : null;
  return prefix !== null && prefix > 0 ? undefined : "is not a netmask such as 255.255.255.0";
});

/** The kernel accepts any name of up to 15 bytes without `/`, `:` and blanks, but tools work only with these characters. */
export const interfaceName: Shape = value((given) =>
  typeof given === "string" && /^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9._-]{0,14}$/.test(given)
    ? undefined
    : "is not the name of a network interface: at most 15 letters, digits, single dots, dashes and underscores",
);
