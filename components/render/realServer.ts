import type { ForwardingMethod } from "../args/enums";
import { familyOf } from "../model/address";
import { forwardingRow, type TunnelEnd, waysTo } from "../model/forwarding";
import { type Place, sysctlDeviceOf } from "../model/host";
import type { ReturnRoute } from "../model/nat";
import { completeOpenPorts, type OpenPorts } from "../model/openPorts";
import { ipInIp, type Tunnel } from "../model/tunnel";
import type { GivenWebServer } from "../model/webServer";
import type { HostDocument } from "./document";
import { webServerFiles } from "./webServer";
import { clampLines, withFirewall } from "./firewall";
import { realServerOpenings } from "./openings";
import { wayBackSysctls } from "./returnRoute";

export interface RealServerSettings {
  vips: string[];
  methods: ForwardingMethod[];
  /** The tunnels by which it is reached, if one of the methods is `tun`. Default: IP in IP. */
  tunnels?: Tunnel[];
  returnRoute?: ReturnRoute | undefined;
  sysctls: Record<string, string>;
  /** What its firewall must let through. Default: nothing. */
  openPorts?: OpenPorts;
  webServer: GivenWebServer | undefined;
  removePackages: boolean;
}

/**
 * The devices that have a VIP on a real server that answers clients itself. They have no neighbours, so the VIP is not announced to anyone.
 * For IPv4 packets out of tunnels they are the tunnels' devices: the kernel drops packets that arrive on a device without an address
 * (fib_frontend.c, last_resort), unless rp_filter is 0.
 */
function vipDevices(vip: string, ends: TunnelEnd[]): string[] {
  const own = ends.filter(({ carries }) => familyOf(vip) === "IPv4" && carries === "IPv4");
  return own.length > 0 ? [...new Set(own.map(({ device }) => device))] : ["lo"];
}

function linksOf(ends: TunnelEnd[]): { device: string; carriesAll: boolean }[] {
  return ends.map(({ device, carriesAll }) => ({ device, carriesAll }));
}

/** The document of a real server: what its forwarding methods need, and optionally a web server. */
export function realServerDocument(place: Place, settings: RealServerSettings): HostDocument {
  const {
    methods,
    tunnels = [ipInIp],
    returnRoute,
    webServer,
    openPorts = completeOpenPorts(undefined),
  } = settings;
  const rows = methods.map(forwardingRow);
  const ways = waysTo(place, settings.vips);
  const needs = rows.map((row) => row.realServer(sysctlDeviceOf(place), ways, tunnels));
  const ends = needs.flatMap((each) => each.tunnels ?? []);
  const wayBack = returnRoute && { place, route: returnRoute };
  const answersItself = rows.some((row) => row.answersItself);
  const { firewall, packages, modules } = withFirewall(
    clampLines(methods, tunnels, place, settings.vips),
    settings.removePackages,
  );
  return {
    role: "real server",
    modules: [...ends.flatMap((each) => each.modules), ...modules],
    packages: [
      ...packages,
      ...(webServer === undefined
        ? []
        : [{ name: webServer.kind, removeOnDestroy: settings.removePackages }]),
    ],
    links: linksOf(ends),
    listeners: ends.flatMap(({ listener }) => listener ?? []),
    firewall,
    openings: realServerOpenings(place, { ...openPorts, vips: settings.vips, methods, ends }),
    sysctls: {
      ...settings.sysctls,
      ...(wayBack && wayBackSysctls(wayBack)),
      ...(Object.assign({}, ...needs.map(({ sysctls }) => sysctls)) as Record<string, string>),
    },
    addresses: answersItself
      ? settings.vips.flatMap((address) => vipDevices(address, ends).map((device) => ({ address, device })))
      : [],
    returnRoute: wayBack,
    ...(webServer === undefined
      ? {}
      : {
          files: webServerFiles(webServer, `<h1>${place.name}</h1>\n`),
          units: [`${webServer.kind}.service`],
        }),
  };
}
