// The return route to a director, for replies of NAT services: a routing table of its own, and rules that send only these replies to it.
// The host's own routes do not change, whoever manages them. ip-rule(8).
import { familyOf, inFamily } from "../model/address";

import { type Place, towards } from "../model/host";
import type { ReturnRoute } from "../model/nat";
import { rangeText } from "../model/ports";

interface WayBack {
  /** The real server. */
  place: Place;
  route: ReturnRoute;
}

/** Before the rule of the table `main`, which has priority 32766. */
const neighbours = 7113;
const replies = 7114;

/** As `ip route show table all` prints them. (The gateway may be behind another interface than the one of the host's address.) */
export function routeLines({ route }: WayBack): string[] {
  return route.gateways
    .map(({ address, table }) => `default via ${address} dev ${towards(address)} table ${table}`)
    .sort();
}

/**
 * If a client is behind the same interface, a director redirects a real server to the shorter way, and for IPv6 this cannot be switched off
 * on the director (ip6_output.c, ip6_forward). After two answers the real server would then bypass the director (measured). So the real
 * server ignores redirects.
 */
export function wayBackSysctls({ route }: WayBack): Record<string, string> {
  return Object.fromEntries(
    route.gateways
      .filter(({ address }) => familyOf(address) === "IPv6")
      .map(({ address }) => [`net.ipv6.conf.${towards(address)}.accept_redirects`, "0"]),
  );
}

/** As `ip rule` prints them. */
export function ruleLines({ place, route }: WayBack): string[] {
  return route.gateways
    .flatMap(({ address, table }) => {
      const from = inFamily(place, familyOf(address));
      if (from === undefined) throw new Error(`${place.name} has no address of the family of ${address}`);
      return route.ports.flatMap((ports) => {
        const which = `from ${from} ipproto ${ports.protocol} sport ${rangeText(ports)}`;
        return [
          // All routes of `main` except default routes: to neighbours, and to networks for which the host has a route of its own.
          ...(route.localClients ? [] : [`${neighbours}: ${which} lookup main suppress_prefixlength 0`]),
          `${replies}: ${which} lookup ${table}`,
        ];
      });
    })
    .filter((line, index, all) => all.indexOf(line) === index)
    .sort();
}
