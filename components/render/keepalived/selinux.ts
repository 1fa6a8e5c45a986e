// What SELinux's policy must allow keepalived, where a host has SELinux.
import type { PairService } from "../../model/keepalived/service/complete";

/**
 * The types of ports to which the domain of keepalived may connect by CentOS's policy (keepalived.te of selinux-policy), with their TCP ports
 * (corenetwork.te.in). The host program has a table of more types, by port: base/selinux.sh.
 */
const allowed: Record<string, number[]> = {
  agentx_port_t: [705],
  connlcli_port_t: [1358],
  http_port_t: [80, 81, 443, 488, 8008, 8009, 8443, 9000],
  mysqld_port_t: [1186, 3306, ...Array.from({ length: 33 }, (_, index) => 63132 + index)],
  smtp_port_t: [25, 465, 587],
  snmp_port_t: [161, 162, 199, 1161, 10161, 10162],
  squid_port_t: [3128, 3401, 4827],
};

/** The type of a TCP port to which keepalived may connect; undefined if it may not. */
export function allowedPortType(port: number): string | undefined {
  return Object.keys(allowed).find((type) => allowed[type]!.includes(port));
}

/** The booleans that the health checks of services need: with this one keepalived may connect to any port. */
export function booleansOfChecks(services: PairService[]): string[] {
  const ports = services.flatMap(({ destinations }) =>
    destinations.flatMap(({ port, check: { kinds } }) =>
      [kinds.tcp, kinds.http, kinds.https, kinds.smtp].flatMap((check) =>
        check === undefined ? [] : [check.port ?? port],
      ),
    ),
  );
  // (0: a service of several ports, whose real servers have no port of their own.)
  return ports.some((port) => port !== 0 && allowedPortType(port) === undefined)
    ? ["keepalived_connect_any"]
    : [];
}
