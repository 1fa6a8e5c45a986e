import type * as pulumi from "@pulumi/pulumi";
import type { HostArgs } from "../args/host";
import type { Finding } from "../remote/probe";
import { say } from "./say";

/**
 * Warns of instances with no master or several masters, once all directors have been looked at: one host alone cannot see that. Returns, for
 * each director, the function that takes the result of its look.
 */
export function warnOfMasters(
  component: pulumi.ComponentResource,
  hosts: HostArgs[],
): ((finding: Finding) => void)[] {
  const seen = new Map<number, Finding>();
  return hosts.map((_, index) => (finding) => {
    seen.set(index, finding);
    if (seen.size < hosts.length) return;
    const directors = hosts.map((host, at) => ({
      who: host.name,
      finding: seen.get(at),
    }));
    for (const sentence of [...mastershipProblems(directors), ...inFront(directors)])
      say("warn", sentence, component);
  });
}

/**
 * A sentence for each new director that is in the list before one that was changed earlier. The new one is changed first, and becomes
 * master at once, since the others do not send it adverts yet.
 */
export function inFront(directors: { who: string; finding: Finding | undefined }[]): string[] {
  const isNew = directors.map(({ finding }) => finding !== undefined && finding.stored === undefined);
  const known = directors.findIndex(({ finding }) => finding?.stored !== undefined);
  const first = isNew.indexOf(true);
  if (first < 0 || known < first) return [];
  return [
    `${directors[first]!.who} is new and comes before ${directors[known]!.who} in directors, so it takes the VIPs before the others know of it: requests that are under way fail in this update; write it after them`,
  ];
}

/** One sentence for each instance that has not exactly one master among these directors. */
export function mastershipProblems(directors: { who: string; finding: Finding | undefined }[]): string[] {
  // A director that nobody has looked at, or that has never been set up, may be the master.
  const looked = directors.flatMap(({ who, finding }) =>
    finding?.stored === undefined ? [] : [{ who, instances: finding.instances }],
  );
  if (looked.length < directors.length) return [];
  const names = new Set(looked.flatMap(({ instances }) => Object.keys(instances)));
  return [...names].sort().flatMap((name) => {
    const masters = looked.filter(({ instances }) => instances[name] === "MASTER").map(({ who }) => who);
    if (masters.length === 1) return [];
    const states = looked.map(({ who, instances }) => `${who}: ${instances[name] ?? "not there"}`).join(", ");
    return masters.length === 0
      ? [
          `VRRP instance ${name} has no master (${states}): nobody holds its VIPs; see journalctl -u keepalived`,
        ]
      : [
          `VRRP instance ${name} has ${masters.length} masters (${states}): they do not hear each other's adverts; let IP protocol 112 pass between ${masters.join(" and ")}`,
        ];
  });
}
