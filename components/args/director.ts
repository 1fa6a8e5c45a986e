// The arguments of a Director.
import type * as pulumi from "@pulumi/pulumi";
import type { HostArgs } from "./host";
import type { GatewayArgs } from "./nat";
import type { DirectorRunArgs } from "./run";
import type { ServiceArgs } from "./service";

/** The arguments of a Director. */
export interface DirectorArgs extends DirectorRunArgs, GatewayArgs {
  /** The host. */
  host: HostArgs;
  /** Its virtual services. More can be added by VirtualService. Default: none. */
  services?: pulumi.Input<pulumi.Input<ServiceArgs>[]>;
  /**
   * Kernel parameters to set, as text: `{ "net.ipv4.vs.expire_nodest_conn": "1" }`. Default: `net.ipv4.vs.conn_reuse_mode` 2, so that a
   * client that uses a port again is balanced again. ipvs-sysctl.rst.
   * For NAT, also `forwarding` 1 and `send_redirects` 0 of `net.ipv4.conf.IF`, the interface to the real servers, and
   * `net.ipv4.conf.all.send_redirects` 0; with a VIP of IPv6, `net.ipv6.conf.all.forwarding` 1.
   * For a service with `persistence`, also `net.ipv4.vs.expire_quiescent_template` 1.
   */
  sysctls?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
