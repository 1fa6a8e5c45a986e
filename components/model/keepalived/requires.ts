// Which releases of keepalived a wish needs, because its user asked for something that older ones lack.
import { Scheduler } from "../options";
import type { HealthCheck } from "./checks";
import type { PairWish } from "./pair";
import { needs, type Requirement } from "./releases";
import type { PairDestination, PairService } from "./service";

function needing(wanted: boolean | undefined, needs: string, what: string): Requirement[] {
  return wanted === true ? [{ needs, what }] : [];
}

function when(wanted: boolean | undefined, release: string, what: string): Requirement[] {
  return needing(wanted, `keepalived ${release}`, what);
}

export function pairRequirements(pair: PairWish): Requirement[] {
  const tracked = pair.trackProcesses.length > 0;
  return [
    ...when(pair.startupDelay > 0, needs.startupDelay, "startupDelay"),
    ...when(tracked, needs.trackProcess, "trackProcesses"),
    // Without them keepalived takes it that all goes on as it was at its start, and says nothing.
    ...needing(tracked, "kernel process-events", "trackProcesses"),
    ...pair.syncGroups.flatMap(({ name, notify }) =>
      when(notify?.stop !== undefined, needs.groupNotifyStop, `notify.stop of sync group ${name}`),
    ),
  ];
}

export function serviceRequirements(services: PairService[]): Requirement[] {
  return services.flatMap((service) => {
    const name = `${service.protocol} ${service.vip}:${service.port}`;
    return [
      ...when(service.port === 0, needs.everyPort, `port 0 of ${name}`),
      ...when(service.scheduler === Scheduler.MaglevHashing, needs.maglev, `scheduler mh of ${name}`),
      ...when(
        service.flags.some((flag) => flag.startsWith("mh-")),
        needs.maglevFlags,
        `schedulerFlags ${service.flags.join(" ")} of ${name}`,
      ),
      ...when(
        service.scheduler === Scheduler.PowerOfTwoChoices,
        needs.twoChoices,
        `scheduler twos of ${name}`,
      ),
      ...when(
        service.quorum > service.destinations.length,
        needs.quorumOfWeights,
        `quorum ${service.quorum} of ${name}`,
      ),
      ...service.destinations.flatMap((each) => destinationRequirements(service, each, name)),
    ];
  });
}

function destinationRequirements(
  service: PairService,
  destination: PairDestination,
  name: string,
): Requirement[] {
  const { check } = destination;
  return [
    ...when(destination.weight > 65535, needs.heavyWeight, `weight ${destination.weight} of ${name}`),
    ...when(destination.alpha !== service.alpha, needs.ownAlpha, `alpha of a real server's own of ${name}`),
    ...when(
      check.interval !== service.interval,
      needs.ownInterval,
      `an interval of a real server's own of ${name}`,
    ),
    ...when(fractional(check), needs.fractions, `healthCheck times in fractions of a second of ${name}`),
    ...kindRequirements(check, name),
  ];
}

function fractional({ interval, retryDelay, timeout, warmup }: HealthCheck): boolean {
  return [interval, retryDelay, timeout, warmup ?? 0].some((each) => !Number.isInteger(each));
}

function kindRequirements({ kinds }: HealthCheck, name: string): Requirement[] {
  const { http, https, ping, udp, file } = kinds;
  const requests = [http, https].flatMap((each) => (each === undefined ? [] : [each]));
  const pages = requests.flatMap((each) => [each, ...(each.urls ?? [])]);
  const content = [udp?.payload, udp?.reply, udp?.minReplyLength, udp?.maxReplyLength];
  return [
    ...when(
      pages.some(({ virtualHost }) => virtualHost !== undefined),
      needs.virtualHost,
      `healthCheck virtualHost of ${name}`,
    ),
    ...when(
      pages.some(({ statusCodes }) => statusCodes !== undefined && !/^\d+$/.test(statusCodes.join(" "))),
      needs.statusCodes,
      `healthCheck statusCodes of ${name}`,
    ),
    ...when(
      requests.some(({ protocol }) => protocol !== undefined),
      needs.httpProtocol,
      `healthCheck protocol of ${name}`,
    ),
    ...when(https?.sni, needs.sni, `healthCheck sni of ${name}`),
    ...when(ping !== undefined, needs.ping, `healthCheck ping of ${name}`),
    ...when(udp !== undefined, needs.udp, `healthCheck udp of ${name}`),
    ...when(
      content.some((each) => each !== undefined),
      needs.udpContent,
      `healthCheck udp payload and reply of ${name}`,
    ),
    ...when(
      [udp?.payload, udp?.reply].some((each) => each !== undefined && /ff$/i.test(each)),
      needs.udpContentEndingInFf,
      `healthCheck udp payload or reply that ends in ff of ${name}`,
    ),
    ...when(file !== undefined, needs.file, `healthCheck file of ${name}`),
  ];
}
