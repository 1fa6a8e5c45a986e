import { address, interfaceName } from "./address";
import {
  completeConnection,
  connection,
  type Connection,
  type HostConnection,
  keysAreKnown,
  misplaced,
} from "./connection";
import { Become } from "../args/enums";
import { isRecord, join, list, oneOf, openRecord, optional, type Shape, text } from "./shape";

/** A host as plain data. */
export interface Host {
  /** What it is called in messages, on pages and in resource names. */
  name?: string;
  /** Its own IPv4 address in the load balancer's network. */
  address: string;
  /** How to log in. */
  connection: HostConnection;
  /** The network interface that holds its address. */
  interface?: string;
  /** How to get root's rights. */
  become?: Become;
  /** The VIPs of the KeepalivedPair that it is a director of. */
  pairVips?: string[];
  /** The addresses of all directors of that pair. */
  pairDirectors?: string[];
}

/** What a document may say about a host: nothing that is secret. */
export interface Place {
  /** What people call it. */
  name: string;
  address: string;
  interface: string | undefined;
  /** The VIPs of its KeepalivedPair, where keepalived keeps its table. */
  pairVips?: string[];
}

/** How to run something on a host. All of it is secret. */
export interface Access {
  connection: Connection;
  become: Become;
}

export const hostName = text(
  "a host's name",
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
  "at most 63 letters, digits, dots, dashes and underscores",
);

const hostMembers: Record<string, Shape> = {
  name: optional(hostName),
  address: address("a host"),
  connection,
  interface: optional(interfaceName),
  become: optional(oneOf("a way to become root", Object.values(Become))),
  pairVips: optional(list(address("a VIP"), 1, "VIPs")),
  pairDirectors: optional(list(address("a director"), 1, "directors")),
};

/** A host, with further members of its own. (What else an object of the user's says of one is let pass.) */
export const hostWith = (more: Record<string, Shape>, across?: Shape): Shape =>
  openRecord("a host such as { address, connection }", { ...hostMembers, ...more }, (given, path) =>
    isRecord(given)
      ? [
          ...misplaced(given, path),
          ...keysAreKnown(given["connection"], given["address"], join(path, "connection")),
          ...(across?.(given, path) ?? []),
        ]
      : [],
  );

export const host: Shape = hostWith({});

export function placeOf(given: Host): Place {
  const { address, name = address, interface: device, pairVips } = given;
  return { name, address, interface: device, ...(pairVips === undefined ? {} : { pairVips }) };
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

/** `dev eth0`, or `dev @192.0.2.11`: the interface that holds this address, which the host looks up itself. */
export function deviceOf(place: Place): string {
  return place.interface ?? `@${place.address}`;
}

/** The same inside a sysctl key, where the dots of an interface's name are written as slashes (sysctl(8)). */
export function sysctlDeviceOf(place: Place): string {
  return place.interface?.replaceAll(".", "/") ?? `@${place.address}`;
}
