// Names, addresses and roles of a lab's hosts: all are computed from the host's name, so that tests can rely on them.

export type Role = "director" | "real-server" | "client";
/** How a host runs. `uml`: as a machine with a kernel of its own. `namespace`: as a network namespace of this machine. */
export type Substrate = "uml" | "namespace";

export type NetworkName = "near" | "far";

/** One of a lab's two networks. The lab's namespace routes between them. */
export interface Network {
  cidr: string;
  cidr6: string;
  /** The bridge in the lab's namespace. */
  bridge: string;
  /** The bridge's address, which is the router's address for the hosts. */
  gateway: string;
  gateway6: string;
}

const prefixes: Record<NetworkName, readonly [string, string]> = {
  near: ["198.18.0.", "fd18::"],
  far: ["198.19.0.", "fd19::"],
};

/** The last group of the IPv6 address has the digits of the IPv4 address's last byte: fd18::11 is the host of 198.18.0.11. */
function addressesIn(network: NetworkName, host: number): { address: string; address6: string } {
  const [prefix, prefix6] = prefixes[network];
  return { address: `${prefix}${host}`, address6: `${prefix6}${host}` };
}

function planNetwork(name: NetworkName, bridge: string): Network {
  const [prefix, prefix6] = prefixes[name];
  const { address, address6 } = addressesIn(name, 1);
  return {
    cidr: `${prefix}0/${prefixLength}`,
    cidr6: `${prefix6}/${prefixLength6}`,
    bridge,
    gateway: address,
    gateway6: address6,
  };
}

export const prefixLength = 24;
export const prefixLength6 = 64;
/** The directors are in the near one. */
export const networks: Readonly<Record<NetworkName, Network>> = {
  near: planNetwork("near", "br0"),
  far: planNetwork("far", "br1"),
};

export interface HostPlan {
  name: string;
  role: Role;
  substrate: Substrate;
  network: NetworkName;
  address: string;
  address6: string;
  interface: string;
  mac: string;
}

/** The number of hosts of each kind. */
export interface Counts {
  directors: number;
  realServers: number;
  clients: number;
  /** Real servers in the second network. */
  farRealServers: number;
  /** Clients in the second network. */
  farClients: number;
}

export const maximumPerLetter = 9;
export const defaultCounts: Counts = {
  directors: 2,
  realServers: 3,
  clients: 1,
  farRealServers: 0,
  farClients: 0,
};

interface Letter {
  count: keyof Counts;
  role: Role;
  substrate: Substrate;
  network: NetworkName;
  /** The last byte of the first host's address. */
  first: number;
}

/** By the first letter of a host's name. */
const letters = new Map<string, Letter>([
  ["d", { count: "directors", role: "director", substrate: "uml", network: "near", first: 11 }],
  ["r", { count: "realServers", role: "real-server", substrate: "uml", network: "near", first: 21 }],
  ["c", { count: "clients", role: "client", substrate: "namespace", network: "near", first: 31 }],
  ["f", { count: "farRealServers", role: "real-server", substrate: "uml", network: "far", first: 21 }],
  ["x", { count: "farClients", role: "client", substrate: "namespace", network: "far", first: 31 }],
]);

export function isLabName(name: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,30}$/.test(name);
}

/** The host of that name, or undefined if no lab can have a host of that name. */
export function planHost(name: string): HostPlan | undefined {
  const [, letter = "", number] = /^([a-z])([1-9])$/.exec(name) ?? [];
  const found = letters.get(letter);
  if (!found) return undefined;
  const { role, substrate, network, first } = found;
  const addresses = addressesIn(network, first + Number(number) - 1);
  return {
    ...{ name, role, substrate, network },
    ...addresses,
    interface: "eth0",
    mac: macOf(addresses.address),
  };
}

export function planHosts(counts: Counts): HostPlan[] {
  return [...letters].flatMap(([letter, { count }]) =>
    Array.from({ length: counts[count] }, (_, index) => planHost(`${letter}${index + 1}`)!),
  );
}

/** The counts with which `planHosts` plans all of these hosts. */
export function countsOf(hosts: readonly string[]): Counts {
  const highest = (letter: string) =>
    Math.max(0, ...hosts.filter((name) => name.startsWith(letter)).map((name) => Number(name.slice(1))));
  const counts = [...letters].map(([letter, { count }]) => [count, highest(letter)] as const);
  return Object.fromEntries(counts) as Record<keyof Counts, number>;
}

/** A MAC that shows the host's address, so that `ip neigh` and tcpdump tell which host it is. */
export function macOf(address: string): string {
  const hex = (byte: string) => Number(byte).toString(16).padStart(2, "0");
  return `02:4c:${address.split(".").map(hex).join(":")}`;
}

/** Addresses for virtual services. No host has one of these as its own address. */
export const vips: readonly string[] = Array.from({ length: 100 }, (_, index) => `198.18.0.${100 + index}`);

/** The hosts' /etc/hosts: every name that a lab can have, so that the file need not change when hosts are added. */
export function hostsFile(): string {
  const all = planHosts({
    directors: maximumPerLetter,
    realServers: maximumPerLetter,
    clients: maximumPerLetter,
    farRealServers: maximumPerLetter,
    farClients: maximumPerLetter,
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
