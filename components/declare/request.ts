import type { remote } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import type { Access, Place } from "../model/host";
import type { Drift, WhenUnreachable } from "../args/enums";
import type { Finding } from "../remote/probe";

/** One owner's request for one host. */
export interface DocumentRequest {
  /** The component that it comes from. */
  parent: pulumi.ComponentResource;
  /** What Pulumi calls the change. It is the owner's last part too, so that a new name without an alias is a new owner. */
  name: string;
  owner: string;
  place: pulumi.Output<Place>;
  access: pulumi.Output<Access>;
  /** The owners of the names that it had before. */
  formerly: pulumi.Output<string[]>;
  /** The host document, without a header. */
  document: pulumi.Output<string>;
  drift: pulumi.Output<Drift>;
  /** Undefined: nothing is said of it, which means `fail`. */
  whenUnreachable: pulumi.Output<WhenUnreachable> | undefined;
  /** Seconds for a whole change. */
  timeout: pulumi.Output<number>;
  /** What stands in the document by name only, as `@{secret:NAME}`: it travels apart, so that the document can be read. */
  secrets: pulumi.Output<Record<string, string>> | undefined;
  /**
   * The triggers of the Command `NAME-release`: what is wanted of that which leaves the host last. When they change, Pulumi deletes the old Command at the end of
   * the update, which runs `release`. Undefined: there is no such Command.
   */
  releaseTriggers: pulumi.Output<string[]> | undefined;
  /** What is given back only when that has been run. */
  releaseBefore: pulumi.Resource[];
  /** With which resource its Commands end without being run. */
  deletedWith: pulumi.Resource | undefined;
  /** Changes of other hosts that must have been made before. */
  after: remote.Command[];
  /** What a preview says of another owner there whose document is the same. */
  twinNote: (who: string, twin: string) => string;
  /** Is told what the host looks like, once somebody has looked. */
  found: ((finding: Finding) => void) | undefined;
}
