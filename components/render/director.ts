import { deviceOf, type Place } from "../model/host";
import type { Service } from "../model/service";
import type { HostDocument } from "./document";

export interface DirectorSettings {
  services: Service[];
  /** In addition to what direct routing needs, or instead of it. */
  sysctls: Record<string, string>;
  drain: number;
  removePackages: boolean;
}

/**
 * A director of direct routing sees of a connection's end only what the client says. With the kernel's own 1 it takes a
 * new connection from a port that was used in the last two minutes for the old one: past the scheduler, to the same real
 * server, be that gone meanwhile. With 2 it is balanced like any other. Documentation/networking/ipvs-sysctl.rst.
 */
export const directRouting = { "net.ipv4.vs.conn_reuse_mode": "2" };

/** A director of direct routing needs the table, its VIPs and nothing else: not even ip_forward (measured). */
export function directorDocument(place: Place, settings: DirectorSettings): HostDocument {
  const vips = new Set(settings.services.map(({ vip }) => vip));
  return {
    drain: settings.drain,
    packages: [{ name: "ipvsadm", removeOnDestroy: settings.removePackages }],
    modules: ["ip_vs", ...settings.services.map(({ scheduler }) => `ip_vs_${scheduler}`)],
    sysctls: { ...directRouting, ...settings.sysctls },
    services: settings.services,
    addresses: [...vips].map((vip) => ({ address: vip, device: deviceOf(place) })),
  };
}
