import type { Place } from "../../model/host";
import type { Instance } from "../../model/keepalived/instance";
import type { PairWish } from "../../model/keepalived/pair";
import type { ConfigLine } from "../document";
import { block, line, lines, verbatim } from "./text";

/** The adverts of a VRRP instance have room for twenty addresses (keepalived.conf(5), virtual_ipaddress_excluded). */
const mostAdvertised = 20;

/** The interface that holds the director's own address, which the host looks up where the user does not name it. */
export function interfaceOf(place: Place): string {
  return place.interface ?? `@{interface:${place.address}}`;
}

export function instanceBlock(place: Place, pair: PairWish, instance: Instance): ConfigLine[] {
  const own = pair.directors.findIndex(({ address }) => address === place.address);
  const peers = pair.directors.filter((_, index) => index !== own);
  const vip = (address: string) =>
    line(instance.interface === undefined ? `${address}/32` : `${address}/32 dev ${instance.interface}`);
  const excluded = instance.vips.slice(mostAdvertised).map(vip);
  return block(`vrrp_instance ${instance.name}`, [
    ...lines(
      "state BACKUP",
      `interface ${interfaceOf(place)}`,
      `virtual_router_id ${instance.virtualRouterId}`,
      `priority ${instance.priorities[own]}`,
      `advert_int ${instance.advertInterval}`,
      instance.preempt ? undefined : "nopreempt",
      instance.preempt && instance.preemptDelay > 0 ? `preempt_delay ${instance.preemptDelay}` : undefined,
      `unicast_src_ip ${place.address}`,
    ),
    ...block("unicast_peer", lines(...peers.map(({ address }) => address))),
    ...(instance.authenticated
      ? block("authentication", lines("auth_type PASS", `auth_pass "@{secret:vrrp-${instance.name}}"`))
      : []),
    ...block("virtual_ipaddress", instance.vips.slice(0, mostAdvertised).map(vip)),
    ...(excluded.length === 0 ? [] : block("virtual_ipaddress_excluded", excluded)),
    ...verbatim(instance.verbatim),
  ]);
}
