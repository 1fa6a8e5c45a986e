// What the firewall of a real server's host must let through.
import type * as pulumi from "@pulumi/pulumi";
import type { ReturnPortRangeArgs } from "./nat";

/** The ports of a real server that its host's firewall must let through, where firewalld runs (see `firewall`). */
export interface OpenPortsArgs {
  /** The TCP ports to which clients connect: on the VIPs, and for NAT on the host's own address. Each from 1 to 65535. Default: none. */
  tcpPorts?: pulumi.Input<pulumi.Input<number>[]>;
  /** The same of UDP. Default: none. */
  udpPorts?: pulumi.Input<pulumi.Input<number>[]>;
  /** The same of SCTP. Default: none. */
  sctpPorts?: pulumi.Input<pulumi.Input<number>[]>;
  /** Ranges of such ports: `[{ first: 8000, last: 8100 }]`. Default: none. */
  portRanges?: pulumi.Input<pulumi.Input<ReturnPortRangeArgs>[]>;
  /**
   * The addresses of the directors in the real server's network. Health checks (`checkPorts`, `udpCheckPorts`) and tunnels are let through from these alone.
   * Required with health checks. Default: none.
   */
  directors?: pulumi.Input<pulumi.Input<string>[]>;
  /** The TCP ports to which the directors' health checks connect, on the host's own address. Default: none. */
  checkPorts?: pulumi.Input<pulumi.Input<number>[]>;
  /** The same of UDP. Default: none. */
  udpCheckPorts?: pulumi.Input<pulumi.Input<number>[]>;
}
