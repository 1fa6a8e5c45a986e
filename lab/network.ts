// A lab's networks: a namespace with two bridges, which routes between them, a tap for each machine, a namespace behind a bridge
// for each client.
import { existsSync, statfsSync } from "node:fs";
import { join } from "node:path";
import {
  macOf,
  namespaceOf,
  networks,
  prefixLength,
  prefixLength6,
  type HostPlan,
  type Network,
} from "./layout";
import { execLocal, ownAncestry, run } from "./process";

const folder = "/run/netns";
const nsfs = 0x6e736673;

/** A namespace is mounted on its file. After a container's restart, which the boot's id does not show, only the bare files remain. */
export function namespaceExists(namespace: string, within = folder): boolean {
  try {
    return statfsSync(join(within, namespace)).type === nsfs;
  } catch {
    return false;
  }
}

/** A command line in a namespace. */
export function inside(namespace: string, ...argv: string[]): string[] {
  return ["nsenter", `--net=${folder}/${namespace}`, "--", ...argv];
}

/** Without this, segments larger than a packet are lost on the way into a host. Small requests never show it. */
async function wholePackets(namespace: string, device: string): Promise<void> {
  await run(
    ...inside(namespace, "ethtool", "-K", device, "tx", "off", "tso", "off", "gso", "off", "gro", "off"),
  );
}

/** Settings below /proc/sys/net, such as `ipv4/ip_forward=1`. (Debian's minimal system has no program for it.) */
async function set(namespace: string, ...settings: string[]): Promise<void> {
  const script = 'for each; do echo "${each#*=}" >"/proc/sys/net/${each%%=*}"; done';
  await run(...inside(namespace, "bash", "-ec", script, "bash", ...settings));
}

/** Whether this machine was started with IPv6. Without it, bridges and clients only have IPv4. */
const hasIpv6 = () => existsSync("/proc/sys/net/ipv6");

/** Makes addresses usable at once, since nobody else can have them. Call it before there is an interface. */
async function prepareIpv6(namespace: string): Promise<void> {
  if (!hasIpv6()) return;
  const settings = ["disable_ipv6=0", "accept_dad=0"];
  await set(
    namespace,
    ...["all", "default"].flatMap((scope) => settings.map((each) => `ipv6/conf/${scope}/${each}`)),
  );
}

/** Call it when the interface is up: otherwise the address would be lost. */
async function addAddress6(namespace: string, address: string, device: string): Promise<void> {
  if (!hasIpv6()) return;
  const whole = `${address}/${prefixLength6}`;
  await run("ip", "-n", namespace, "-6", "address", "add", whole, "dev", device, "nodad");
}

export async function createNetwork(lab: string): Promise<void> {
  const namespace = namespaceOf(lab);
  await run("ip", "netns", "add", namespace);
  await prepareIpv6(namespace);
  await beRouter(namespace);
  await run("ip", "-n", namespace, "link", "set", "lo", "up");
  for (const network of Object.values(networks)) await createBridge(namespace, network);
}

async function beRouter(namespace: string): Promise<void> {
  const settings = [
    // With a redirect, a host would learn a way past the router. And replies may take another way than requests.
    ...["all", "default"].flatMap((scope) =>
      ["send_redirects=0", "rp_filter=0"].map((each) => `ipv4/conf/${scope}/${each}`),
    ),
    "ipv4/ip_forward=1",
    ...(hasIpv6() ? ["ipv6/conf/all/forwarding=1"] : []),
  ];
  await set(namespace, ...settings);
}

async function createBridge(namespace: string, { bridge, gateway, gateway6 }: Network): Promise<void> {
  await run(
    ...["ip", "-n", namespace, "link", "add", bridge, "address", macOf(gateway), "type", "bridge"],
    // VRRP's adverts must reach every host, whether it has joined the group or not.
    ...["forward_delay", "0", "mcast_snooping", "0"],
  );
  await run("ip", "-n", namespace, "address", "add", `${gateway}/${prefixLength}`, "dev", bridge);
  await wholePackets(namespace, bridge);
  await run("ip", "-n", namespace, "link", "set", bridge, "up");
  await addAddress6(namespace, gateway6, bridge);
}

export async function attachMachine(lab: string, host: HostPlan): Promise<void> {
  const namespace = namespaceOf(lab);
  const tap = tapOf(host);
  await removeDevice(namespace, tap);
  await run("ip", "-n", namespace, "tuntap", "add", "mode", "tap", "name", tap);
  await wholePackets(namespace, tap);
  await run("ip", "-n", namespace, "link", "set", tap, "master", networks[host.network].bridge, "up");
}

/** Also removes a device that a killed command has left unfinished. */
async function removeDevice(namespace: string, device: string): Promise<void> {
  await execLocal(["ip", "-n", namespace, "link", "delete", device]);
}

export async function detachMachine(lab: string, host: HostPlan): Promise<void> {
  await removeDevice(namespaceOf(lab), tapOf(host));
}

export function tapOf(host: HostPlan): string {
  return `tap-${host.name}`;
}

export async function createClient(lab: string, host: HostPlan): Promise<void> {
  const namespace = namespaceOf(lab);
  const own = namespaceOf(lab, host.name);
  const outer = `veth-${host.name}`;
  const { bridge, gateway, gateway6 } = networks[host.network];
  await removeDevice(namespace, outer);
  await removeNamespace(own);
  await run("ip", "netns", "add", own);
  await prepareIpv6(own);
  await run(
    ...["ip", "-n", namespace, "link", "add", outer, "type", "veth"],
    ...["peer", "name", host.interface, "address", host.mac, "netns", own],
  );
  await wholePackets(namespace, outer);
  await wholePackets(own, host.interface);
  await run("ip", "-n", namespace, "link", "set", outer, "master", bridge, "up");
  await run("ip", "-n", own, "link", "set", "lo", "up");
  const address = `${host.address}/${prefixLength}`;
  await run("ip", "-n", own, "address", "add", address, "brd", "+", "dev", host.interface);
  await run("ip", "-n", own, "link", "set", host.interface, "up");
  await run("ip", "-n", own, "route", "add", "default", "via", gateway);
  await addAddress6(own, host.address6, host.interface);
  if (hasIpv6()) await run("ip", "-n", own, "-6", "route", "add", "default", "via", gateway6);
}

/**
 * Ends all processes in a namespace of a lab (except this process and its parents), and removes the namespace, or the bare file that
 * remains of it.
 */
export async function removeNamespace(namespace: string): Promise<void> {
  if (!existsSync(join(folder, namespace))) return;
  const spared = ownAncestry();
  const { stdout } = await execLocal(["ip", "netns", "pids", namespace]);
  for (const pid of stdout.split("\n").filter(Boolean).map(Number)) {
    if (spared.has(pid)) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // The process has ended by itself.
    }
  }
  await run("ip", "netns", "delete", namespace);
}

/** The existing namespaces of a lab: first its clients', then its own. */
export async function namespacesOf(lab: string): Promise<string[]> {
  const { stdout } = await execLocal(["ip", "netns", "list"]);
  const names = stdout.split("\n").map((line) => line.split(" ")[0] ?? "");
  const isClient = (name: string) => name.startsWith(`${namespaceOf(lab)}.`);
  return [...names.filter(isClient), ...names.filter((name) => name === namespaceOf(lab))];
}
