// The arguments of a Cluster.
import type * as pulumi from "@pulumi/pulumi";
import type { ForwardingMethod } from "./enums";
import type { HostArgs } from "./host";
import type { KeepalivedArgs, PairDirectorArgs } from "./keepalived";
import type { PairServiceSettingsArgs } from "./pairService";
import type { GatewayArgs } from "./nat";
import type { UnreachableArgs } from "./realServer";
import type { DirectorRunArgs } from "./run";
import type { DestinationShareArgs, ServiceSettingsArgs } from "./service";
import type { TunnelArgs } from "./tunnel";
import type { WebServerArgs } from "./webServer";

/**
 * A virtual service of a Cluster. It has the VIPs and the real servers of the Cluster. `healthCheck`, `quorum`, `hysteresis`, `quorumUp`,
 * `quorumDown`, `sorryServer`, `inhibitOnFailure`, `alpha`, `omega` and `verbatim` are for keepalived: with one director they have no
 * effect, and a preview warns of them.
 */
export interface ClusterServiceArgs extends ServiceSettingsArgs, PairServiceSettingsArgs {
  /** The port of the real servers, from 1 to 65535; 0 goes only with a service of port 0. Only NAT can change the port, and only of a service of one port. Default: the service's. */
  realServerPort?: pulumi.Input<number>;
}

/** A real server's host in a Cluster. */
export interface ClusterRealServerArgs extends HostArgs, DestinationShareArgs, UnreachableArgs {}

/** The arguments of a Cluster. */
export interface ClusterArgs extends DirectorRunArgs, GatewayArgs {
  /** How packets are handed to the real servers, if a service or a real server has no method of its own. Default: dr. */
  forwarding?: pulumi.Input<ForwardingMethod>;
  /**
   * The tunnel to real servers that are reached by `tun`, if a service or a real server has no tunnel of its own. Default:
   * { type: "ipip" }, IP in IP.
   */
  tunnel?: pulumi.Input<TunnelArgs>;
  /**
   * For NAT: whether the real servers get a return route to the director for their replies (see `returnRoute` of a RealServer). With false
   * you route the replies yourself. Default: true.
   */
  returnRoutes?: pulumi.Input<boolean>;
  /** For NAT: whether clients may be in the real servers' own network as well (see `returnRoute` of a RealServer). Default: false. */
  localClients?: pulumi.Input<boolean>;
  /** The virtual addresses, at least one, each with every service. No host's own address. */
  vips: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * The directors, at least one. A single director always has the VIPs. Two or more run keepalived, which elects the one
   * that has them. A step from one director to two, or back, breaks no connection if the director that stays is the first
   * of the list. The list, and the names of the hosts, are known when the program starts.
   */
  directors: PairDirectorArgs[];
  /**
   * Settings of keepalived on the directors: VRRP, what is tracked, connection sync. With one director they have no effect, and a preview
   * warns of them. The object is known when the program starts; its members may be Outputs. Default: VRRP version 3, one advert a second.
   */
  keepalived?: KeepalivedArgs;
  /** The real servers, at least one. The list, and the names of the hosts, are known when the program starts. */
  realServers: ClusterRealServerArgs[];
  /** What clients may connect to, at least one. */
  services: pulumi.Input<pulumi.Input<ClusterServiceArgs>[]>;
  /**
   * Kernel parameters to set on the directors, as text: `{ "net.ipv4.vs.expire_nodest_conn": "1" }`. Default:
   * `net.ipv4.vs.conn_reuse_mode` 2; with two or more directors and connection sync, `net.ipv4.vs.sync_threshold` "2 50" as
   * well. For NAT, also `forwarding` 1 and `send_redirects` 0 of `net.ipv4.conf.IF`, the interface to the real servers, and
   * `net.ipv4.conf.all.send_redirects` 0; with a VIP of IPv6, `net.ipv6.conf.all.forwarding` 1.
   * For a service with `persistence`, also `net.ipv4.vs.expire_quiescent_template` 1.
   */
  sysctls?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** A web server with one page on each real server. Default: none. */
  webServer?: pulumi.Input<WebServerArgs>;
}
