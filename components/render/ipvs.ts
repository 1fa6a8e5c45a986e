import type { Protocol } from "../args/enums";
import { endpoint, familyOf } from "../model/address";
import { forwardingRow } from "../model/forwarding";
import { type Destination, defaultPersistence, type Service } from "../model/service";
import { tunnelOptions } from "../model/tunnel";

/**
 * The lines that `ipvsadm -Sn` would print, with its order of options, sorted, each service before its own real servers. Every option is
 * written, because `-E` and `-e` reset options that are not given.
 */
export function serviceLines(services: Service[]): string[] {
  return services
    .map((service) => ({
      head: serviceLine(service),
      rest: service.destinations.map((each) => destinationLine(service, each)),
    }))
    .sort((left, right) => (left.head < right.head ? -1 : 1))
    .flatMap(({ head, rest }) => [head, ...rest.sort()]);
}

/** The kernel's modules for these services. */
export function ipvsModules(services: Service[]): string[] {
  return [
    "ip_vs",
    ...services.flatMap(({ scheduler, persistence }) => [
      `ip_vs_${scheduler}`,
      ...(persistence?.engine === undefined ? [] : [`ip_vs_pe_${persistence.engine}`]),
    ]),
  ];
}

/** ipvsadm's options, as it prints them. */
const protocolOption: Record<Protocol, string> = { tcp: "-t", udp: "-u", sctp: "--sctp-service" };

function serviceAddress({ protocol, vip, port, marked }: Service): string {
  if (marked !== undefined) return `-f ${marked.mark}${familyOf(vip) === "IPv6" ? " -6" : ""}`;
  return `${protocolOption[protocol]} ${endpoint(vip, port)}`;
}

function serviceLine(service: Service): string {
  const { persistence, flags } = service;
  const words = [`-A ${serviceAddress(service)} -s ${service.scheduler}`];
  if (flags.length > 0) words.push(`-b ${flags.join(",")}`);
  if (persistence !== undefined) {
    words.push(`-p ${persistence.timeout}`);
    if (persistence.netmask !== defaultPersistence.netmask[familyOf(service.vip)])
      words.push(`-M ${persistence.netmask}`);
  }
  if (persistence?.engine !== undefined) words.push(`--pe ${persistence.engine}`);
  if (service.onePacket) words.push("-o");
  return words.join(" ");
}

function destinationLine(service: Service, destination: Destination): string {
  const words = [
    `-a ${serviceAddress(service)} -r ${endpoint(destination.address, destination.port)} ${forwardingRow(destination.forwarding).flag} -w ${destination.weight}`,
  ];
  words.push(...tunnelOptions(destination.tunnel));
  if (destination.upper > 0) words.push(`-x ${destination.upper}`);
  if (destination.lower > 0) words.push(`-y ${destination.lower}`);
  return words.join(" ");
}
