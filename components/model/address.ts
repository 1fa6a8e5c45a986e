import * as ipaddr from "ipaddr.js";
import { type Shape, value } from "./shape";

/** What is wrong with `given` as the address of `what`, if anything: one IPv4 address of one machine. */
function fault(given: unknown, what: string): string | undefined {
  if (typeof given !== "string") return `is not the address of ${what}: give an IPv4 address as text`;
  if (!ipaddr.IPv4.isValidFourPartDecimal(given)) {
    return ipaddr.IPv6.isValid(given)
      ? "is an IPv6 address, which this version cannot use yet: give an IPv4 address"
      : "is not an IPv4 address such as 192.0.2.10";
  }
  const range = ipaddr.IPv4.parse(given).range();
  const unusable = ["unspecified", "broadcast", "multicast", "loopback"].includes(range);
  return unusable ? `is a ${range} address, which cannot be ${what}` : undefined;
}

export const address = (what: string): Shape => value((given) => fault(given, what));

export function isAddress(given: unknown): given is string {
  return fault(given, "") === undefined;
}

/** `255.255.255.0` and the like: at least one bit, none missing in between. ipvsadm(8), option --netmask. */
export const netmask: Shape = value((given) => {
  const mask = typeof given === "string" && ipaddr.IPv4.isValidFourPartDecimal(given);
  const prefix = mask ? ipaddr.IPv4.parse(given).prefixLengthFromSubnetMask() : null;
  return prefix !== null && prefix > 0 ? undefined : "is not a netmask such as 255.255.255.0";
});

/** The kernel takes any name of up to 15 bytes without `/`, `:` and blanks; no tool likes anything but these. */
export const interfaceName: Shape = value((given) =>
  typeof given === "string" && /^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9._-]{0,14}$/.test(given)
    ? undefined
    : "is not the name of a network interface: at most 15 letters, digits, single dots, dashes and underscores",
);
