// The tunnel of the forwarding method `tun`.
import type * as pulumi from "@pulumi/pulumi";
import type { TunnelChecksum, TunnelType } from "./enums";

/** The tunnel by which a director sends packets to a real server with the forwarding method `tun`. ipvsadm(8), option --tun-type. */
export interface TunnelArgs {
  /**
   * `ipip`, `gue` or `gre`. Real servers of `gue` need the kernel module fou, those of `gre` ip_gre (ip6_gre for real servers with IPv6
   * addresses).
   */
  type: pulumi.Input<TunnelType>;
  /** Only for `gue`: the real server's UDP port at which packets arrive, from 1 to 65535. Default: 6080. ipvsadm(8), option --tun-port. */
  port?: pulumi.Input<number>;
  /**
   * Only for `gue`: the checksum of the outer packet. (The device gre0 of a real server drops `gre` packets with a checksum.) Default:
   * nocsum, none.
   */
  checksum?: pulumi.Input<TunnelChecksum>;
}
