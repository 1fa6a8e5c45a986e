// What NAT needs beside the rules: the return route by which replies of real servers reach a director.
import type * as pulumi from "@pulumi/pulumi";
import type { Protocol } from "./enums";
import type { PortRangeArgs } from "./service";

/** The addresses of directors to which real servers of NAT services reply. */
export interface GatewayArgs {
  /**
   * For NAT: the address to which the real servers send their replies, in their network. On a single director it is an address that the
   * host has, or the package adds it like a VIP. With two or more directors it is an address of no host, which moves with the VIPs. Default
   * with one director: the host's own address. Required with two or more, if a service with a VIP of IPv4 uses NAT.
   */
  gateway?: pulumi.Input<string>;
  /** The same for VIPs of IPv6. */
  gateway6?: pulumi.Input<string>;
}

/** A range of ports of a real server. */
export interface ReturnPortRangeArgs extends PortRangeArgs {
  /** `tcp`, `udp` or `sctp`. Default: tcp. */
  protocol?: pulumi.Input<Protocol>;
}

/** The ports of a real server whose replies go to the director. At least one of `tcpPorts`, `udpPorts`, `sctpPorts` and `portRanges` has a port. */
export interface ReturnRouteArgs {
  /** The director's address in the real server's network, for VIPs of IPv4. Required, unless there is `gateway6`. */
  gateway?: pulumi.Input<string>;
  /** The director's IPv6 address there, for VIPs of IPv6. Default: none. */
  gateway6?: pulumi.Input<string>;
  /** The TCP ports that NAT services use on this host, each from 1 to 65535. Default: none. */
  tcpPorts?: pulumi.Input<pulumi.Input<number>[]>;
  /** The UDP ports that NAT services use on this host, each from 1 to 65535. Default: none. */
  udpPorts?: pulumi.Input<pulumi.Input<number>[]>;
  /** The SCTP ports that NAT services use on this host, each from 1 to 65535. Default: none. */
  sctpPorts?: pulumi.Input<pulumi.Input<number>[]>;
  /** Ranges of ports that NAT services use on this host: `[{ first: 8000, last: 8100 }]`. Default: none. */
  portRanges?: pulumi.Input<pulumi.Input<ReturnPortRangeArgs>[]>;
  /**
   * Whether clients may be in the real server's own network as well. Replies to neighbours are then sent to the director, too. A host in
   * that network that connects to such a port without the VIP receives the reply by way of the director. Default: false.
   */
  localClients?: pulumi.Input<boolean>;
}
