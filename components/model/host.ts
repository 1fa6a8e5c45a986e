import { Become } from "../args/enums";
import type { ConnectionArgs, HostArgs, HostPlaceArgs } from "../args/host";
import type { Known } from "../args/known";
import { address, addressOfFamily, type Family, familyOf, interfaceName, isAddress } from "./address";
import { completeConnection, connection, type Connection, keysAreKnown, misplaced } from "./connection";
import { hostRelease } from "./system";
import { flag, isRecord, join, later, oneOf, openRecord, optional, type Shape, show, text } from "./shape";

/** A valid host: it has a connection, its own or the component's. */
export type Host = Known<HostArgs> & { connection: Known<ConnectionArgs> };

/** What a document may say about a host: no secrets. */
export interface Place {
  /** Its name for people. */
  name: string;
  address: string;
  /** Its IPv6 address, if `address` is an IPv4 address. */
  address6?: string | undefined;
  interface: string | undefined;
  /** The release that an unknown system is taken for. */
  assumeRelease?: string | undefined;
  /** Whether missing packages are installed. Default: true. */
  installPackages?: boolean | undefined;
}

/** How to run commands on a host. All of it is secret. */
export interface Access {
  connection: Connection;
  become: Become;
}

const hostName = text(
  "a host's name",
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  "give at most 63 letters, digits, dots, dashes and underscores, the first a letter or a digit",
);

/** (The names of a host's Commands begin with its name, and two of them have these endings.) */
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
  assumeRelease: optional(hostRelease),
  installPackages: optional(flag),
};

/** `address6` must be of another family than `address`. */
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

/** (These members belong elsewhere. A user may write them in a host's object by mistake, where they would have no effect.) */
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

/** A host, with further members (`more`). (Other members of the user's object are ignored.) */
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
  const { name, address, address6, interface: device, assumeRelease, installPackages } = given;
  return { name, address, address6, interface: device, assumeRelease, installPackages };
}

export function accessOf(given: Host): Access {
  const complete = completeConnection(given.connection, given.address);
  return {
    connection: complete,
    become: given.become ?? (complete.user === "root" ? Become.None : Become.Sudo),
  };
}

/** What every document for a host says about its system. */
export function systemOf({
  assumeRelease,
  installPackages,
}: Place): Pick<Place, "assumeRelease" | "installPackages"> {
  return { assumeRelease, installPackages };
}

/** A host in messages: the name for people, and the address for machines. */
export function hostLabel({ name, address }: Place): string {
  return name === address ? address : `${name} (${address})`;
}

/**
 * `dev eth0`, or `dev @192.0.2.11`: the interface for VIPs of this family. It is the interface with the host's address, which the host
 * looks up.
 */
export function deviceOf(place: Place, family: Family): string {
  return place.interface ?? `@${family === "IPv6" ? (place.address6 ?? place.address) : place.address}`;
}

/** `@to:192.0.2.11`: the interface in whose network this address is, which the host looks up. */
export function towards(address: string): string {
  return `@to:${address}`;
}

/** The interface of `deviceOf` inside a sysctl key, where the dots of an interface's name are written as slashes (sysctl(8)). */
export function sysctlDeviceOf(place: Place): string {
  return place.interface?.replaceAll(".", "/") ?? `@${place.address}`;
}
