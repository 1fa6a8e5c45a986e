// The way back to a director, for replies of NAT services: a routing table of its own, and rules that send only these replies to it.
// The host's own routes stay as they are, whoever manages them. ip-rule(8).
import type { ReturnRoute } from "../model/nat";
import { rangeText } from "../model/ports";

interface Way {
  /** The real server's own address. */
  from: string;
  route: ReturnRoute;
  /** The interface that the gateway is behind. */
  device: string;
}

/** Before the table `main`, which has 32766. */
const neighbours = 7113;
const replies = 7114;

/** As `ip route show table all` prints them. */
export function routeLines({ route, device }: Way): string[] {
  return [`default via ${route.gateway} dev ${device} table ${route.table}`];
}

/** As `ip rule` prints them. */
export function ruleLines({ from, route }: Way): string[] {
  return route.ports
    .flatMap((ports) => {
      const which = `from ${from} ipproto ${ports.protocol} sport ${rangeText(ports)}`;
      return [
        // All but the default routes of `main`: neighbours, and networks for which the host has a way of its own.
        ...(route.localClients ? [] : [`${neighbours}: ${which} lookup main suppress_prefixlength 0`]),
        `${replies}: ${which} lookup ${route.table}`,
      ];
    })
    .filter((line, index, all) => all.indexOf(line) === index)
    .sort();
}
