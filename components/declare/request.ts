import type { remote } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import type { Access, Place } from "../model/host";
import type { Drift, WhenUnreachable } from "../args/enums";
import type { Finding } from "../remote/probe";

/** One owner's request for one host. */
export interface DocumentRequest {
  /** The component that makes the request. */
  parent: pulumi.ComponentResource;
  /** The change's name in Pulumi. It is also the last part of the owner, so that a new name without an alias is a new owner. */
  name: string;
  owner: string;
  place: pulumi.Output<Place>;
  access: pulumi.Output<Access>;
  /** The owners of its former names. */
  formerly: pulumi.Output<string[]>;
  /** The host document, without a header. */
  document: pulumi.Output<string>;
  drift: pulumi.Output<Drift>;
  /** Undefined: it was not given, which means `fail`. */
  whenUnreachable: pulumi.Output<WhenUnreachable> | undefined;
  /** Seconds for a whole change. */
  timeout: pulumi.Output<number>;
  /** Secrets that the document refers to by name, as `@{secret:NAME}`. They are sent separately, so that the document can be shown. */
  secrets: pulumi.Output<Record<string, string>> | undefined;
  /**
   * The triggers of the Command `NAME-release`: the wanted values of the facts that are removed last. When they change, Pulumi deletes the
   * old Command at the end of the update, which runs `release`. Undefined: there is no such Command.
   */
  releaseTriggers: pulumi.Output<string[]> | undefined;
  /** Resources that are deleted only after `release` has run. */
  releaseBefore: pulumi.Resource[];
  /** As in Change (change.ts). */
  deletedWith: pulumi.Resource | undefined;
  /** Changes of other hosts that must have been made before. */
  after: remote.Command[];
  /** The warning of a preview about another owner on the host with the same document. */
  twinNote: (who: string, twin: string) => string;
  /** As in Change (change.ts). */
  found: ((finding: Finding) => void) | undefined;
}
