// The tunnels of the forwarding method `tun`: what is wrong with such an argument, and its form in ipvsadm and keepalived.
import { TunnelChecksum, TunnelType } from "../args/enums";
import type { Known } from "../args/known";
import type { TunnelArgs } from "../args/tunnel";
import { onePort } from "./ports";
import { isRecord, join, list, oneOf, optional, type Problem, record, type Shape, show } from "./shape";

/** A tunnel with all defaults filled in. */
export type Tunnel =
  | { type: typeof TunnelType.IpInIp }
  | { type: typeof TunnelType.Gue; port: number; checksum: TunnelChecksum }
  | { type: typeof TunnelType.Gre };

/** The port that IANA has assigned to GUE. */
const defaultPort = 6080;

export const ipInIp: Tunnel = { type: TunnelType.IpInIp };

const members: Record<keyof TunnelArgs, Shape> = {
  type: oneOf("a type of tunnel", Object.values(TunnelType)),
  port: optional(onePort),
  checksum: optional(oneOf("a kind of checksum", Object.values(TunnelChecksum))),
};

/** What one value alone does not show. */
function together(given: unknown, path: string): Problem[] {
  if (!isRecord(given)) return [];
  const { type, port, checksum } = given;
  const problems: Problem[] = [];
  const known = type === TunnelType.IpInIp || type === TunnelType.Gre;
  if (known && port !== undefined)
    problems.push({
      path: join(path, "port"),
      reason: `${show(port)} is for type gue, and this tunnel is ${type}, which has no port: leave it out`,
    });
  if (type === TunnelType.IpInIp && checksum !== undefined)
    problems.push({
      path: join(path, "checksum"),
      reason: `${show(checksum)} is for type gue, and IP in IP has no checksum: leave it out`,
    });
  if (type === TunnelType.Gre && checksum === TunnelChecksum.Full)
    problems.push({
      path: join(path, "checksum"),
      reason: `${show(checksum)} does not work with type gre: the device gre0 of a real server drops packets with a checksum (ip_tunnel.c, ip_tunnel_rcv); leave it out, or give type gue`,
    });
  if (type === TunnelType.Gre && checksum === TunnelChecksum.Remote)
    problems.push({
      path: join(path, "checksum"),
      reason: `${show(checksum)} is for type gue, and this tunnel is gre: leave it out`,
    });
  return problems;
}

const what = 'a tunnel such as { type: "gue", port: 6080 }';

export const tunnel: Shape = record(what, members, together);

export const tunnels: Shape = list(tunnel, 1, "tunnels");

/** Fills in the defaults. */
export function completeTunnel(given: Known<TunnelArgs>): Tunnel {
  if (given.type !== TunnelType.Gue) return { type: given.type };
  return {
    type: given.type,
    port: given.port ?? defaultPort,
    checksum: given.checksum ?? TunnelChecksum.None,
  };
}

/** The tunnels of a real server, with the defaults filled in. */
export function completeTunnels(given: Known<TunnelArgs>[] | undefined): Tunnel[] {
  return given?.map(completeTunnel) ?? [ipInIp];
}

/** As `ipvsadm -Sn` prints it: `--tun-type gue --tun-port 6080 --tun-nocsum`. Nothing for IP in IP, whose `--tun-type ipip` rules omit. */
export function tunnelOptions(given: Tunnel | undefined): string[] {
  if (given === undefined || given.type === TunnelType.IpInIp) return [];
  return given.type === TunnelType.Gre
    ? ["--tun-type gre --tun-nocsum"]
    : [`--tun-type gue --tun-port ${given.port} --tun-${given.checksum}`];
}

/** The words after lvs_method TUN in keepalived's configuration. keepalived.conf(5). */
export function tunnelInKeepalived(given: Tunnel | undefined): string[] {
  if (given === undefined || given.type === TunnelType.IpInIp) return [];
  if (given.type === TunnelType.Gre) return ["type gre"];
  const checksum = given.checksum === TunnelChecksum.None ? [] : [given.checksum];
  return [`type gue port ${given.port}`, ...checksum];
}

/** In words, for a preview that shows a change: `gue 6080`, `gre`. Nothing for the default. */
export function tunnelInWords(given: Tunnel): string[] {
  if (given.type === TunnelType.IpInIp) return [];
  return [given.type === TunnelType.Gue ? `gue ${given.port}` : given.type];
}

/**
 * Bytes between the outer IP header and the inner packet. GUE: the UDP header and 4 bytes; remote checksum offload takes up to 8 more
 * (ip_vs_xmit.c, __ip_vs_get_out_rt). GRE: 4 bytes.
 */
export function wrapping(given: Tunnel): number {
  if (given.type === TunnelType.IpInIp) return 0;
  if (given.type === TunnelType.Gre) return 4;
  return 8 + 4 + (given.checksum === TunnelChecksum.Remote ? 8 : 0);
}
