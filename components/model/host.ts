import { Become } from "../args/enums";
import type { ConnectionArgs, HostArgs, HostPlaceArgs } from "../args/host";
import type { Known } from "../args/known";
import { address, addressOfFamily, type Family, familyOf, interfaceName, isAddress } from "./address";
import { completeConnection, connection, type Connection, keysAreKnown, misplaced } from "./connection";
import { isRecord, join, later, oneOf, openRecord, optional, type Shape, show, text } from "./shape";

/** A host that has been found good: it has a connection, of its own or of the component. */
export type Host = Known<HostArgs> & { connection: Known<ConnectionArgs> };

/** What a document may say about a host: nothing that is secret. */
export interface Place {
  /** What people call it. */
  name: string;
  address: string;
  /** Its IPv6 address, where `address` is one of IPv4. */
  address6?: string | undefined;
  interface: string | undefined;
}

/** How to run something on a host. All of it is secret. */
export interface Access {
  connection: Connection;
  become: Become;
}

const hostName = text(
  "a host's name",
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  "give at most 63 letters, digits, dots, dashes and underscores, the first a letter or a digit",
);

/** (The Commands of a host are called by its name, and two of them have these endings.) */
const taken = /(^|-)(release|secrets)$/;

/** Pulumi's resources are named after it. */
const nameAtOnce: Shape = (given, path) =>
  given === later
    ? [{ path, reason: "must be known when the program starts: it cannot be an Output" }]
    : typeof given === "string" && taken.test(given)
      ? [
          {
            path,
            reason: `${show(given)} ends like the name of a resource of the package itself: give another one`,
          },
        ]
      : hostName(given, path);

export const hostPlaceMembers: Record<keyof HostPlaceArgs, Shape> = {
  name: nameAtOnce,
  address: address("a host"),
  address6: optional(addressOfFamily("a host", "IPv6", "address")),
  interface: optional(interfaceName),
};

/** What a host has beside its address is of the other family. */
export const oneAddressOfEach: Shape = (given, path) =>
  isRecord(given) && given["address6"] !== undefined && isAddress(given["address"])
    ? familyOf(given["address"]) === "IPv6"
      ? [
          {
            path: join(path, "address6"),
            reason: `goes only with an IPv4 address, and address is ${show(given["address"])}: leave it out, or give the host's IPv4 address as address`,
          },
        ]
      : []
    : [];

const hostMembers: Record<keyof HostArgs, Shape> = {
  ...hostPlaceMembers,
  become: optional(oneOf("a way to become root", Object.values(Become))),
  connection,
};

/** (Near enough to be written into a host's object by mistake, where it would be let pass without effect.) */
const elsewhere: Shape = (given, path) =>
  given === undefined
    ? []
    : [
        {
          path,
          reason:
            "is no member of this host: in a RealServer it stands beside host, in a Cluster in its realServers; a director cannot be skipped",
        },
      ];

/** A host, with further members of its own. (What else an object of the user's says of one is let pass.) */
export const hostWith = (more: Record<string, Shape>, across?: Shape): Shape =>
  openRecord(
    "a host such as { name, address, connection }",
    { ...hostMembers, whenUnreachable: elsewhere, ...more },
    (given, path) =>
      isRecord(given)
        ? [
            ...misplaced(given, path),
            ...oneAddressOfEach(given, path),
            ...keysAreKnown(given["connection"], given["address"], join(path, "connection")),
            ...(across?.(given, path) ?? []),
          ]
        : [],
  );

export const host: Shape = hostWith({});

export function placeOf(given: Host): Place {
  const { name, address, address6, interface: device } = given;
  return { name, address, address6, interface: device };
}

export function accessOf(given: Host): Access {
  const complete = completeConnection(given.connection, given.address);
  return {
    connection: complete,
    become: given.become ?? (complete.user === "root" ? Become.None : Become.Sudo),
  };
}

/** How messages call a host: by the name that people know and the address that machines know. */
export function hostLabel({ name, address }: Place): string {
  return name === address ? address : `${name} (${address})`;
}

/** `dev eth0`, or `dev @192.0.2.11`: the interface for VIPs of this family. It holds the host's address, and the host looks it up itself. */
export function deviceOf(place: Place, family: Family): string {
  return place.interface ?? `@${family === "IPv6" ? (place.address6 ?? place.address) : place.address}`;
}

/** `@to:192.0.2.11`: the interface by which this address is a neighbour, which the host looks up itself. */
export function towards(address: string): string {
  return `@to:${address}`;
}

/** The interface of `deviceOf` inside a sysctl key, where the dots of an interface's name are written as slashes (sysctl(8)). */
export function sysctlDeviceOf(place: Place): string {
  return place.interface?.replaceAll(".", "/") ?? `@${place.address}`;
}
