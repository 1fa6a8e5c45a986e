// The arguments of a VirtualService.
import type * as pulumi from "@pulumi/pulumi";
import type { HostArgs } from "./host";
import type { PairServiceArgs } from "./pairService";
import type { DirectorRunArgs } from "./run";

/**
 * The arguments of a VirtualService. What concerns health checks (`healthCheck`, `quorum`, `sorryServer` and so on) is
 * keepalived's work and can be had on a KeepalivedPair only.
 */
export interface VirtualServiceArgs extends PairServiceArgs, DirectorRunArgs {
  /**
   * The directors that offer it. The list is known when the program starts, and of each host its name or its address. In
   * TypeScript, the `host` of a Director of the same program and each of a KeepalivedPair's `directors` can be given, too.
   */
  directors: pulumi.Input<HostArgs>[];
  /**
   * Kernel parameters to set, as text: `{ "net.ipv4.vs.expire_nodest_conn": "1" }`. A host has one value of each:
   * components that set the same one must agree. Default: `net.ipv4.vs.conn_reuse_mode` 2, as for a Director; on a
   * KeepalivedPair none, since the pair sets it.
   */
  sysctls?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
