// How a director hands a client's packets to a real server: what each method is called, what it can do, and what it needs on both sides.
import { ForwardingMethod } from "../args/enums";
import { isMarked } from "./ports";
import { join, later, oneOf, type Problem, type Shape } from "./shape";

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
  /** Kernel parameters that a director needs, unless its user says otherwise; `inner` are the interfaces to the real servers, as a parameter's name has them. */
  directorSysctls: (inner: string[]) => Record<string, string>;
  /** Kernel parameters that a real server needs, whose interface is called so in a parameter's name. */
  realServerSysctls: (device: string) => Record<string, string>;
  /** Modules that a real server needs. */
  realServerModules: string[];
  /** Devices that are up on a real server. */
  realServerLinks: string[];
  /** Bytes of the header that a packet travels behind, to a real server with an address of IPv4 and of IPv6. */
  outerHeader?: { 4: number; 6: number };
}

// A director that does not see the replies sees of a connection's end only what the client says. With the kernel's own 1 it takes a new connection
// from a port that was used in the last two minutes for the old one: past the scheduler, to the same real server, even if that is gone
// meanwhile. With 2 it is balanced like any other. (With NAT, 2 does what 1 does.) Not even ip_forward is needed (measured).
// Documentation/networking/ipvs-sysctl.rst.
const reuse = { "net.ipv4.vs.conn_reuse_mode": "2" };

/**
 * A real server that carries the VIP must never say so. The kernel takes the larger value of `all` and the receiving interface, and
 * `lo`'s plays no part: both settings go to `all` and to the interface. Documentation/networking/ip-sysctl.rst.
 */
const silent = (device: string) =>
  Object.fromEntries(
    ["all", device].flatMap((each) => [
      [`net.ipv4.conf.${each}.arp_ignore`, "1"],
      [`net.ipv4.conf.${each}.arp_announce`, "2"],
    ]),
  );

const forwardingMethods: Record<ForwardingMethod, ForwardingRow> = {
  /** The packet goes out as it came in, with another MAC. */
  dr: {
    name: "direct routing",
    flag: "-g",
    keepalived: "DR",
    portMayDiffer: false,
    answersItself: true,
    directorSysctls: () => reuse,
    realServerSysctls: silent,
    realServerModules: [],
    realServerLinks: [],
  },
  /** The packet gets the real server's address and port, and the reply the VIP's again. */
  nat: {
    name: "NAT",
    flag: "-m",
    keepalived: "NAT",
    portMayDiffer: true,
    answersItself: false,
    // A reply is no packet for the director itself, so it is let in only where the interface that it comes in by forwards. Not by ip_forward, which
    // sets every interface of the host anew. (Where client and real server are behind the same interface, the kernel would tell the real server
    // of a shorter way, past the director; the value of `all` counts as well as the interface's.)
    directorSysctls: (inner) => ({
      ...reuse,
      "net.ipv4.conf.all.send_redirects": "0",
      ...Object.fromEntries(
        inner.flatMap((device) => [
          [`net.ipv4.conf.${device}.forwarding`, "1"],
          [`net.ipv4.conf.${device}.send_redirects`, "0"],
        ]),
      ),
    }),
    realServerSysctls: () => ({}),
    realServerModules: [],
    realServerLinks: [],
  },
  /** The packet travels inside another one. RFC 2003. */
  tun: {
    name: "tunneling",
    flag: "-i",
    keepalived: "TUN",
    portMayDiffer: false,
    answersItself: true,
    directorSysctls: () => reuse,
    // What comes out of the tunnel is a client's packet, and the way to that client is another interface: the strict check (1) would drop it. The
    // larger value of `all` and the device counts; 2 is right whatever `all` says (measured). (tunl0 is there when its module is.)
    realServerSysctls: (device) => ({ ...silent(device), "net.ipv4.conf.tunl0.rp_filter": "2" }),
    realServerModules: ["ipip"],
    realServerLinks: ["tunl0"],
    outerHeader: { 4: 20, 6: 40 },
  },
};

export const defaultForwarding: ForwardingMethod = ForwardingMethod.DirectRouting;

export const forwardingMethod = oneOf("a method of forwarding", Object.values(ForwardingMethod));

export function forwardingRow(method: ForwardingMethod): ForwardingRow {
  return forwardingMethods[method];
}

/**
 * The largest TCP segment of a client that still comes through on its way to a real server, where that way takes packets of 1500 bytes: a client sends what
 * the real server says that it takes, and does not know of the header before it. Undefined where there is none. (20 bytes are TCP's own header.)
 */
export function largestSegment(
  methods: readonly ForwardingMethod[],
  realServer: string,
  vip: string,
): number | undefined {
  const family = (address: string) => (address.includes(":") ? 6 : 4);
  const outer = Math.max(
    ...methods.map((each) => forwardingMethods[each].outerHeader?.[family(realServer)] ?? 0),
  );
  return outer <= 0 ? undefined : 1500 - outer - { 4: 20, 6: 40 }[family(vip)] - 20;
}

/** What directors, or real servers, need for several methods together. */
export function together<Key extends string>(
  methods: readonly ForwardingMethod[],
  part: (row: ForwardingRow) => Record<Key, string>,
): Record<string, string> {
  return Object.assign({}, ...methods.map((method) => part(forwardingMethods[method]))) as Record<
    string,
    string
  >;
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

export const forwardingMethodList: Shape = (given, path) => {
  if (given === later || given === undefined) return [];
  if (!Array.isArray(given) || given.length === 0)
    return [{ path, reason: "is not a list of methods of forwarding: give at least one of them" }];
  return given.flatMap((each, index) => forwardingMethod(each, `${path}[${index}]`));
};
