import { forwarding } from "../model/forwarding";
import { deviceOf, type Place } from "../model/host";
import type { Service } from "../model/service";
import type { HostDocument } from "./document";

export interface DirectorSettings {
  services: Service[];
  /** In addition to what the method of forwarding needs, or instead of it. */
  sysctls: Record<string, string>;
  drain: number;
  removePackages: boolean;
}

/** A director needs the table, its VIPs, and what the method of forwarding asks for. */
export function directorDocument(place: Place, settings: DirectorSettings): HostDocument {
  const vips = new Set(settings.services.map(({ vip }) => vip));
  return {
    role: "director",
    drain: settings.drain,
    packages: [{ name: "ipvsadm", removeOnDestroy: settings.removePackages }],
    modules: ["ip_vs", ...settings.services.map(({ scheduler }) => `ip_vs_${scheduler}`)],
    sysctls: { ...forwarding.directorSysctls, ...settings.sysctls },
    services: settings.services,
    addresses: [...vips].map((vip) => ({ address: vip, device: deviceOf(place) })),
  };
}
