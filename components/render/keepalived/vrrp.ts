// VRRP in keepalived's words: global settings, trackers, sync groups, instances.
import { familyOf, addressFor, inFamily } from "../../model/address";

import type { Place } from "../../model/host";
import { type Instance, secretName } from "../../model/keepalived/vrrp/complete";
import type { VirtualRoute } from "../../model/keepalived/vrrp/routes";
import type {
  PairSettings,
  SyncGroup,
  TrackProcess,
  TrackScript,
} from "../../model/keepalived/pair/complete";
import { releasesOfOurLines } from "../../model/keepalived/releases/releases";
import type { ConfigLine } from "../document";
import { notifyLines, notifyScripts } from "./notify";
import { call, type Script } from "./scripts";
import { block, line, lines, verbatim } from "./lines";

/** The adverts of a VRRP instance have room for twenty addresses (keepalived.conf(5), virtual_ipaddress_excluded). */
const mostAdvertised = 20;

/** The file with the reason of a refused reload. */
const reloadLog = "/run/pulumi-lvs-keepalived-reload.log";

/** The interface that has an address of the director's own. The host looks it up if the user does not name it. */
function interfaceOf(place: Place, address = place.address): string {
  return place.interface ?? `@{interface:${address}}`;
}

/** The address from which a director sends adverts in an instance. */
function talksBy(host: Pick<Place, "address" | "address6">, { family }: Instance): string {
  return addressFor(host, family);
}

export function globalBlock(place: Place, pair: PairSettings): ConfigLine[] {
  const { garp, connectionSync: sync } = pair;
  const daemon = sync && [
    `lvs_sync_daemon ${sync.interface ?? interfaceOf(place)} ${sync.instance} id ${sync.id}`,
    ...(sync.group === undefined ? [] : [`group ${sync.group}`]),
    ...(sync.port === undefined ? [] : [`port ${sync.port}`]),
  ];
  return block("global_defs", [
    // Before anything that runs a script.
    ...lines("script_user root", "enable_script_security"),
    line(`reload_check_config ${reloadLog}`, releasesOfOurLines.soundReloadCheck),
    ...lines(
      `vrrp_version ${pair.vrrpVersion}`,
      // Adverts of a stranger with the same router id are ignored.
      "vrrp_check_unicast_src",
      `vrrp_garp_master_repeat ${garp.repeat}`,
      `vrrp_garp_master_delay ${garp.delay}`,
      `vrrp_garp_master_refresh ${garp.refresh}`,
      `vrrp_garp_master_refresh_repeat ${garp.refreshRepeat}`,
      `vrrp_garp_lower_prio_repeat ${garp.lowerPriorityRepeat}`,
      `vrrp_garp_lower_prio_delay ${garp.lowerPriorityDelay}`,
      garp.interval > 0 ? `vrrp_garp_interval ${garp.interval}` : undefined,
      // If there are two masters, the loser sends one more advert, so that the winner renews everyone's ARP tables.
      "vrrp_higher_prio_send_advert true",
      pair.startupDelay > 0 ? `vrrp_startup_delay ${pair.startupDelay}` : undefined,
      daemon?.join(" "),
    ),
    ...verbatim(pair.verbatim),
  ]);
}

function weightOf(given: { weight?: number }): string | undefined {
  return (given.weight ?? 0) === 0 ? undefined : `weight ${given.weight}`;
}

export function processBlock(given: TrackProcess): ConfigLine[] {
  const words = [given.process, ...(given.parameters ?? [])].map((word) => `"${word}"`);
  return block(
    `vrrp_track_process ${given.name}`,
    lines(
      `process ${words.join(" ")}`,
      given.fullCommand === true ? "full_command" : undefined,
      weightOf(given),
      given.quorum === undefined ? undefined : `quorum ${given.quorum}`,
      (given.delay ?? 0) === 0 ? undefined : `delay ${given.delay}`,
    ),
  );
}

function trackScriptName(given: TrackScript): string {
  return `track=${given.name}`;
}

export function scriptBlock(given: TrackScript, stem: string): ConfigLine[] {
  const { interval = 1, timeout = interval, rise = 1, fall = 1 } = given;
  return block(
    `vrrp_script ${given.name}`,
    lines(
      `script ${call(stem, trackScriptName(given))}`,
      `interval ${interval}`,
      `timeout ${timeout}`,
      `rise ${rise}`,
      `fall ${fall}`,
      weightOf(given),
    ),
  );
}

export function groupBlock(group: SyncGroup, stem: string): ConfigLine[] {
  return block(`vrrp_sync_group ${group.name}`, [
    ...block("group", lines(...group.instances)),
    ...notifyLines(stem, "GROUP", group.name, group.notify),
    ...verbatim(group.verbatim),
  ]);
}

export function instanceBlock(
  place: Place,
  pair: PairSettings,
  instance: Instance,
  stem: string,
): ConfigLine[] {
  const own = pair.directors.findIndex(({ address }) => address === place.address);
  const priority = instance.priorities[own];
  if (priority === undefined) throw new Error(`${place.address} is no director of this pair`);
  const self = talksBy(place, instance);
  // The real servers' gateway moves with the VIPs. If its network cannot be reached, the VIPs are of no use.
  const gateways = [pair.gateway, pair.gateway6]
    .flatMap((each) => each ?? [])
    .filter((each) => instance === pair.instances[0] && isNoVip(pair, each))
    .map((address) => ({ address, device: `@{interface:to:${address}}` }));
  const inner = [...new Set(gateways.map(({ device }) => device))];
  const all = [
    ...instance.vips.map((address) => ({ address, device: deviceOfVip(place, instance, address) })),
    ...gateways,
  ];
  // (keepalived adds a VIP of IPv6 as a single director does, without being told: nodad, preferred_lft 0; vrrp_ipaddress.c.)
  const text = ({ address, device }: { address: string; device: string | undefined }) =>
    line(
      `${address}/${familyOf(address) === "IPv4" ? 32 : 128}${device === undefined ? "" : ` dev ${device}`}`,
    );
  const advertised = all.filter(({ address }) => familyOf(address) === instance.family);
  const others = all.filter(({ address }) => familyOf(address) !== instance.family);
  const tracked = [
    ...instance.trackInterfaces.map((each) => [each.name, weightOf(each)].filter(Boolean).join(" ")),
    ...inner,
  ];
  return block(`vrrp_instance ${instance.name}`, [
    ...lines(
      // A director that starts as master would take the VIPs from the present master, even with nopreempt.
      "state BACKUP",
      `interface ${interfaceOf(place, self)}`,
      `virtual_router_id ${instance.virtualRouterId}`,
      `priority ${priority}`,
      `advert_int ${instance.advertInterval}`,
      instance.preempt ? undefined : "nopreempt",
      instance.preemptDelay > 0 ? `preempt_delay ${instance.preemptDelay}` : undefined,
      `unicast_src_ip ${self}`,
    ),
    ...block(
      "unicast_peer",
      lines(...pair.directors.flatMap((each, index) => (index === own ? [] : [talksBy(each, instance)]))),
    ),
    ...(instance.authenticated
      ? block("authentication", lines("auth_type PASS", `auth_pass "@{secret:${secretName(instance.name)}}"`))
      : []),
    ...block("virtual_ipaddress", advertised.slice(0, mostAdvertised).map(text)),
    ...blockOf("virtual_ipaddress_excluded", [...advertised.slice(mostAdvertised), ...others].map(text)),
    ...blockOf("virtual_routes", instance.virtualRoutes.map(routeLine)),
    ...blockOf("track_interface", lines(...tracked)),
    ...blockOf("track_process", lines(...pair.trackProcesses.map(({ name }) => name))),
    ...blockOf("track_script", lines(...pair.trackScripts.map(({ name }) => name))),
    ...notifyLines(stem, "INSTANCE", instance.name, instance.notify),
    ...verbatim(instance.verbatim),
  ]);
}

/** The interface for a VIP, if it is not the one on which the directors of the instance send adverts. */
function deviceOfVip(place: Place, instance: Instance, vip: string): string | undefined {
  if (instance.interface !== undefined) return instance.interface;
  const other = familyOf(vip) !== instance.family && place.interface === undefined;
  const own = other ? inFamily(place, familyOf(vip)) : undefined;
  return own === undefined ? undefined : `@{interface:${own}}`;
}

/**
 * An interface must be named, or keepalived reports an error in the configuration: it could not watch the route. The host program reads
 * these lines again, to check and to remove routes (host/keepalived/given.awk): it leaves out a route with a word that it does not know.
 */
function routeLine({ to, via, device, source, table, metric }: VirtualRoute): ConfigLine {
  const words = [
    to,
    via && `via ${via}`,
    `dev ${device ?? `@{interface:to:${via}}`}`,
    // (ip(8) does the same, keepalived does not. Only by a route of this scope can a gateway be reached.)
    via === undefined && familyOf(to) === "IPv4" ? "scope link" : undefined,
    source && `src ${source}`,
    `table ${table}`,
    metric > 0 ? `metric ${metric}` : undefined,
  ];
  return line(words.filter((word) => word !== undefined).join(" "));
}

/** Whether a gateway is none of the VIPs: a user may have given it there as well. */
export function isNoVip(pair: Pick<PairSettings, "instances">, gateway: string): boolean {
  return !pair.instances.some(({ vips }) => vips.includes(gateway));
}

/** A block, unless nothing is in it. */
function blockOf(head: string, body: ConfigLine[]): ConfigLine[] {
  return body.length === 0 ? [] : block(head, body);
}

/** Everything that keepalived runs for the pair itself. */
export function pairScripts(pair: PairSettings): Script[] {
  return [
    ...pair.trackScripts.map((each) => ({ name: trackScriptName(each), text: each.script })),
    ...pair.syncGroups.flatMap(({ name, notify }) => notifyScripts("GROUP", name, notify)),
    ...pair.instances.flatMap(({ name, notify }) => notifyScripts("INSTANCE", name, notify)),
  ];
}
