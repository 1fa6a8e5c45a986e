// How a director hands a client's packets to a real server: what each method is called, what it can do, and what it needs on both sides.
import { ForwardingMethod } from "../args/enums";
import { type Family, familyOf, isAddress } from "./address";
import { isMarked } from "./ports";
import { join, later, oneOf, type Problem, type Shape, show } from "./shape";

/** One of the kernel's methods of forwarding. ipvsadm(8), packet-forwarding-method. */
interface ForwardingRow {
  /** The name of the method in sentences. */
  name: string;
  /** ipvsadm's flag of a real server. */
  flag: string;
  /** The name that keepalived has for it. keepalived.conf(5), lvs_method. */
  keepalived: string;
  /** Whether a real server's port may differ from the service's. */
  portMayDiffer: boolean;
  /** Whether a real server has the VIPs, and answers the client itself. */
  answersItself: boolean;
  /** Whether a real server's address may be of another family than the VIP. (ip_vs_ctl.c allows it for tunnels alone.) */
  mayMixFamilies: boolean;
  /**
   * Kernel parameters that a director needs, unless its user says otherwise, for VIPs of these families; `inner` are the interfaces to the real servers
   * of IPv4, as a parameter's name has them.
   */
  directorSysctls: (inner: string[], families: readonly Family[]) => Record<string, string>;
  /** What a real server needs, whose interface is called so in a parameter's name. */
  realServer: (device: string, ways: readonly Way[]) => RealServerNeeds;
  /** Bytes of the header that a packet travels behind, to a real server with an address of this family. */
  outerHeader?: Record<Family, number>;
}

/** The family of a VIP, and that of the address by which the director reaches the real server for it. */
export interface Way {
  vip: Family;
  by: Family;
}

interface RealServerNeeds {
  sysctls?: Record<string, string>;
  tunnels?: Tunnel[];
}

/** The end of a tunnel, whose device comes with its module. */
export interface Tunnel {
  /** The family of the packets inside. */
  carries: Family;
  module: string;
  device: string;
  /** Whether the device carries IPv4 only if it is told to. */
  told: boolean;
}

/** Bytes of a packet's header. */
const ipHeader: Record<Family, number> = { IPv4: 20, IPv6: 40 };

// A director that does not see the replies sees of a connection's end only what the client says. With the kernel's own 1 it takes a new connection
// from a port that was used in the last two minutes for the old one: past the scheduler, to the same real server, even if that is gone
// meanwhile. With 2 it is balanced like any other. (With NAT, 2 does what 1 does.) Not even ip_forward is needed (measured).
// Documentation/networking/ipvs-sysctl.rst.
const reuse = { "net.ipv4.vs.conn_reuse_mode": "2" };

/**
 * A real server that carries the VIP must never say so. The kernel takes the larger value of `all` and the receiving interface, and
 * `lo`'s plays no part: both settings go to `all` and to the interface. Documentation/networking/ip-sysctl.rst. (Of an IPv6 address on `lo` no
 * interface tells its neighbours, whatever the settings: measured.)
 */
const silent = (device: string, ways: readonly Way[]): Record<string, string> =>
  Object.fromEntries(
    (ways.some(({ vip }) => vip === "IPv4") ? ["all", device] : []).flatMap((each) => [
      [`net.ipv4.conf.${each}.arp_ignore`, "1"],
      [`net.ipv4.conf.${each}.arp_announce`, "2"],
    ]),
  );

/** A tunnel's end, by the families inside and outside of it. (ip6tnl0 takes IPv6 alone when it comes; ip-link(8), ip6tnl, mode.) */
function tunnelOf({ vip, by }: Way): Tunnel {
  if (by === "IPv6") return { carries: vip, module: "ip6_tunnel", device: "ip6tnl0", told: vip === "IPv4" };
  return vip === "IPv4"
    ? { carries: vip, module: "ipip", device: "tunl0", told: false }
    : { carries: vip, module: "sit", device: "sit0", told: false };
}

const forwardingMethods: Record<ForwardingMethod, ForwardingRow> = {
  /** The packet goes out as it came in, with another MAC. */
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
  /** The packet gets the real server's address and port, and the reply the VIP's again. */
  nat: {
    name: "NAT",
    flag: "-m",
    keepalived: "NAT",
    portMayDiffer: true,
    answersItself: false,
    mayMixFamilies: false,
    // A reply is no packet for the director itself, so it is let in only where the interface that it comes in by forwards. Not by ip_forward, which
    // sets every interface of the host anew. (Where client and real server are behind the same interface, the kernel would tell the real server
    // of a shorter way, past the director; the value of `all` counts as well as the interface's.)
    // (Of IPv6 there is only the one for all, until Linux 6.17: ip6_output.c, ip6_forward. What it does besides, and undoes: sections/sysctl.sh.)
    directorSysctls: (inner, families) => ({
      ...reuse,
      ...(families.includes("IPv4")
        ? {
            "net.ipv4.conf.all.send_redirects": "0",
            ...Object.fromEntries(
              inner.flatMap((device) => [
                [`net.ipv4.conf.${device}.forwarding`, "1"],
                [`net.ipv4.conf.${device}.send_redirects`, "0"],
              ]),
            ),
          }
        : {}),
      ...(families.includes("IPv6") ? { "net.ipv6.conf.all.forwarding": "1" } : {}),
    }),
    realServer: () => ({}),
  },
  /** The packet travels inside another one. RFC 2003. */
  tun: {
    name: "tunneling",
    flag: "-i",
    keepalived: "TUN",
    portMayDiffer: false,
    answersItself: true,
    mayMixFamilies: true,
    directorSysctls: () => reuse,
    // What comes out of the tunnel is a client's packet, and the way to that client is another interface: the strict check (1) would drop it. The
    // larger value of `all` and the device counts; 2 is right whatever `all` says (measured). IPv6 has no such check. (A tunnel's device is there when
    // its module is.)
    realServer: (device, ways) => {
      const ends = ways.map(tunnelOf);
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

/** An object that has an address, and perhaps one of IPv6 beside it. */
interface Addressed {
  address: string;
  address6?: string | undefined;
}

/** A host's address of this family, if it has one. */
export function inFamily({ address, address6 }: Addressed, family: Family): string | undefined {
  if (familyOf(address) === family) return address;
  return family === "IPv6" ? address6 : undefined;
}

/** The address by which directors reach a real server for a VIP of this family: one of the same family, or else the other one (which only a tunnel can use). */
export function addressFor(host: Addressed, family: Family): string {
  return inFamily(host, family) ?? host.address;
}

/** The way by which a VIP of this family comes to a real server. */
export function wayTo(host: Addressed, vip: Family): Way {
  return { vip, by: familyOf(addressFor(host, vip)) };
}

/** Those of several VIPs, each once. */
export function waysTo(host: Addressed, vips: readonly string[]): Way[] {
  return [...new Set(vips.map(familyOf))].map((vip) => wayTo(host, vip));
}

/** What VIPs stand on where packets come by a tunnel (its device, and what makes segments smaller), as a preview shows that it changes. */
export function tunnelsInWords(methods: readonly ForwardingMethod[], ways: readonly Way[]): string[] {
  return methods
    .filter((method) => forwardingMethods[method].outerHeader)
    .flatMap((method) => [
      `by ${method}`,
      ...ways.filter(({ vip, by }) => vip !== by).map(({ vip, by }) => `by ${method}, ${vip} in ${by}`),
    ]);
}

/**
 * The largest TCP segment of a client that still comes through on its way to a real server, where that way takes packets of 1500 bytes: a client sends what
 * the real server says that it takes, and does not know of the header before it. Undefined where there is none. (20 bytes are TCP's own header.)
 */
export function largestSegment(methods: readonly ForwardingMethod[], { vip, by }: Way): number | undefined {
  const outer = Math.max(...methods.map((each) => forwardingMethods[each].outerHeader?.[by] ?? 0));
  return outer <= 0 ? undefined : 1500 - outer - ipHeader[vip] - 20;
}

/** The method of a real server of this service, if it is known. */
function methodOf(
  service: Record<string, unknown>,
  destination: Record<string, unknown>,
): ForwardingRow | undefined {
  const own = destination["forwarding"] ?? service["forwarding"] ?? defaultForwarding;
  return own === later || typeof own !== "string"
    ? undefined
    : (forwardingMethods as Record<string, ForwardingRow>)[own];
}

/** A port that the method cannot give a real server, or a sorry server, of this service. (ipvsadm would rewrite it to the service's without a word.) */
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
  const method = methodOf(service, destination);
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
 * A real server, or sorry server, that has no address of the family of one of these VIPs, though its method needs one. (`address6` may stand beside the
 * address of a host.)
 */
export function familyProblems(
  service: Record<string, unknown>,
  destination: Record<string, unknown>,
  vips: readonly unknown[],
  path: string,
): Problem[] {
  const { address, address6 } = destination;
  const method = methodOf(service, destination);
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

export const forwardingMethodList: Shape = (given, path) => {
  if (given === later || given === undefined) return [];
  if (!Array.isArray(given) || given.length === 0)
    return [{ path, reason: "is not a list of methods of forwarding: give at least one of them" }];
  return given.flatMap((each, index) => forwardingMethod(each, `${path}[${index}]`));
};
