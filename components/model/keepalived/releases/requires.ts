// The releases of keepalived that the arguments need because the user asked for a feature that older releases lack.
import { Scheduler } from "../../../args/enums";
import { everyAddress, familyOf } from "../../address";
import type { HealthCheck } from "../checks/complete";
import type { PairSettings } from "../pair/complete";
import { releasesOfOptions, type Requirement } from "./releases";
import { serviceInWords } from "../../service";
import { tunnelInKeepalived } from "../../tunnel";
import type { PairDestination, PairService } from "../service/complete";

function needing(wanted: boolean | undefined, needs: string, what: string): Requirement[] {
  return wanted === true ? [{ needs, what }] : [];
}

function when(wanted: boolean | undefined, release: string, what: string): Requirement[] {
  return needing(wanted, `keepalived ${release}`, what);
}

export function pairRequirements(pair: PairSettings): Requirement[] {
  const tracked = pair.trackProcesses.length > 0;
  return [
    ...when(pair.startupDelay > 0, releasesOfOptions.startupDelay, "startupDelay"),
    ...when(tracked, releasesOfOptions.trackProcess, "trackProcesses"),
    // Without these events, keepalived assumes that the processes stay as they were at its start, and prints nothing.
    ...needing(tracked, "kernel process-events", "trackProcesses"),
    ...pair.instances.flatMap(({ name, virtualRoutes }) => [
      ...when(virtualRoutes.length > 0, releasesOfOptions.virtualRoutes, `virtualRoutes of instance ${name}`),
      ...virtualRoutes.flatMap(({ to, device }) =>
        needing(device !== undefined, `interface ${device}`, `virtual route ${to} of instance ${name}`),
      ),
    ]),
    ...pair.syncGroups.flatMap(({ name, notify }) =>
      when(
        notify?.stop !== undefined,
        releasesOfOptions.groupNotifyStop,
        `notify.stop of sync group ${name}`,
      ),
    ),
  ];
}

export function serviceRequirements(services: PairService[]): Requirement[] {
  return services.flatMap((service) => {
    const name = serviceInWords(service);
    return [
      ...when(
        service.port === 0,
        releasesOfOptions.everyPort,
        service.marked === undefined ? `port 0 of ${name}` : `several ports of ${name}`,
      ),
      ...when(
        service.persistence?.netmask === everyAddress,
        releasesOfOptions.everyClient,
        `persistence.netmask ${everyAddress} of ${name}`,
      ),
      ...when(
        service.scheduler === Scheduler.MaglevHashing,
        releasesOfOptions.maglev,
        `scheduler mh of ${name}`,
      ),
      ...when(
        service.flags.some((flag) => flag.startsWith("mh-")),
        releasesOfOptions.maglevFlags,
        `schedulerFlags ${service.flags.join(" ")} of ${name}`,
      ),
      ...when(
        service.scheduler === Scheduler.PowerOfTwoChoices,
        releasesOfOptions.twoChoices,
        `scheduler twos of ${name}`,
      ),
      ...when(
        service.quorum > service.destinations.length,
        releasesOfOptions.quorumOfWeights,
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
    ...when(
      destination.weight > 65535,
      releasesOfOptions.heavyWeight,
      `weight ${destination.weight} of ${name}`,
    ),
    ...when(
      familyOf(destination.address) !== familyOf(service.vip),
      releasesOfOptions.mixedFamilies,
      `a real server of another family than ${name}`,
    ),
    ...when(
      destination.alpha !== service.alpha,
      releasesOfOptions.ownAlpha,
      `alpha of a real server's own of ${name}`,
    ),
    ...when(
      destination.forwarding !== service.forwarding,
      releasesOfOptions.ownForwarding,
      `forwarding of a real server's own of ${name}`,
    ),
    ...when(
      tunnelInKeepalived(destination.tunnel).length > 0,
      releasesOfOptions.tunnelType,
      `tunnel ${destination.tunnel?.type} of ${name}`,
    ),
    ...when(
      check.interval !== service.interval,
      releasesOfOptions.ownInterval,
      `an interval of a real server's own of ${name}`,
    ),
    ...when(
      fractional(check),
      releasesOfOptions.fractions,
      `healthCheck times in fractions of a second of ${name}`,
    ),
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
      releasesOfOptions.virtualHost,
      `healthCheck virtualHost of ${name}`,
    ),
    ...when(
      pages.some(({ statusCodes }) => statusCodes !== undefined && !/^\d+$/.test(statusCodes.join(" "))),
      releasesOfOptions.statusCodes,
      `healthCheck statusCodes of ${name}`,
    ),
    ...when(
      requests.some(({ protocol }) => protocol !== undefined),
      releasesOfOptions.httpProtocol,
      `healthCheck protocol of ${name}`,
    ),
    ...when(https?.sni, releasesOfOptions.sni, `healthCheck sni of ${name}`),
    ...when(ping !== undefined, releasesOfOptions.ping, `healthCheck ping of ${name}`),
    ...when(udp !== undefined, releasesOfOptions.udp, `healthCheck udp of ${name}`),
    ...when(
      content.some((each) => each !== undefined),
      releasesOfOptions.udpContent,
      `healthCheck udp payload and reply of ${name}`,
    ),
    ...when(
      [udp?.payload, udp?.reply].some((each) => each !== undefined && /ff$/i.test(each)),
      releasesOfOptions.udpContentEndingInFf,
      `healthCheck udp payload or reply that ends in ff of ${name}`,
    ),
    ...when(file !== undefined, releasesOfOptions.file, `healthCheck file of ${name}`),
  ];
}
