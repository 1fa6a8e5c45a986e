// What the firewall of a real server's host must let through.
import type * as pulumi from "@pulumi/pulumi";
import type { ReturnPortRangeArgs } from "./nat";

/** The ports of a real server that its host's firewall must let through, where firewalld runs (see `firewall`). */
export interface OpenPortsArgs {
  /** The TCP ports to which clients connect: on the VIPs, and for NAT on the host's own address. Each from 1 to 65535. Default: none. */
  tcpPorts?: pulumi.Input<pulumi.Input<number>[]>;
  /** The UDP ports to which clients connect, likewise. Default: none. */
  udpPorts?: pulumi.Input<pulumi.Input<number>[]>;
  /** The SCTP ports to which clients connect, likewise. Default: none. */
  sctpPorts?: pulumi.Input<pulumi.Input<number>[]>;
  /** Ranges of such ports: `[{ first: 8000, last: 8100 }]`. Default: none. */
  portRanges?: pulumi.Input<pulumi.Input<ReturnPortRangeArgs>[]>;
  /**
   * The addresses of the directors in the real server's network, IPv4 or IPv6. Health checks (`checkPorts`, `udpCheckPorts`) and tunnels are
   * let through from these alone. Without them, `checkPorts` and `udpCheckPorts` are an error. Default: none.
   */
  directors?: pulumi.Input<pulumi.Input<string>[]>;
  /** The TCP ports to which the directors' health checks connect, on the host's own address. Each from 1 to 65535. Default: none. */
  checkPorts?: pulumi.Input<pulumi.Input<number>[]>;
  /** The UDP ports to which they connect, likewise. Default: none. */
  udpCheckPorts?: pulumi.Input<pulumi.Input<number>[]>;
}
