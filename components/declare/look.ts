import * as pulumi from "@pulumi/pulumi";
import { type Access, hostLabel, type Place } from "../model/host";
import { Drift, WhenUnreachable } from "../args/enums";
import { announcement, secretAnnouncement } from "../render/announcement";
import { HostFailure, HostUnreachable } from "../remote/failure";
import { claimOwner } from "./owners";
import { type Finding, probe } from "../remote/probe";
import { say } from "./say";
import { stopped } from "./stop";
import { transport } from "./transport";
import type { DocumentRequest } from "./request";

/** The header if nobody looks at the host. Without a look there is no repair, so it never changes. */
const unseen = "# generation 1";

/** The result of a look at a host. */
export interface Look {
  /** The header of the document. It is the stored one if the host is as declared. */
  header: string;
  /** Whether the host gave no answer, and the user wants to skip such hosts. */
  skipped: boolean;
}

/** Looks at a host. Prints warnings and notes about it, and stops the program if the host cannot have what is wanted. */
export async function look(
  request: DocumentRequest,
  place: Place,
  access: Access,
  document: string,
  drift: Drift,
  timeout: number,
  whenUnreachable: WhenUnreachable | undefined,
): Promise<Look> {
  const who = hostLabel(place);
  const taken = claimOwner(request.parent, request.owner, place.address, who);
  if (taken !== undefined) return stopped(request.parent, taken);
  const run = transport();
  const preview = pulumi.runtime.isDryRun();
  if (run === undefined || (drift === Drift.Off && preview)) return seen(unseen);
  let finding: Finding;
  try {
    finding = await probe(run, who, access, document, timeout);
  } catch (error) {
    if (error instanceof HostUnreachable && whenUnreachable === WhenUnreachable.Skip) {
      say(
        "warn",
        `${who} IS SKIPPED: nothing of ${request.owner} is looked at or changed there (if it has never been set up, the update fails). ${error.message}. If the host is gone for good, remove it from the program and its resources from the state (docs/lost-host.md)`,
        request.parent,
      );
      return { header: unseen, skipped: true };
    }
    if (error instanceof HostFailure) return stopped(request.parent, error.message);
    throw error;
  }
  if (finding.reasons.length > 0) {
    const list = finding.reasons.map((reason) => `\n  ${reason}`).join("");
    return stopped(request.parent, `${who} cannot be given what ${request.owner} wants:${list}`);
  }
  if (drift === Drift.Off) return seen(unseen);
  request.found?.(finding);
  // (Notes are not awaited: say.ts.)
  if (preview) {
    for (const note of await notes(request, who, document, finding)) say("info", note, request.parent);
    for (const each of finding.takesOver)
      say(
        "info",
        `${who}: ${request.owner} takes over the claims of ${each}, its former name`,
        request.parent,
      );
    for (const each of finding.leftovers)
      say(
        "warn",
        `${who}: ${each} is no longer declared and is still there, since the update that removed it did not end; pulumi up --replace with the URN of ${request.name}-release removes it`,
        request.parent,
      );
    for (const each of finding.warnings) say("warn", `${who}: ${each}`, request.parent);
    for (const twin of finding.twins) say("warn", request.twinNote(who, twin), request.parent);
  }
  if (drift === Drift.Repair || finding.drift.length === 0) return seen(finding.header);
  for (const each of finding.drift) say("warn", `${who} was changed: ${each}`, request.parent);
  // (Unfinished changes are completed in this mode, too.)
  return seen(finding.unfinished ? finding.header : (finding.stored ?? finding.header));
}

function seen(header: string): Look {
  return { header, skipped: false };
}

/** Prints what a reviewer should know beside the diff. An update does not repeat it, since the preview has shown it. */
async function notes(
  request: DocumentRequest,
  who: string,
  document: string,
  finding: Finding,
): Promise<string[]> {
  const foreign = finding.foreign.map((each) => `${who}: left alone, not declared here: ${each}`);
  const ofHost = (sentences: string[]) => sentences.map((each) => `${who}: ${each}`);
  const [connections, deferred] = [ofHost(finding.connections), ofHost(finding.deferred)];
  if (finding.stored !== undefined)
    return [...ofHost(finding.causes), ...connections, ...deferred, ...foreign];
  const secret = await pulumi.isSecret(request.document);
  return [secret ? secretAnnouncement(who) : announcement(who, document), ...deferred, ...foreign];
}
