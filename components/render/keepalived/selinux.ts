// What SELinux's policy must allow keepalived, where a host has SELinux.
import type { PairService } from "../../model/keepalived/service/complete";

/**
 * The TCP ports to which the domain of keepalived may connect by CentOS's policy (keepalived.te and corenetwork.te.in of selinux-policy):
 * those of agentx, connlcli, http, mysqld, smtp, snmp and squid.
 */
const allowed = new Set([
  ...[705, 1358, 80, 81, 443, 488, 8008, 8009, 8443, 9000, 1186, 3306, 25, 465, 587],
  ...[161, 162, 199, 1161, 10161, 10162, 3128, 3401, 4827],
]);

/** The switches that the health checks of services need: with this one keepalived may connect to any port. */
export function booleansOfChecks(services: PairService[]): string[] {
  const ports = services.flatMap(({ destinations }) =>
    destinations.flatMap(({ port, check: { kinds } }) =>
      [kinds.tcp, kinds.http, kinds.https, kinds.smtp].flatMap((check) =>
        check === undefined ? [] : [check.port ?? port],
      ),
    ),
  );
  // (0: a service of several ports, whose real servers have no port of their own.)
  return ports.some((port) => port !== 0 && !allowed.has(port)) ? ["keepalived_connect_any"] : [];
}
