// The arguments of a KeepalivedPair.
import type * as pulumi from "@pulumi/pulumi";
import type { KeepalivedArgs, PairDirectorArgs, VrrpInstanceArgs, VrrpSyncGroupArgs } from "./keepalived";
import type { PairServiceArgs } from "./pairService";
import type { GatewayArgs } from "./nat";
import type { DirectorRunArgs } from "./run";

/** The arguments of a KeepalivedPair. */
export interface KeepalivedPairArgs extends DirectorRunArgs, GatewayArgs, KeepalivedArgs {
  /** The hosts, at least two. */
  directors: PairDirectorArgs[];
  /** The virtual addresses, which move together. Either these or `instances` must be given. */
  vips?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Sets of virtual addresses. Each set moves by itself. If they have passwords, give the list and its members as plain values: an Output
   * that contains a secret is secret as a whole, and so would be the documents that a preview shows.
   */
  instances?: pulumi.Input<pulumi.Input<VrrpInstanceArgs>[]>;
  /** Instances that move together. Default: none. */
  syncGroups?: pulumi.Input<pulumi.Input<VrrpSyncGroupArgs>[]>;
  /** What the pair offers on its VIPs. More can be added by VirtualService. Default: none. */
  services?: pulumi.Input<pulumi.Input<PairServiceArgs>[]>;
  /**
   * Kernel parameters to set, as text: `{ "net.ipv4.vs.expire_nodest_conn": "1" }`. Default: `net.ipv4.vs.conn_reuse_mode` 2, so that a
   * client that uses a port again is balanced again; with connection sync, `net.ipv4.vs.sync_threshold` "2 50" as well. ipvs-sysctl.rst.
   * For NAT, also `forwarding` 1 and `send_redirects` 0 of `net.ipv4.conf.IF`, the interface to the real servers, and
   * `net.ipv4.conf.all.send_redirects` 0; with a VIP of IPv6, `net.ipv6.conf.all.forwarding` 1.
   * For a service with `persistence`, also `net.ipv4.vs.expire_quiescent_template` 1.
   */
  sysctls?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
