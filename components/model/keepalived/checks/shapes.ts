// The shapes of health checks.
import type {
  CheckTargetArgs,
  DnsCheckArgs,
  FileCheckArgs,
  HttpCheckArgs,
  HttpsCheckArgs,
  PingCheckArgs,
  ScriptCheckArgs,
  SmtpCheckArgs,
  UdpCheckArgs,
  UrlArgs,
} from "../../../args/healthCheck";
import { address } from "../../address";
import {
  flag,
  isRecord,
  join,
  list,
  oneOf,
  optional,
  type Problem,
  record,
  type Shape,
  text,
  value,
  wholeNumber,
} from "../../shape";
import { onePort } from "../../ports";
import { type Kinds, kindNames, type TimeName } from "./complete";
import { DnsRecordType, HttpProtocol } from "../../../args/enums";
import { domainName, filePath, hexDigits, script, seconds, urlPath } from "../syntax/fields";
import { verbatim } from "../syntax/verbatim";

const day = 24 * 3600;
const target: Record<keyof CheckTargetArgs, Shape> = {
  address: optional(address("what a check connects to")),
  port: optional(onePort),
  source: optional(address("a director")),
  mark: optional(wholeNumber("a packet's mark", 1, 4294967295)),
  verbatim: optional(verbatim),
};
const { port: _, ...pingMembers } = target satisfies Record<keyof PingCheckArgs, Shape>;

const statusCode: Shape = value((given) => {
  const [, low, high] = (typeof given === "string" && /^([1-9]\d\d)(?:-([1-9]\d\d))?$/.exec(given)) || [];
  return low === undefined || Number(high ?? low) < Number(low)
    ? 'is not a status code such as "200", or a range such as "200-299"'
    : undefined;
});

/** The Host header of a request: a name or an address, perhaps with a port. */
const virtualHost: Shape = text(
  "a virtual host",
  /^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?\.?(:\d{1,5})?$/,
  "a host name, with a port if need be",
);

const pageMembers = {
  path: optional(urlPath),
  // All of them are on one line.
  statusCodes: optional(list(statusCode, 1, "status codes", 100)),
  digest: optional(text("an MD5 digest", /^[0-9A-Fa-f]{32}$/, "32 hexadecimal digits, as genhash prints it")),
  virtualHost: optional(virtualHost),
};

const urlMembers: Record<keyof UrlArgs, Shape> = { ...pageMembers, verbatim: optional(verbatim) };

const oneOrMoreUrls: Shape = (given, path) => {
  if (!isRecord(given) || given["urls"] === undefined) return [];
  return ["path", "statusCodes", "digest"].flatMap((name): Problem[] =>
    given[name] === undefined
      ? []
      : [{ path: join(path, name), reason: "contradicts urls: give it there, to the page that it is of" }],
  );
};

const httpMembers: Record<keyof HttpCheckArgs, Shape> = {
  ...target,
  ...pageMembers,
  urls: optional(list(record("a page such as { path }", urlMembers), 1, "pages")),
  protocol: optional(oneOf("a version of HTTP", Object.values(HttpProtocol))),
};

const udpAsAWhole: Shape = (given, path) => {
  if (!isRecord(given)) return [];
  const { minReplyLength: least, maxReplyLength: most } = given;
  const problems: Problem[] = [];
  if (typeof least === "number" && least > (typeof most === "number" ? most : 255)) {
    problems.push({
      path: join(path, "minReplyLength"),
      reason: `${least} is above maxReplyLength, which is ${typeof most === "number" ? most : "255 if it is not given"}`,
    });
  }
  if (given["requireReply"] === false) {
    for (const name of ["reply", "minReplyLength", "maxReplyLength"]) {
      if (given[name] !== undefined)
        problems.push({
          path: join(path, name),
          reason: "says what the reply is like, and requireReply is false",
        });
    }
  }
  return problems;
};

const httpsMembers: Record<keyof HttpsCheckArgs, Shape> = { ...httpMembers, sni: optional(flag) };

const dnsMembers: Record<keyof DnsCheckArgs, Shape> = {
  ...target,
  type: optional(oneOf("a type of DNS records", Object.values(DnsRecordType))),
  name: optional((given, path) => (given === "." ? [] : domainName("a domain name")(given, path))),
};

const smtpMembers: Record<keyof SmtpCheckArgs, Shape> = {
  ...target,
  helo: optional(domainName("a name to greet with")),
};

const udpMembers: Record<keyof UdpCheckArgs, Shape> = {
  ...target,
  payload: optional(hexDigits("what to send", "0-9A-Fa-f", 255)),
  requireReply: optional(flag),
  reply: optional(hexDigits("the beginning of a reply", "0-9A-Fa-fXx", 255)),
  minReplyLength: optional(wholeNumber("a length in bytes", 0, 65535)),
  maxReplyLength: optional(wholeNumber("a length in bytes", 1, 65535)),
};

const fileMembers: Record<keyof FileCheckArgs, Shape> = {
  path: filePath,
  weight: optional(wholeNumber("a weight", -2147483647, 2147483647)),
};

const scriptMembers: Record<keyof ScriptCheckArgs, Shape> = {
  script,
  timeout: optional(wholeNumber("a time in seconds", 1, day)),
  dynamicWeight: optional(flag),
};

const kinds: Record<keyof Kinds, Shape> = {
  tcp: record("a TCP check such as {}", target),
  http: record('an HTTP check such as { path: "/healthz" }', httpMembers, oneOrMoreUrls),
  https: record('an HTTPS check such as { path: "/healthz" }', httpsMembers, oneOrMoreUrls),
  dns: record("a DNS check such as { name }", dnsMembers),
  smtp: record("an SMTP check such as {}", smtpMembers),
  ping: record("a ping check such as {}", pingMembers),
  udp: record("a UDP check such as { payload }", udpMembers, udpAsAWhole),
  file: record("a file check such as { path }", fileMembers),
  script: record("a script check such as { script }", scriptMembers),
};

const times: Record<TimeName, Shape> = {
  interval: optional(seconds(0.1, day, 0.001)),
  retries: optional(wholeNumber("a number of retries", 0, 1000)),
  retryDelay: optional(seconds(0.001, day, 0.001)),
  timeout: optional(seconds(0.001, 4000, 0.001)),
  warmup: optional(seconds(0, day, 0.001)),
};

export const healthCheck: Shape = record(
  'a health check such as { http: { path: "/healthz" }, interval: 5 }',
  {
    ...Object.fromEntries(Object.entries(kinds).map(([name, shape]) => [name, optional(shape)])),
    ...times,
    none: optional(flag),
  },
  (given, path) => {
    if (!isRecord(given) || given["none"] !== true) return [];
    return kindNames.flatMap((name): Problem[] =>
      given[name] === undefined
        ? []
        : [{ path: join(path, name), reason: "contradicts none, which is true" }],
    );
  },
);
