import { fingerprint, leftBehind, withoutNewPackages, type Fingerprint } from "../../../lab/fingerprint";
import { theLab } from "./stack";

/** The hosts of a cluster with one director. (The lab has d2 as well, for the scenarios with two.) */
export const hosts = ["d1", "r1", "r2", "r3"];

export async function ofEach<Value>(
  read: (host: string) => Promise<Value>,
  names = hosts,
): Promise<Record<string, Value>> {
  return Object.fromEntries(await Promise.all(names.map(async (host) => [host, await read(host)] as const)));
}

/** Gives them clean disks: nothing of an earlier scenario is left. Each keeps its release and its mode of SELinux. */
export const resetClusterHosts = (names = hosts) => Promise.all(names.map((host) => theLab().reset(host)));

export const fingerprints = (names = hosts) => ofEach((host) => fingerprint(theLab(), host), names);

/** By host, what differs from before. Packages may stay, and their files. */
export const leftBesidesPackages = (before: Record<string, Fingerprint>) =>
  ofEach(
    async (host) => leftBehind(before[host]!, await withoutNewPackages(theLab(), host, before[host]!)),
    Object.keys(before),
  );

/** The result of leftBesidesPackages for hosts that were given back. */
export const nothing = { d1: [], r1: [], r2: [], r3: [] };
