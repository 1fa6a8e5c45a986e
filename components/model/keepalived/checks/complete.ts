// Health checks: the service's and the real server's settings, combined. Their problems: shapes.ts.
import type {
  CheckTargetArgs,
  HealthCheckArgs,
  HttpsCheckArgs,
  UdpCheckArgs,
  UrlArgs,
} from "../../../args/healthCheck";
import type { Known } from "../../../args/known";
import { plainSeconds } from "../syntax/fields";

export type CheckTarget = Known<CheckTargetArgs>;
export type GivenUrl = Known<UrlArgs>;
/** A check by HTTP, or by HTTPS. */
export type GivenHttp = Known<HttpsCheckArgs>;
export type GivenUdp = Known<UdpCheckArgs>;
export type GivenCheck = Known<HealthCheckArgs>;

export type TimeName = "interval" | "retries" | "retryDelay" | "timeout" | "warmup";

/** The kinds of checks, each with its settings. */
export type Kinds = Omit<GivenCheck, TimeName | "none">;

export interface Times {
  interval: number;
  retries: number;
  retryDelay: number;
  timeout: number;
  /** Absent: a random time within the interval, which is keepalived's own choice. */
  warmup: number | undefined;
}

/** A real server's checks with all defaults filled in. */
export interface HealthCheck extends Times {
  kinds: Kinds;
}

/**
 * A dead server is removed from the table after interval + retries × retryDelay seconds, 6 with these values. If it does not even refuse
 * connections, the first check and each retry also take timeout seconds: 12 with these values.
 */
export const defaultTimes = { interval: 5, retries: 1, retryDelay: 1, timeout: 3 };

/** All kinds, so that the compiler finds one that is missing here. */
const everyKind: Record<keyof Kinds, true> = {
  tcp: true,
  http: true,
  https: true,
  dns: true,
  smtp: true,
  ping: true,
  udp: true,
  file: true,
  script: true,
};
export const kindNames = Object.keys(everyKind) as (keyof Kinds)[];

/**
 * The real server's check, completed by the service's: its kinds replace all kinds of the service, and its times replace the service's one
 * by one.
 */
export function completeCheck(
  service: GivenCheck | undefined,
  server: GivenCheck | undefined,
  byDefault: Kinds,
): HealthCheck {
  const said = [server, service].find(saysWhich);
  const time = (name: TimeName): number | undefined => {
    const given = server?.[name] ?? service?.[name];
    return given === undefined ? undefined : plainSeconds(given);
  };
  return {
    kinds: said === undefined ? byDefault : said.none === true ? {} : chosen(said),
    interval: time("interval") ?? defaultTimes.interval,
    retries: time("retries") ?? defaultTimes.retries,
    retryDelay: time("retryDelay") ?? defaultTimes.retryDelay,
    timeout: time("timeout") ?? defaultTimes.timeout,
    warmup: time("warmup"),
  };
}

function saysWhich(given: GivenCheck | undefined): boolean {
  return given?.none === true || kindNames.some((name) => given?.[name] !== undefined);
}

function chosen(given: GivenCheck): Kinds {
  return Object.fromEntries(
    kindNames.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  );
}
