// A real server's health checks in keepalived's words.
import type {
  CheckTarget,
  GivenHttp,
  GivenUdp,
  GivenUrl,
  HealthCheck,
} from "../../model/keepalived/checks/complete";
import { serviceInFiles } from "../../model/service";
import { releasesOfOurLines } from "../../model/keepalived/releases/releases";
import type { PairDestination, PairService } from "../../model/keepalived/service/complete";
import type { ConfigLine } from "../document";
import { call, digest, type Script } from "./scripts";
import { block, line, lines, forReleases, verbatim } from "./lines";

/** The place of a check. */
export interface CheckPlace {
  stem: string;
  service: PairService;
  destination: PairDestination;
}

export function checkBlocks(at: CheckPlace): ConfigLine[] {
  const { check, weight } = at.destination;
  const { tcp, http, https, dns, smtp, ping, udp, file, script } = check.kinds;
  const own = ownInterval(at);
  // A check that sets weights would give a drained server a weight.
  const drained = weight === 0;
  return [
    ...(tcp === undefined
      ? []
      : block("TCP_CHECK", [...target(tcp), ...own, ...common(check), ...verbatim(tcp.verbatim)])),
    ...(http === undefined
      ? []
      : block("HTTP_GET", [...target(http), ...own, ...httpTimes(check), ...pages(http)])),
    ...(https === undefined
      ? []
      : block("SSL_GET", [
          ...target(https),
          ...own,
          ...httpTimes(check),
          ...serverName(https),
          ...pages(https),
        ])),
    ...(dns === undefined
      ? []
      : block("DNS_CHECK", [
          ...target(dns),
          ...own,
          ...lines(`connect_timeout ${check.timeout}`, `retry ${check.retries}`),
          ...forReleases(releasesOfOurLines.commonCheckOptions, [...retryDelay(check), ...warmup(check)]),
          ...lines(dns.type && `type ${dns.type}`, dns.name && `name ${dns.name}`),
          ...verbatim(dns.verbatim),
        ])),
    ...(smtp === undefined
      ? []
      : block("SMTP_CHECK", [
          ...target(smtp),
          ...own,
          ...common(check),
          ...lines(smtp.helo && `helo_name ${smtp.helo}`),
          ...verbatim(smtp.verbatim),
        ])),
    ...(ping === undefined
      ? []
      : block("PING_CHECK", [...target(ping), ...own, ...common(check), ...verbatim(ping.verbatim)])),
    ...(udp === undefined
      ? []
      : block("UDP_CHECK", [
          ...target(udp),
          ...own,
          ...common(check),
          ...datagram(udp),
          ...verbatim(udp.verbatim),
        ])),
    ...(script === undefined
      ? []
      : block("MISC_CHECK", [
          line(`misc_path ${call(at.stem, checkScriptName(at), ...endpoints(at))}`),
          line(`misc_timeout ${script.timeout ?? Math.max(1, Math.ceil(check.timeout))}`),
          ...lines(script.dynamicWeight === true && !drained ? "misc_dynamic" : undefined),
          ...own,
          ...forReleases(releasesOfOurLines.commonCheckOptions, [
            line(`retry ${check.retries}`),
            ...retryDelay(check),
          ]),
          ...warmup(check),
        ])),
    ...(file === undefined || (drained && (file.weight ?? 0) !== 0)
      ? []
      : block(
          "FILE_CHECK",
          lines(
            `track_file ${trackedFileName(at.stem, file.path)}`,
            (file.weight ?? 0) === 0 ? undefined : `weight ${file.weight}`,
          ),
        )),
  ];
}

/** The arguments of scripts about a real server. */
export function endpoints({
  service,
  destination,
}: Pick<CheckPlace, "service" | "destination">): (string | number)[] {
  return [destination.address, destination.port, service.vip, service.port];
}

/** Real servers that are checked by the service's own script share its file. */
export function checkScriptName({
  service,
  destination,
}: Pick<CheckPlace, "service" | "destination">): string {
  const own = destination.check.kinds.script?.script;
  const name = `check=${serviceInFiles(service)}`;
  return own === service.checkScript ? name : `${name}=${destination.address}`;
}

export function checkScripts(service: PairService): Script[] {
  const scripts = service.destinations.flatMap((destination): [string, string][] => {
    const text = destination.check.kinds.script?.script;
    return text === undefined ? [] : [[checkScriptName({ service, destination }), text]];
  });
  return [...new Map(scripts)].map(([name, text]) => ({ name, text }));
}

/** A pair and its virtual services may watch the same file. keepalived needs a name for it, and each name must be used once. */
function trackedFileName(stem: string, path: string): string {
  return `lvs_${digest(`${stem} ${path}`)}`;
}

/**
 * The files that checks of these services watch. A tracked file's own weight is 1 by default: a number in the file would then change
 * weights instead of removing servers.
 */
export function trackedFiles(services: PairService[], stem: string): ConfigLine[] {
  const paths = services.flatMap(({ destinations }) =>
    destinations.flatMap(({ check }) => (check.kinds.file === undefined ? [] : [check.kinds.file.path])),
  );
  return [...new Set(paths)]
    .sort()
    .flatMap((path) =>
      block(`track_file ${trackedFileName(stem, path)}`, lines(`file "${path}"`, "weight 0")),
    );
}

function target(given: CheckTarget): ConfigLine[] {
  return lines(
    given.address && `connect_ip ${given.address}`,
    given.port === undefined ? undefined : `connect_port ${given.port}`,
    given.source && `bindto ${given.source}`,
    given.mark === undefined ? undefined : `fwmark ${given.mark}`,
  );
}

function ownInterval({ service, destination }: CheckPlace): ConfigLine[] {
  const { interval } = destination.check;
  return lines(interval === service.interval ? undefined : `delay_loop ${interval}`);
}

function common(check: HealthCheck): ConfigLine[] {
  return [
    ...lines(`connect_timeout ${check.timeout}`, `retry ${check.retries}`),
    ...retryDelay(check),
    ...warmup(check),
  ];
}

function retryDelay(check: HealthCheck): ConfigLine[] {
  return lines(`delay_before_retry ${check.retryDelay}`);
}

function warmup(check: HealthCheck): ConfigLine[] {
  return lines(check.warmup === undefined ? undefined : `warmup ${check.warmup}`);
}

function httpTimes(check: HealthCheck): ConfigLine[] {
  return [
    line(`connect_timeout ${check.timeout}`),
    line(`nb_get_retry ${check.retries}`, releasesOfOurLines.beforeCommonCheckOptions),
    line(`retry ${check.retries}`, releasesOfOurLines.commonCheckOptions),
    ...retryDelay(check),
    ...warmup(check),
  ];
}

function serverName(given: GivenHttp): ConfigLine[] {
  if (given.sni !== undefined) return lines(given.sni ? "enable_sni" : undefined);
  const named =
    given.virtualHost !== undefined || given.urls?.some(({ virtualHost }) => virtualHost !== undefined);
  return named === true ? [line("enable_sni", releasesOfOurLines.sni)] : [];
}

function pages(given: GivenHttp): ConfigLine[] {
  const { path, statusCodes, digest: sum } = given;
  return [
    ...lines(
      given.protocol && `http_protocol ${given.protocol}`,
      given.virtualHost && `virtualhost ${given.virtualHost}`,
    ),
    ...(given.urls ?? [{ path, statusCodes, digest: sum }]).flatMap(page),
    ...verbatim(given.verbatim),
  ];
}

/** The statuses that count as success differ by release if none is given. So one is always given, unless the content decides. */
function page(given: GivenUrl): ConfigLine[] {
  const codes = given.statusCodes ?? (given.digest === undefined ? ["200"] : undefined);
  return block("url", [
    ...lines(
      `path "${given.path ?? "/"}"`,
      codes && `status_code ${codes.join(" ")}`,
      given.digest && `digest ${given.digest.toLowerCase()}`,
      given.virtualHost && `virtualhost ${given.virtualHost}`,
    ),
    ...verbatim(given.verbatim),
  ]);
}

function datagram(given: GivenUdp): ConfigLine[] {
  const { requireReply, reply, minReplyLength: least, maxReplyLength: most } = given;
  const needed = requireReply ?? [reply, least, most].some((each) => each !== undefined);
  return lines(
    given.payload && `payload ${given.payload}`,
    needed ? (reply === undefined ? "require_reply" : `require_reply ${reply}`) : undefined,
    least === undefined ? undefined : `min_reply_length ${least}`,
    most === undefined ? undefined : `max_reply_length ${most}`,
  );
}
