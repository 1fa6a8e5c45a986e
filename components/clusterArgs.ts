// The arguments of a Cluster, within what Pulumi's analyzer understands: interfaces, const-object enums, no unions.
import type * as pulumi from "@pulumi/pulumi";
import type { DirectorRunArgs, HostArgs, ServiceSettingsArgs, WebServerArgs } from "./args";
import type { PairServiceSettingsArgs } from "./checkArgs";
import type { KeepalivedArgs, PairDirectorArgs } from "./pairArgs";

/**
 * A virtual service of a Cluster, which knows by itself the VIPs and the real servers. What concerns health checks is
 * keepalived's work and can be had with two or more directors only.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- Pulumi's analyzer reads no type aliases
export interface ClusterServiceArgs extends ServiceSettingsArgs, PairServiceSettingsArgs {}

/** A real server's host in a Cluster. */
export interface ClusterRealServerArgs extends HostArgs {
  /** Its share of new connections in proportion to the others', from 0 to 2147483647. Default: 1. */
  weight?: pulumi.Input<number>;
}

/** The arguments of a Cluster. */
export interface ClusterArgs extends DirectorRunArgs {
  /** How directors hand packets to real servers. Only `dr` can be had so far, which is the default. */
  mode?: pulumi.Input<string>;
  /** The virtual address. Either this or `vips` must be given. */
  vip?: pulumi.Input<string>;
  /** The virtual addresses, each with every service. */
  vips?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * The directors, at least one. One has the VIPs by itself; of two or more, keepalived elects who has them. Open
   * connections survive the step from one to two and back, where the director that stays is the first of the list. The
   * list, and the names of the hosts, are known when the program starts.
   */
  directors: PairDirectorArgs[];
  /** How the directors elect a master; only with two or more of them. Default: VRRP version 3, one advert a second. */
  keepalived?: KeepalivedArgs;
  /** The real servers, at least one. The list, and the names of the hosts, are known when the program starts. */
  realServers: ClusterRealServerArgs[];
  /** What clients may connect to, at least one. */
  services: pulumi.Input<pulumi.Input<ClusterServiceArgs>[]>;
  /**
   * Kernel parameters to set on the directors, as text: `{ "net.ipv4.vs.expire_nodest_conn": "1" }`. Default:
   * `net.ipv4.vs.conn_reuse_mode` 2, as for a Director.
   */
  sysctls?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** A web server with one page on each real server. Default: none. */
  webServer?: pulumi.Input<WebServerArgs>;
}
