import type { ForwardingMethod, WebServerKind } from "../args/enums";
import { familyOf } from "../model/address";
import { forwardingRow, type Tunnel, waysTo } from "../model/forwarding";
import { type Place, sysctlDeviceOf } from "../model/host";
import type { ReturnRoute } from "../model/nat";
import type { GivenWebServer } from "../model/webServer";
import type { HostDocument } from "./document";
import { clampLines, withFirewall } from "./firewall";
import { wayBackSysctls } from "./returnRoute";

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
 * The device that has a VIP on a real server that answers clients itself. It has no neighbours, so the VIP is not announced to anyone. For
 * IPv4 packets out of a tunnel it is the tunnel's device: the kernel drops packets that arrive on a device without an address
 * (fib_frontend.c, last_resort), unless rp_filter is 0.
 */
function vipDevice(vip: string, tunnels: Tunnel[]): string {
  const own = familyOf(vip) === "IPv4" && tunnels.find(({ carries }) => carries === "IPv4");
  return own ? own.device : "lo";
}

/** A device that carries both families for one tunnel carries both for all of them. */
function linksOf(tunnels: Tunnel[]): { device: string; carriesAll: boolean }[] {
  return [...new Set(tunnels.map(({ device }) => device))].map((device) => ({
    device,
    carriesAll: tunnels.some((each) => each.device === device && each.told),
  }));
}

/** The document of a real server: what its forwarding methods need, and optionally a web server. */
export function realServerDocument(place: Place, settings: RealServerSettings): HostDocument {
  const kind = settings.webServer?.kind;
  const content = settings.webServer?.content ?? `<h1>${place.name}</h1>\n`;
  const { methods, returnRoute } = settings;
  const rows = methods.map(forwardingRow);
  const ways = waysTo(place, settings.vips);
  const needs = rows.map((row) => row.realServer(sysctlDeviceOf(place), ways));
  const tunnels = needs.flatMap((each) => each.tunnels ?? []);
  const wayBack = returnRoute && { place, route: returnRoute };
  const answersItself = rows.some((row) => row.answersItself);
  const { firewall, packages, modules } = withFirewall(
    clampLines(methods, place, settings.vips),
    settings.removePackages,
  );
  return {
    role: "real server",
    modules: [...tunnels.map(({ module }) => module), ...modules],
    packages: [
      ...packages,
      ...(kind === undefined ? [] : [{ name: kind, removeOnDestroy: settings.removePackages }]),
    ],
    links: linksOf(tunnels),
    firewall,
    sysctls: {
      ...settings.sysctls,
      ...(wayBack && wayBackSysctls(wayBack)),
      ...(Object.assign({}, ...needs.map(({ sysctls }) => sysctls)) as Record<string, string>),
    },
    addresses: answersItself
      ? settings.vips.map((address) => ({ address, device: vipDevice(address, tunnels) }))
      : [],
    returnRoute: wayBack,
    ...(kind === undefined
      ? {}
      : {
          files: [{ path: page[kind], content }],
          units: [`${kind}.service`],
        }),
  };
}
