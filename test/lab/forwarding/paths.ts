// The ways of packets, as the lab's bridges see them: nothing is run on the hosts, and nothing on them changes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { namespaceOf, planHost } from "../../../lab/layout";
import { inside, tapOf } from "../../../lab/network";
import { shell, theLab } from "../support/stack";
import {
  addressOf,
  type Cell,
  directorsOf,
  gueOf,
  methodOf,
  servicesOf,
  tunnelOf,
  type Tunnel,
  vipOf,
} from "./cells";

/** How many packets of a client's connections were sent, by sender. */
export interface Paths {
  directors: {
    /** Replies to the client, from the VIP. */
    replies: number;
    /** The client's packets as they are: direct routing. */
    asTheyAre: number;
    /** The client's packets with another destination, by real server: NAT. */
    changed: Record<string, number>;
    /** The client's packets inside of another one, by real server. */
    inside: Record<string, number>;
  };
  /** Replies of the real servers. */
  realServers: Record<string, { asVip: number; asThemselves: number }>;
  /** Replies of real servers with their own addresses that were sent to the router. */
  pastDirector: number;
}

interface End {
  address: string;
  /** Undefined in a packet with another one inside. */
  port: number | undefined;
}

interface Packet {
  device: string;
  source: End;
  destination: End;
  /** The source and destination of the packet inside. (tcpdump does not show a packet inside a datagram.) */
  carries: string | undefined;
  /** Whether it is one of GRE. */
  isGre: boolean;
}

/** A line of tcpdump -n -t -i any: `tap-d1 P IP 198.18.0.100.80 > 198.19.0.31.4242: …`. */
function parse(line: string): Packet | undefined {
  const [, device, source, destination, rest] = /^(\S+)\s+\S+\s+IP6?\s+(\S+) > (\S+): (.*)$/.exec(line) ?? [];
  if (device === undefined) return undefined;
  const isGre = rest!.startsWith("GREv0");
  const [, inner] = /^(?:GREv0, length \d+: )?IP6? (\S+ > \S+):/.exec(rest!) ?? [];
  return { device, source: endIn(source!), destination: endIn(destination!), carries: inner, isGre };
}

/** `198.18.0.100.80` has a port, `198.18.0.11` has none. */
function endIn(text: string): End {
  const [, address, port] = /^(\d+\.\d+\.\d+\.\d+|[0-9a-f:]+)(?:\.(\d+))?$/.exec(text) ?? [];
  return { address: address ?? text, port: port === undefined ? undefined : Number(port) };
}

const marker = 9;

/** The ways of all packets of the cell's client that are sent during the work. */
export async function pathsOf(given: Cell, work: () => Promise<void>): Promise<Paths> {
  const client = addressOf(given.client, given.family);
  const namespace = namespaceOf(theLab().name);
  const ports = new Set(given.realServers.flatMap((host) => gueOf(tunnelOf(given, host)) ?? []));
  const tunnels = ["ip proto 4", "ip proto 41", "ip6 proto 4", "ip6 proto 41", "proto gre"];
  const gue = [...ports].map((port) => `udp dst port ${port}`);
  const filter = [`host ${client}`, ...tunnels, ...gue, `udp port ${marker}`].join(" or ");
  const words = ["tcpdump", "-n", "-t", "-l", "-i", "any", "-Q", "in", "-s", "200", "-B", "16384", filter];
  const [program = "", ...args] = inside(namespace, ...words);
  const capture = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const packets: Packet[] = [];
  let said = "";
  const ended = once(capture, "exit");
  const died = ended.then(() => {
    throw new Error(`tcpdump has ended: ${said}`);
  });
  died.catch(() => undefined);
  const seen = new Promise<void>((resolve) => {
    createInterface({ input: capture.stdout }).on("line", (line) => {
      if (line.includes(`.${marker}: UDP`)) resolve();
      const packet = parse(line);
      if (packet) packets.push(packet);
    });
  });
  const listening = new Promise<void>((resolve, reject) => {
    capture.on("error", reject);
    capture.on("exit", () => reject(new Error(`tcpdump has ended: ${said}`)));
    capture.stderr.on("data", (text: Buffer) => {
      said += text.toString();
      if (said.includes("listening on")) resolve();
    });
  });
  listening.catch(() => undefined);
  try {
    await listening;
    await work();
    // Packets that were sent before this one have been seen when this one is.
    await shell(given.client, `echo end >/dev/udp/198.18.0.1/${marker}`);
    await Promise.race([seen, died]);
  } finally {
    capture.kill("SIGINT");
    await ended;
  }
  if (!/^0 packets dropped by kernel/m.test(said)) throw new Error(`tcpdump has lost packets: ${said}`);
  return count(given, client, packets);
}

function count(given: Cell, client: string, packets: Packet[]): Paths {
  const vip = vipOf(given);
  const sentBy = (hosts: readonly string[]) => {
    const taps = hosts.map((host) => tapOf(planHost(host)!));
    return packets.filter(({ device }) => taps.includes(device));
  };
  const byDirectors = sentBy(directorsOf(given));
  const eachOf = <Value>(read: (host: string, address: string) => Value) =>
    Object.fromEntries(given.realServers.map((host) => [host, read(host, addressOf(host, given.family))]));
  // (Other connections of the client to these hosts are not counted.)
  const services = servicesOf(given);
  const isVip = ({ address, port }: End) => address === vip && services.some((each) => each.port === port);
  const isRealServer = (end: End, addresses: string[]) =>
    addresses.includes(end.address) && services.some(({ realServerPort }) => realServerPort === end.port);
  const toClient = ({ destination }: Packet) => destination.address === client;
  const fromClient = ({ source }: Packet) => source.address === client;
  const isInside = ({ destination, carries, isGre }: Packet, tunnel: Tunnel) => {
    const port = gueOf(tunnel);
    if (port !== undefined) return destination.port === port;
    const isOurs = carries?.startsWith(`${client}.`) && carries.includes(`> ${vip}.`);
    return isOurs === true && isGre === (tunnel.type === "gre");
  };
  const addresses = given.realServers.map((host) => addressOf(host, given.family));
  return {
    directors: {
      replies: byDirectors.filter(toClient).filter(({ source }) => isVip(source)).length,
      asTheyAre: byDirectors.filter(fromClient).filter(({ destination }) => isVip(destination)).length,
      changed: eachOf(
        (_, address) =>
          byDirectors.filter(fromClient).filter(({ destination }) => isRealServer(destination, [address]))
            .length,
      ),
      inside: eachOf(
        (host, address) =>
          byDirectors.filter(
            (packet) => packet.destination.address === address && isInside(packet, tunnelOf(given, host)),
          ).length,
      ),
    },
    realServers: eachOf((host, address) => {
      const sent = sentBy([host]).filter(toClient);
      return {
        asVip: sent.filter(({ source }) => isVip(source)).length,
        asThemselves: sent.filter(({ source }) => isRealServer(source, [address])).length,
      };
    }),
    pastDirector: packets
      .filter(toClient)
      .filter(({ device, source }) => device.startsWith("br") && isRealServer(source, addresses)).length,
  };
}

/** The ways that are not the cell's, in words. `asked`: the real servers that answered. */
export function wrongWays(given: Cell, paths: Paths, asked = given.realServers): string[] {
  const wrong: string[] = [];
  const check = (what: string, found: number, wanted: boolean) => {
    if (found > 0 !== wanted) wrong.push(`${what}: ${found} packets`);
  };
  const { directors, realServers } = paths;
  const methods = new Set(asked.map((host) => methodOf(given, host)));
  check("directors sent replies", directors.replies, methods.has("nat"));
  check("directors sent packets on as they were", directors.asTheyAre, methods.has("dr"));
  check("replies went past the director", paths.pastDirector, false);
  for (const host of given.realServers) {
    const method = asked.includes(host) ? methodOf(given, host) : undefined;
    check(`directors changed packets for ${host}`, directors.changed[host]!, method === "nat");
    check(`directors put packets for ${host} into others`, directors.inside[host]!, method === "tun");
    check(`${host} answered as the VIP`, realServers[host]!.asVip, method === "dr" || method === "tun");
    check(`${host} answered as itself`, realServers[host]!.asThemselves, method === "nat");
  }
  return wrong;
}
