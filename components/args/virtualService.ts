// The arguments of a VirtualService.
import type * as pulumi from "@pulumi/pulumi";
import type { HostArgs } from "./host";
import type { PairRefArgs } from "./pairRef";
import type { PairServiceArgs } from "./pairService";
import type { GatewayArgs } from "./nat";
import type { DirectorRunArgs } from "./run";

/**
 * The arguments of a VirtualService: either `directors` that have VIPs by themselves, or a `pair`. Health checks (`healthCheck`, `quorum`,
 * `sorryServer` and so on) are done by keepalived, and need a `pair`.
 */
export interface VirtualServiceArgs extends PairServiceArgs, DirectorRunArgs, GatewayArgs {
  /**
   * The virtual address that clients connect to, IPv4 or IPv6. Required without `pair`. With it, one of the pair's VIPs. Default:
   * each VIP of the pair.
   */
  vip?: pulumi.Input<string>;
  /**
   * The KeepalivedPair that offers the service: the output `ref` of a KeepalivedPair, of this program or of another stack.
   * Default: none, the directors have their VIPs by themselves.
   */
  pair?: pulumi.Input<PairRefArgs>;
  /**
   * The directors that offer it. The list and the names of its hosts are known when the program starts. Required without `pair`. Default
   * with `pair`: all directors of the pair, each of which is reached by `connection`. Give the list if they differ in more than their
   * addresses, or if only some of them should offer the service.
   */
  directors?: HostArgs[];
  /**
   * Kernel parameters to set, as text: `{ "net.ipv4.vs.expire_nodest_conn": "1" }`. A host has one value of each:
   * components that set the same one must agree. Default: `net.ipv4.vs.conn_reuse_mode` 2, as for a Director; on a
   * KeepalivedPair none, since the pair sets it. For NAT, also those that a Director has for NAT.
   * For a service with `persistence`, also `net.ipv4.vs.expire_quiescent_template` 1.
   */
  sysctls?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
