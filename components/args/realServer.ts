// The arguments of a RealServer.
import type * as pulumi from "@pulumi/pulumi";
import type { WhenUnreachable } from "./enums";
import type { HostArgs } from "./host";
import type { RunArgs } from "./run";
import type { WebServerArgs } from "./webServer";

/** What becomes of a real server whose host gives no answer. */
export interface UnreachableArgs {
  /**
   * What to do when the host gives no answer: nothing listens, or nothing comes back. A wrong key or a refused login is an
   * error in any case, and so is a proxy that gives no answer. Only a host that has been set up before can be skipped. (A
   * director cannot be skipped: the other director and the real servers depend on what it does.) Default: fail.
   */
  whenUnreachable?: pulumi.Input<WhenUnreachable>;
}

/** The arguments of a RealServer. */
export interface RealServerArgs extends RunArgs, UnreachableArgs {
  /** The host. */
  host: HostArgs;
  /** The virtual addresses that it answers for, at least one. */
  vips: pulumi.Input<pulumi.Input<string>[]>;
  /** A web server with one page. Default: none. */
  webServer?: pulumi.Input<WebServerArgs>;
  /** Further kernel parameters to set, as text. Default: none. */
  sysctls?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
