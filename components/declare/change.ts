import type { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { HostArgs } from "../args/host";
import { twinNote } from "./formerStacks";
import { namesOf } from "./formerly";
import { access, place } from "./placement";
import { defaultApplyTimeout } from "../model/run";
import { type Place, systemOf } from "../model/host";
import { Drift, Firewall, WhenUnreachable } from "../args/enums";
import { show } from "../model/shape";
import { documentCommands } from "./command";
import type { Finding } from "../remote/probe";
import { stop, stopped } from "./stop";
import { type HostDocument, type LeavesLast, renderDocument } from "../render/document";
import { withFirewallAs } from "../render/openings";
import { longestOwner, ownerName } from "../render/owner";
import { conflictOf } from "./conflicts";

/** Facts that are removed only at the end of the update, after all hosts have been changed. */
export interface LeavingLast {
  what: LeavesLast;
  /** Those of them that the program wants now. */
  wanted: pulumi.Input<pulumi.Input<string>[]>;
  /** Resources that are deleted only after that removal. Default: none. */
  before?: pulumi.Resource[];
}

/** What a component wants on one host. */
export interface Change<Settings> {
  /** The component's class. */
  type: string;
  /** The component's name. */
  name: string;
  host: HostArgs;
  /** The name of the change of a host. */
  changeName: (component: string, host: string) => string;
  /** Resolves when the arguments are known and have no problems. */
  valid: pulumi.Output<boolean>;
  /** The rest of the arguments. */
  settings: pulumi.Input<Settings>;
  /** Default: fail. */
  whenUnreachable?: pulumi.Input<WhenUnreachable> | undefined;
  drift: pulumi.Input<Drift> | undefined;
  /** What to do about firewalld on the host. */
  firewall: pulumi.Input<Firewall> | undefined;
  applyTimeout: pulumi.Input<number> | undefined;
  /** Default: facts that are no longer wanted are removed at once. */
  leavesLast?: LeavingLast | undefined;
  /** Changes of other hosts that must have been made before. Default: none. */
  after?: remote.Command[];
  /** When this resource is deleted (a machine, for example), the change is deleted without running anything on the host. Default: none. */
  deletedWith?: pulumi.Resource | undefined;
  /** Secrets that the document refers to by name. Default: none. */
  secrets?: pulumi.Output<Record<string, string>> | undefined;
  /** Called with the result of the look. */
  found?: (finding: Finding) => void;
  /** Makes a document for the host from the settings. */
  document: (place: Place, settings: pulumi.Unwrap<Settings>) => HostDocument | Promise<never>;
}

/** Declares the change of one host: one document of one owner. Returns the Commands on which the change of another host may depend. */
export function changeHost<Settings>(
  component: pulumi.ComponentResource,
  change: Change<Settings>,
): remote.Command[] {
  const { valid, host, leavesLast } = change;
  const called = (component: string) => change.changeName(component, host.name);
  const name = called(change.name);
  const owner = ownerName(pulumi.getProject(), pulumi.getStack(), change.type, name);
  if (owner.length > longestOwner) throw tooLong(component, name, owner);
  const where = place(host, valid);
  const names = namesOf(component, { type: change.type, name: change.name, called });
  return documentCommands({
    parent: component,
    name,
    owner,
    place: where,
    access: access(host, valid),
    formerly: names.apply(({ formerly }) => formerly),
    document: pulumi
      .all([where, pulumi.output(change.settings), names, change.firewall])
      .apply(async ([known, settings, named, firewall = Firewall.Manage]) => {
        const whole = await change.document(known, settings as pulumi.Unwrap<Settings>);
        const wanted = withFirewallAs(firewall, whole);
        const wrong = conflictOf(owner, known, wanted);
        return wrong === undefined
          ? renderDocument(owner, { ...wanted, ...named, ...systemOf(known), leavesLast: leavesLast?.what })
          : stopped(component, wrong);
      }),
    whenUnreachable:
      change.whenUnreachable === undefined
        ? undefined
        : pulumi.all([change.whenUnreachable, valid]).apply(([given]) => given ?? WhenUnreachable.Fail),
    drift: pulumi.all([change.drift, valid]).apply(([drift]) => drift ?? Drift.Repair),
    timeout: pulumi.all([change.applyTimeout, valid]).apply(([seconds]) => seconds ?? defaultApplyTimeout),
    secrets: change.secrets,
    releaseTriggers:
      leavesLast === undefined
        ? undefined
        : pulumi.all([leavesLast.wanted, valid]).apply(([wanted]) => [...wanted].sort()),
    releaseBefore: leavesLast?.before ?? [],
    after: change.after ?? [],
    deletedWith: change.deletedWith,
    twinNote: (who, twin) => twinNote(who, owner, twin),
    found: change.found,
  });
}

function tooLong(component: pulumi.ComponentResource, name: string, owner: string): Error {
  const known = `${owner.slice(0, owner.lastIndexOf("/"))}/…`;
  return stop(
    component,
    `the name ${show(name)} is too long: hosts know it as ${known}, ${owner.length} characters of which ${longestOwner} are possible; give a shorter one`,
  );
}
