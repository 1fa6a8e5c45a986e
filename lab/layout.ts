// Names, addresses and roles of a lab's hosts: all follow from the host's name, so that tests can count on them.

export type Role = "director" | "real-server" | "client";
/** What a host runs on. `uml`: a machine of its own kernel. `namespace`: a network namespace of this machine. */
export type Substrate = "uml" | "namespace";

export interface HostPlan {
  name: string;
  role: Role;
  substrate: Substrate;
  address: string;
  interface: string;
  mac: string;
}

/** How many hosts of each role. */
export interface Counts {
  directors: number;
  realServers: number;
  clients: number;
}

export const network = "198.18.0.0/24";
export const prefixLength = 24;
export const gateway = "198.18.0.1";
export const maximumPerRole = 9;
export const defaultCounts: Counts = { directors: 2, realServers: 3, clients: 1 };

const roles: Record<string, { role: Role; substrate: Substrate; first: number }> = {
  d: { role: "director", substrate: "uml", first: 11 },
  r: { role: "real-server", substrate: "uml", first: 21 },
  c: { role: "client", substrate: "namespace", first: 31 },
};

export function isLabName(name: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,30}$/.test(name);
}

/** The host of that name, or undefined if no lab can have a host of that name. */
export function planHost(name: string): HostPlan | undefined {
  const match = /^([drc])([1-9])$/.exec(name);
  const role = match && roles[match[1]!];
  if (!role) return undefined;
  const last = role.first + Number(match[2]) - 1;
  return {
    name,
    role: role.role,
    substrate: role.substrate,
    address: `198.18.0.${last}`,
    interface: "eth0",
    mac: macOf(last),
  };
}

export function planHosts(counts: Counts): HostPlan[] {
  const names = (letter: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
  return [
    ...names("d", counts.directors),
    ...names("r", counts.realServers),
    ...names("c", counts.clients),
  ].map((name) => planHost(name)!);
}

/** A MAC that shows the host's address, so that `ip neigh` and tcpdump tell which host it is. */
export function macOf(lastByte: number): string {
  const hex = (byte: number) => byte.toString(16).padStart(2, "0");
  return `02:4c:${[198, 18, 0, lastByte].map(hex).join(":")}`;
}

/** Addresses for virtual services. No host has one of these as its own. */
export const vips: readonly string[] = Array.from({ length: 100 }, (_, index) => `198.18.0.${100 + index}`);

/** The hosts' /etc/hosts: every name that the lab can have, so that it need not change when hosts are added. */
export function hostsFile(): string {
  const all = planHosts({
    directors: maximumPerRole,
    realServers: maximumPerRole,
    clients: maximumPerRole,
  });
  return [
    "127.0.0.1 localhost",
    "::1 localhost",
    ...all.map((host) => `${host.address} ${host.name}`),
    "",
  ].join("\n");
}

export function namespaceOf(lab: string, client?: string): string {
  return client === undefined ? `lvs-lab-${lab}` : `lvs-lab-${lab}.${client}`;
}
