import type { ForwardingMethod, WebServerKind } from "../args/enums";
import { forwardingRow, together } from "../model/forwarding";
import { type Place, sysctlDeviceOf, towards } from "../model/host";
import type { ReturnRoute } from "../model/nat";
import type { GivenWebServer } from "../model/webServer";
import type { HostDocument } from "./document";
import { clampLines, withFirewall } from "./firewall";

export interface RealServerSettings {
  vips: string[];
  methods: ForwardingMethod[];
  returnRoute?: ReturnRoute | undefined;
  sysctls: Record<string, string>;
  webServer: GivenWebServer | undefined;
  removePackages: boolean;
}

const page: Record<WebServerKind, string> = {
  nginx: "/usr/share/nginx/html/index.html",
  httpd: "/var/www/html/index.html",
};

/**
 * The device that has the VIPs on a real server that answers clients itself: one without neighbours, so nobody is told of them. Where packets come out
 * of a tunnel it is the tunnel's: the kernel drops what comes in by a device without an address (fib_frontend.c, last_resort), unless rp_filter is 0.
 */
const vipDevice = (links: string[]) => links[0] ?? "lo";

/** A real server has what the methods of forwarding ask for, and perhaps a web server. */
export function realServerDocument(place: Place, settings: RealServerSettings): HostDocument {
  const kind = settings.webServer?.kind;
  const content = settings.webServer?.content ?? `<h1>${place.name}</h1>\n`;
  const { methods, returnRoute } = settings;
  const rows = methods.map(forwardingRow);
  const links = rows.flatMap((row) => row.realServerLinks);
  const answersItself = rows.some((row) => row.answersItself);
  const { firewall, packages, modules } = withFirewall(
    clampLines(methods, place.address, settings.vips),
    settings.removePackages,
  );
  return {
    role: "real server",
    modules: [...rows.flatMap((row) => row.realServerModules), ...modules],
    packages: [
      ...packages,
      ...(kind === undefined ? [] : [{ name: kind, removeOnDestroy: settings.removePackages }]),
    ],
    links,
    firewall,
    sysctls: {
      ...settings.sysctls,
      ...together(methods, (row) => row.realServerSysctls(sysctlDeviceOf(place))),
    },
    addresses: answersItself ? settings.vips.map((address) => ({ address, device: vipDevice(links) })) : [],
    // (A gateway may be behind another interface than the one that the host is known by.)
    returnRoute: returnRoute && {
      from: place.address,
      route: returnRoute,
      device: towards(returnRoute.gateway),
    },
    ...(kind === undefined
      ? {}
      : {
          files: [{ path: page[kind], content }],
          units: [`${kind}.service`],
        }),
  };
}
