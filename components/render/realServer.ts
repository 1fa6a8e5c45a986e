import { forwarding } from "../model/forwarding";
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

/** A real server carries the VIPs, and what the method of forwarding asks for; perhaps it has a web server. */
export function realServerDocument(place: Place, settings: RealServerSettings): HostDocument {
  const kind = settings.webServer?.kind;
  const content = settings.webServer?.content ?? `<h1>${place.name}</h1>\n`;
  return {
    role: "real server",
    sysctls: { ...settings.sysctls, ...forwarding.realServerSysctls(sysctlDeviceOf(place)) },
    addresses: settings.vips.map((address) => ({ address, device: forwarding.vipDevice })),
    ...(kind === undefined
      ? {}
      : {
          packages: [{ name: kind, removeOnDestroy: settings.removePackages }],
          files: [{ path: page[kind], content }],
          units: [`${kind}.service`],
        }),
  };
}
