import { fingerprint, leftBehind, withoutNewPackages, type Fingerprint } from "../../../lab/fingerprint";
import { theLab } from "./stack";

/** The machines of every scenario: a director and three real servers. */
export const hosts = ["d1", "r1", "r2", "r3"];

export async function ofEach<Value>(
  read: (host: string) => Promise<Value>,
  names = hosts,
): Promise<Record<string, Value>> {
  return Object.fromEntries(await Promise.all(names.map(async (host) => [host, await read(host)] as const)));
}

/** Hosts as they were when the lab came up: without packages, without modules, without what another scenario has left. */
export const cleanHosts = () => Promise.all(hosts.map((host) => theLab().reset(host)));

export const fingerprints = () => ofEach((host) => fingerprint(theLab(), host));

/** By host, what is not as it was before; packages may stay, and what they brought. */
export const leftBesidesPackages = (before: Record<string, Fingerprint>) =>
  ofEach(async (host) => leftBehind(before[host]!, await withoutNewPackages(theLab(), host, before[host]!)));

/** What that is when everything has been given back. */
export const nothing = { d1: [], r1: [], r2: [], r3: [] };
