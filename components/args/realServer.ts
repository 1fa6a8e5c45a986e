// The arguments of a RealServer.
import type * as pulumi from "@pulumi/pulumi";
import type { ForwardingMethod, WhenUnreachable } from "./enums";
import type { HostArgs } from "./host";
import type { ReturnRouteArgs } from "./nat";
import type { OpenPortsArgs } from "./openPorts";
import type { RunArgs } from "./run";
import type { TunnelArgs } from "./tunnel";
import type { WebServerArgs } from "./webServer";

/** What happens to a real server whose host gives no answer. */
export interface UnreachableArgs {
  /**
   * What to do when the host gives no answer: nothing listens, or nothing comes back. A wrong key or a refused login is an
   * error in any case, and so is a proxy that gives no answer. Only a host that has been set up before can be skipped. (A
   * director cannot be skipped: the other director and the real servers depend on what it does.) Default: fail.
   */
  whenUnreachable?: pulumi.Input<WhenUnreachable>;
}

/** The arguments of a RealServer. */
export interface RealServerArgs extends RunArgs, UnreachableArgs {
  /** The host. */
  host: HostArgs;
  /** The virtual addresses that it answers for. Required with `dr` and `tun`. With `nat` alone it has none. */
  vips?: pulumi.Input<pulumi.Input<string>[]>;
  /** The methods by which directors forward to it, as their services say. Default: dr. */
  forwarding?: pulumi.Input<pulumi.Input<ForwardingMethod>[]>;
  /** Only for `tun`: the tunnels by which directors reach it, as their services say. Default: [{ type: "ipip" }], IP in IP. */
  tunnels?: pulumi.Input<pulumi.Input<TunnelArgs>[]>;
  /**
   * For NAT: the return route for replies to the director. Only replies of the given ports use it, by a routing table of its own; the
   * host's own routes and its other traffic do not change. Needs Linux 4.17. Default: none, because the director is already on the host's
   * way to clients.
   */
  returnRoute?: pulumi.Input<ReturnRouteArgs>;
  /** The ports that its firewall must let through, where firewalld runs (see `firewall`). A Cluster gives them itself. Default: none. */
  openPorts?: pulumi.Input<OpenPortsArgs>;
  /** A web server with one page. Default: none. */
  webServer?: pulumi.Input<WebServerArgs>;
  /**
   * Further kernel parameters to set, as text. Those that the methods of forwarding set are refused: `net.ipv4.conf.all.arp_ignore`
   * and `net.ipv4.conf.all.arp_announce`, and `rp_filter` of `tunl0` and `ip6tnl0`. Default: none.
   */
  sysctls?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
