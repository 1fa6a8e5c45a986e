import { type Place, sysctlDeviceOf } from "../model/host";
import type { WebServerKind } from "../args/enums";
import type { GivenWebServer } from "../model/webServer";
import type { HostDocument } from "./document";

export interface RealServerSettings {
  vips: string[];
  sysctls: Record<string, string>;
  webServer: GivenWebServer | undefined;
  removePackages: boolean;
}

const page: Record<WebServerKind, string> = {
  nginx: "/usr/share/nginx/html/index.html",
  httpd: "/var/www/html/index.html",
};

/**
 * Direct routing: the real server carries the VIP and must never say so. The kernel takes the larger value of `all`
 * and the receiving interface, and `lo`'s plays no part: both settings go to `all` and to the interface.
 */
export function realServerDocument(place: Place, settings: RealServerSettings): HostDocument {
  const arp = ["all", sysctlDeviceOf(place)].flatMap((device) => [
    [`net.ipv4.conf.${device}.arp_ignore`, "1"],
    [`net.ipv4.conf.${device}.arp_announce`, "2"],
  ]);
  const kind = settings.webServer?.kind;
  const content = settings.webServer?.content ?? `<h1>${place.name}</h1>\n`;
  return {
    sysctls: { ...settings.sysctls, ...(Object.fromEntries(arp) as Record<string, string>) },
    addresses: settings.vips.map((address) => ({ address, device: "lo" })),
    ...(kind === undefined
      ? {}
      : {
          packages: [{ name: kind, removeOnDestroy: settings.removePackages }],
          files: [{ path: page[kind], content }],
          units: [`${kind}.service`],
        }),
  };
}
