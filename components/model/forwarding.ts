// How a director hands a client's packets to a real server: what each method is called, what it can do, and what it needs on both sides.
import { join, type Problem } from "./shape";

/** One of the kernel's methods of forwarding. ipvsadm(8), packet-forwarding-method. */
interface ForwardingMethod {
  /** The name of the method in sentences. */
  name: string;
  /** ipvsadm's flag of a real server. */
  flag: string;
  /** The name that keepalived has for it. keepalived.conf(5), lvs_method. */
  keepalived: string;
  /** Whether a real server's port may differ from the service's. */
  portMayDiffer: boolean;
  /** Kernel parameters that a director needs, unless its user says otherwise. */
  directorSysctls: Record<string, string>;
  /** The device that carries the VIPs on a real server. */
  vipDevice: string;
  /** Kernel parameters that a real server needs, whose interface is called so in a parameter's name. */
  realServerSysctls: (device: string) => Record<string, string>;
}

export const forwardingMethods = {
  /** Direct routing: the packet goes out as it came in, with another MAC, and the real server answers the client itself. */
  dr: {
    name: "direct routing",
    flag: "-g",
    keepalived: "DR",
    portMayDiffer: false,
    // A director of direct routing sees of a connection's end only what the client says. With the kernel's own 1 it takes a new connection from
    // a port that was used in the last two minutes for the old one: past the scheduler, to the same real server, even if that is gone
    // meanwhile. With 2 it is balanced like any other. Not even ip_forward is needed (measured). Documentation/networking/ipvs-sysctl.rst.
    directorSysctls: { "net.ipv4.vs.conn_reuse_mode": "2" },
    // The real server carries the VIP and must never say so. The kernel takes the larger value of `all` and the receiving interface, and
    // `lo`'s plays no part: both settings go to `all` and to the interface. Documentation/networking/ip-sysctl.rst.
    vipDevice: "lo",
    realServerSysctls: (device) =>
      Object.fromEntries(
        ["all", device].flatMap((each) => [
          [`net.ipv4.conf.${each}.arp_ignore`, "1"],
          [`net.ipv4.conf.${each}.arp_announce`, "2"],
        ]),
      ),
  },
} satisfies Record<string, ForwardingMethod>;

/** The method of each service: there is no other one yet. */
export const forwarding: ForwardingMethod = forwardingMethods.dr;

/** A port that the method cannot give a real server, or a sorry server, of this service. */
export function portProblems(service: Record<string, unknown>, port: unknown, path: string): Problem[] {
  const { port: own } = service;
  if (forwarding.portMayDiffer || typeof port !== "number" || typeof own !== "number" || port === own)
    return [];
  return [
    {
      path: join(path, "port"),
      reason: `${port} differs from the service's port ${own}: ${forwarding.name} cannot change the port`,
    },
  ];
}
