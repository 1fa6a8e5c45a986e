// A virtual service that keepalived offers.
import type * as pulumi from "@pulumi/pulumi";
import type { HealthCheckArgs } from "./healthCheck";
import type { DestinationArgs, ServiceSettingsArgs } from "./service";

/** A real server of a service that keepalived keeps. */
export interface PairDestinationArgs extends DestinationArgs {
  /**
   * The settings in which its check differs from the service's: each time overrides the service's time; if any kind of check is given, these
   * kinds replace all kinds of the service. Default: none.
   */
  healthCheck?: pulumi.Input<HealthCheckArgs>;
  /** Set its weight to 0 when it fails, instead of removing it from the table. Default: as the service says. */
  inhibitOnFailure?: pulumi.Input<boolean>;
  /** Count it as failing until its first check has passed. Default: as the service says. */
  alpha?: pulumi.Input<boolean>;
  /** Shell text to run as root on a director that finds the server healthy again. Default: none. */
  notifyUp?: pulumi.Input<string>;
  /** Shell text to run as root on a director that finds the server failing. Default: none. */
  notifyDown?: pulumi.Input<string>;
  /** Further lines for the real_server block, in keepalived's own syntax. Default: none. */
  verbatim?: pulumi.Input<string>;
}

/** A server for clients while too few real servers are healthy. */
export interface SorryServerArgs {
  /** Its address. None of the real servers'. It is of the VIP's family; only with `tun` it may be of the other one. */
  address: pulumi.Input<string>;
  /** Its IPv6 address, if `address` is an IPv4 address and there are VIPs of both families. Default: none. */
  address6?: pulumi.Input<string>;
  /** Its port. Only NAT can change the port, and only of a service of one port; with `dr` and `tun` it must be the service's. Default: the service's. */
  port?: pulumi.Input<number>;
  /** Keep it in the table with weight 0 while it is not needed. Default: false. */
  inhibit?: pulumi.Input<boolean>;
}

/** What keepalived does for a virtual service in addition to the kernel's table. keepalived.conf(5), virtual_server. */
export interface PairServiceSettingsArgs {
  /**
   * How a real server is checked. Default: a TCP connection every 5 seconds; none for udp, for sctp, for port 0 and for several ports,
   * where a check has to name its port (`healthCheck.tcp.port`).
   */
  healthCheck?: pulumi.Input<HealthCheckArgs>;
  /** The least sum of weights of healthy real servers for the service to count as up. Default: 1. */
  quorum?: pulumi.Input<number>;
  /** How far the sum must rise above the quorum, or fall below it, before the service changes between up and down. Default: 0. */
  hysteresis?: pulumi.Input<number>;
  /** Shell text to run as root on a director that finds the quorum reached. Default: none. */
  quorumUp?: pulumi.Input<string>;
  /** Shell text to run as root on a director that finds the quorum lost. Default: none. */
  quorumDown?: pulumi.Input<string>;
  /** A server for clients while the quorum is lost. Default: they are refused. */
  sorryServer?: pulumi.Input<SorryServerArgs>;
  /**
   * Set the weight of a failing real server to 0 instead of removing it from the table, so that its open connections stay with it. Default:
   * false.
   */
  inhibitOnFailure?: pulumi.Input<boolean>;
  /**
   * Count real servers as failing until their first check has passed. Default: false. With true, a restarted director
   * refuses clients until then.
   */
  alpha?: pulumi.Input<boolean>;
  /**
   * Run `quorumDown` and `notifyDown` when keepalived stops as well. keepalived then removes its own rules when it stops,
   * which may reset open connections of every service on this director. Takes effect at keepalived's next start.
   * Default: false.
   */
  omega?: pulumi.Input<boolean>;
  /** Further lines for the virtual_server block, in keepalived's own syntax. Default: none. */
  verbatim?: pulumi.Input<string>;
}

/** A virtual service that keepalived keeps: what clients connect to, and the real servers behind it. */
export interface PairServiceArgs extends ServiceSettingsArgs, PairServiceSettingsArgs {
  /** The virtual address that clients connect to, IPv4 or IPv6, one of the pair's. Default: each VIP of the pair. */
  vip?: pulumi.Input<string>;
  /** The real servers. On a KeepalivedPair at least one; elsewhere the list may be empty: then clients are refused. */
  realServers: pulumi.Input<pulumi.Input<PairDestinationArgs>[]>;
}
