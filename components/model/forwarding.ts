// The forwarding methods: what each of them is called, what it can do, and what it needs on directors and real servers.
import { ForwardingMethod, TunnelType } from "../args/enums";
import { addressFor, type Addressed, families, type Family, familyOf, inFamily, isAddress } from "./address";
import { isMarked } from "./ports";
import { elements, isRecord, join, later, list, oneOf, type Problem, type Shape, show } from "./shape";
import { completeTunnel, type Tunnel, tunnelInWords, wrapping } from "./tunnel";
import { twice } from "./twice";

/** One of the kernel's methods of forwarding. ipvsadm(8), packet-forwarding-method. */
interface ForwardingRow {
  /** The name of the method in messages. */
  name: string;
  /** ipvsadm's flag of a real server. */
  flag: string;
  /** keepalived's name for it. keepalived.conf(5), lvs_method. */
  keepalived: string;
  /** Whether a real server's port may differ from the service's. */
  portMayDiffer: boolean;
  /** Whether a real server has the VIPs, and answers the client itself. */
  answersItself: boolean;
  /** Whether a real server's address may be of another family than the VIP. (ip_vs_ctl.c allows it only for tunnels.) */
  mayMixFamilies: boolean;
  /**
   * Kernel parameters that a director needs for VIPs of these families, unless its user sets them. `inner`: the interface to the IPv4 real
   * servers, as in a parameter's name.
   */
  directorSysctls: (inner: string, families: readonly Family[]) => Record<string, string>;
  /**
   * What a real server needs. `device`: its interface, as in a parameter's name. `tunnels`: those by which it is reached, if the method uses
   * tunnels.
   */
  realServer: (device: string, ways: readonly Way[], tunnels: readonly Tunnel[]) => RealServerNeeds;
  /** Bytes of the outer header of packets to a real server with an address of this family. */
  outerHeader?: Record<Family, number>;
}

/** The family of a VIP, and the family of the address to which the director sends packets for it. */
export interface Way {
  vip: Family;
  by: Family;
}

interface RealServerNeeds {
  sysctls?: Record<string, string>;
  tunnels?: TunnelEnd[];
}

/** The end of a tunnel. Its device is added by the first of its modules. */
export interface TunnelEnd {
  /** The family of the packets inside. */
  carries: Family;
  /** The family of the outer packets. */
  by: Family;
  /** The outer packets, in the words of sections/openings.sh: `ipip`, `gre`, `6080/udp`. */
  outer: string;
  modules: string[];
  device: string;
  /** Whether the device carries IPv4 only after it has been set so. (It then carries both families: two owners may need one each.) */
  carriesAll: boolean;
  /** The UDP port at which packets arrive, and the family of these outer packets. */
  listener?: { port: number; family: Family };
}

/** Bytes of a packet's IP header. */
const ipHeader: Record<Family, number> = { IPv4: 20, IPv6: 40 };

// A director that does not see replies sees only the client's side of a connection's end. With the kernel's default, 1, it takes a new
// connection from a port that was used in the last two minutes for the old one: without the scheduler, it goes to the same real server,
// even if that has been removed meanwhile. With 2 it is scheduled like any other. (With NAT, 2 has the same effect as 1.) Not even
// ip_forward is needed (measured). Documentation/networking/ipvs-sysctl.rst.
const reuse = { "net.ipv4.vs.conn_reuse_mode": "2" };

/**
 * A real server that has a VIP must never answer ARP for it. The kernel uses the larger value of `all` and the receiving interface; the
 * value of `lo` does not matter. So both settings are set for `all` and for the interface. Documentation/networking/ip-sysctl.rst. (An IPv6
 * address on `lo` is not announced on any interface, whatever the settings: measured.)
 */
const silent = (device: string, ways: readonly Way[]): Record<string, string> =>
  Object.fromEntries(
    (ways.some(({ vip }) => vip === "IPv4") ? ["all", device] : []).flatMap((each) => [
      [`net.ipv4.conf.${each}.arp_ignore`, "1"],
      [`net.ipv4.conf.${each}.arp_announce`, "2"],
    ]),
  );

/**
 * A tunnel's end, by the families of its inner and outer packets. (ip6tnl0 carries only IPv6 at first; ip-link(8), ip6tnl, mode.) The
 * kernel treats the packet inside a GUE datagram as one of IP in IP (fou_core.c, gue_udp_recv).
 */
function endOf({ vip, by }: Way, tunnel: Tunnel): TunnelEnd {
  const outer =
    tunnel.type === TunnelType.Gue
      ? `${tunnel.port}/udp`
      : tunnel.type === TunnelType.Gre
        ? "gre"
        : vip === "IPv4"
          ? "ipip"
          : "ip6ip";
  const end = (module: string, device: string, carriesAll = false): TunnelEnd => ({
    carries: vip,
    by,
    outer,
    modules: [module],
    device,
    carriesAll,
  });
  if (tunnel.type === TunnelType.Gre)
    return by === "IPv4" ? end("ip_gre", "gre0") : end("ip6_gre", "ip6gre0");
  const inIp =
    by === "IPv6"
      ? end("ip6_tunnel", "ip6tnl0", true)
      : vip === "IPv4"
        ? end("ipip", "tunl0")
        : end("sit", "sit0");
  return tunnel.type === TunnelType.IpInIp
    ? inIp
    : { ...inIp, modules: [...inIp.modules, "fou"], listener: { port: tunnel.port, family: by } };
}

const forwardingMethods: Record<ForwardingMethod, ForwardingRow> = {
  /** The director sends the packet as it came, with another MAC. */
  dr: {
    name: "direct routing",
    flag: "-g",
    keepalived: "DR",
    portMayDiffer: false,
    answersItself: true,
    mayMixFamilies: false,
    directorSysctls: () => reuse,
    realServer: (device, ways) => ({ sysctls: silent(device, ways) }),
  },
  /** The director replaces the VIP and port of the packet by those of the real server, and restores them in the reply. */
  nat: {
    name: "NAT",
    flag: "-m",
    keepalived: "NAT",
    portMayDiffer: true,
    answersItself: false,
    mayMixFamilies: false,
    // A reply is addressed to the client, so the kernel accepts it only on an interface that forwards. ip_forward is not used, because it
    // also resets every interface of the host. (send_redirects: if client and real server are behind the same interface, the kernel would
    // tell the real server of a shorter way, past the director. The value of `all` counts as well as the interface's.)
    // (Before Linux 6.17, IPv6 only has a parameter for all interfaces: ip6_output.c, ip6_forward. Its other effects, and how they are
    // undone: sections/sysctl.sh.)
    directorSysctls: (inner, families) => ({
      ...reuse,
      ...(families.includes("IPv4")
        ? {
            "net.ipv4.conf.all.send_redirects": "0",
            [`net.ipv4.conf.${inner}.forwarding`]: "1",
            [`net.ipv4.conf.${inner}.send_redirects`]: "0",
          }
        : {}),
      ...(families.includes("IPv6") ? { "net.ipv6.conf.all.forwarding": "1" } : {}),
    }),
    realServer: () => ({}),
  },
  /** The director sends the packet inside another one. RFC 2003. */
  tun: {
    name: "tunneling",
    flag: "-i",
    keepalived: "TUN",
    portMayDiffer: false,
    answersItself: true,
    mayMixFamilies: true,
    directorSysctls: () => reuse,
    // A packet out of the tunnel comes from a client, and the way to that client is another interface: the strict check (1) would drop it.
    // The kernel uses the larger value of `all` and the device, so 2 is right whatever the value of `all` is (measured). IPv6 has no such
    // check. (A tunnel's device exists when its module is loaded.)
    realServer: (device, ways, tunnels) => {
      const ends = tunnels.flatMap((tunnel) => ways.map((way) => endOf(way, tunnel)));
      const filtered = ends.filter(({ carries }) => carries === "IPv4");
      return {
        sysctls: {
          ...silent(device, ways),
          ...Object.fromEntries(filtered.map((end) => [`net.ipv4.conf.${end.device}.rp_filter`, "2"])),
        },
        tunnels: ends,
      };
    },
    outerHeader: ipHeader,
  },
};

export const defaultForwarding: ForwardingMethod = ForwardingMethod.DirectRouting;

export const forwardingMethod = oneOf("a method of forwarding", Object.values(ForwardingMethod));

export function forwardingRow(method: ForwardingMethod): ForwardingRow {
  return forwardingMethods[method];
}

/** Every kernel parameter that some method sets on a real server, but for those of the interface that its directors reach it by. */
export function realServerSettings(): string[] {
  const ways = families.flatMap((vip) => families.map((by) => ({ vip, by })));
  const tunnels = Object.values(TunnelType).map((type) => completeTunnel({ type }));
  const needs = Object.values(forwardingMethods).map((row) => row.realServer("all", ways, tunnels));
  return [...new Set(needs.flatMap(({ sysctls = {} }) => Object.keys(sysctls)))];
}

/** The way by which packets for a VIP of this family reach a real server. */
export function wayTo(host: Addressed, vip: Family): Way {
  return { vip, by: familyOf(addressFor(host, vip)) };
}

/** The ways for several VIPs, each once. */
export function waysTo(host: Addressed, vips: readonly string[]): Way[] {
  return [...new Set(vips.map(familyOf))].map((vip) => wayTo(host, vip));
}

/** In words, for a preview that shows a change: the tunnels' devices and smaller segments that VIPs need if packets arrive by a tunnel. */
export function tunnelsInWords(
  methods: readonly ForwardingMethod[],
  ways: readonly Way[],
  tunnels: readonly Tunnel[],
): string[] {
  return methods
    .filter((method) => forwardingMethods[method].outerHeader)
    .flatMap((method) =>
      tunnels.flatMap((tunnel) => {
        const by = [`by ${method}`, ...tunnelInWords(tunnel)].join(", ");
        return [
          by,
          ...ways.filter((way) => way.vip !== way.by).map((way) => `${by}, ${way.vip} in ${way.by}`),
        ];
      }),
    );
}

/**
 * The largest TCP segment of a client that still reaches a real server, if the way to it carries packets of 1500 bytes. A client sends
 * segments of the size that the real server announces, and does not know of the outer header. Undefined if there is no outer header. (20
 * bytes are TCP's own header.)
 */
export function largestSegment(
  methods: readonly ForwardingMethod[],
  { vip, by }: Way,
  tunnels: readonly Tunnel[],
): number | undefined {
  const outer = Math.max(...methods.map((each) => forwardingMethods[each].outerHeader?.[by] ?? 0));
  return outer <= 0 ? undefined : 1500 - outer - Math.max(...tunnels.map(wrapping)) - ipHeader[vip] - 20;
}

/** The method of a real server of this service, or `later` if it is not known. */
function methodOf(service: Record<string, unknown>, destination: unknown): unknown {
  if (!isRecord(destination)) return later;
  return destination["forwarding"] ?? service["forwarding"] ?? defaultForwarding;
}

/** The methods of a service for its real servers, in their order. Methods that are not known are `later`. */
export function methodsOf(service: unknown): unknown[] {
  return isRecord(service) ? elements(service["realServers"]).map((each) => methodOf(service, each)) : [];
}

/** The row of a real server's method, if the method is known. */
function rowOf(
  service: Record<string, unknown>,
  destination: Record<string, unknown>,
): ForwardingRow | undefined {
  const method = methodOf(service, destination);
  return typeof method === "string"
    ? (forwardingMethods as Record<string, ForwardingRow>)[method]
    : undefined;
}

/** Tunnels of a service, or of its real servers, that no real server uses because its method is another one. */
export function tunnelProblems(service: Record<string, unknown>, path: string): Problem[] {
  const { realServers } = service;
  const servers = realServers === later ? [later] : elements(realServers);
  // (A service without real servers may get some later.)
  const methods = (servers.length === 0 ? [{}] : servers).map((each) => methodOf(service, each));
  return [
    ...uselessTunnel(service["tunnel"], methods, join(path, "tunnel")),
    ...servers.flatMap((each, index) =>
      isRecord(each)
        ? uselessTunnel(each["tunnel"], [methods[index]], `${join(path, "realServers")}[${index}].tunnel`)
        : [],
    ),
  ];
}

/** A tunnel that none of these methods uses. */
export function uselessTunnel(tunnel: unknown, methods: readonly unknown[], path: string): Problem[] {
  const others = new Set(methods);
  if (tunnel === undefined || others.has(later) || others.has(ForwardingMethod.Tunnel)) return [];
  // (A value that is no method has an error of its own.)
  if (![...others].every((each) => typeof each === "string" && each in forwardingMethods)) return [];
  const found = [...others].map(show).join(" and ");
  return [
    {
      path,
      reason: `${show(tunnel)} is for forwarding "tun", and the forwarding here is ${found}: leave it out, or give forwarding "tun"`,
    },
  ];
}

/**
 * A port that the method cannot set for a real server, or a sorry server, of this service. (ipvsadm would change it to the service's port
 * without a message.)
 */
export function portProblems(
  service: Record<string, unknown>,
  destination: Record<string, unknown>,
  path: string,
): Problem[] {
  const { port: own } = service;
  const { port } = destination;
  if (port !== undefined && isMarked(service))
    return [
      {
        path: join(path, "port"),
        reason:
          "is for a service of one port: one of several ports leaves the port as the client has chosen it, so leave this out",
      },
    ];
  const method = rowOf(service, destination);
  if (method === undefined || method.portMayDiffer) return [];
  if (typeof port !== "number" || typeof own !== "number" || port === own) return [];
  return [
    {
      path: join(path, "port"),
      reason: `${port} differs from the service's port ${own}: ${method.name} cannot change the port; only forwarding "nat" can`,
    },
  ];
}

/**
 * A real server, or sorry server, without an address of the family of one of these VIPs, though its method needs one. (A host's `address6`
 * counts as well.)
 */
export function familyProblems(
  service: Record<string, unknown>,
  destination: Record<string, unknown>,
  vips: readonly unknown[],
  path: string,
): Problem[] {
  const { address, address6 } = destination;
  const method = rowOf(service, destination);
  if (method === undefined || !isAddress(address) || address6 === later) return [];
  const host = { address, address6: isAddress(address6) ? address6 : undefined };
  const vip = vips.filter(isAddress).find((each) => inFamily(host, familyOf(each)) === undefined);
  if (vip === undefined || method.mayMixFamilies) return [];
  return [
    {
      path: join(path, "address"),
      reason: `${show(address)} is an ${familyOf(address)} address, and the VIP ${show(vip)} needs an ${familyOf(vip)} address: ${method.name} cannot change the family; only forwarding "tun" can`,
    },
  ];
}

const methodList = list(forwardingMethod, 1, "methods of forwarding");

/** Methods of forwarding, each once. */
export const forwardingMethodList: Shape = (given, path) => [
  ...methodList(given, path),
  ...twice(elements(given).map((name, index) => ({ name, path: `${path}[${index}]` }))),
];
