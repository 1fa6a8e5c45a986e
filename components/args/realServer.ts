// The arguments of a RealServer.
import type * as pulumi from "@pulumi/pulumi";
import type { HostArgs } from "./host";
import type { RunArgs } from "./run";
import type { WebServerArgs } from "./webServer";

/** The arguments of a RealServer. */
export interface RealServerArgs extends RunArgs {
  /** The host. */
  host: HostArgs;
  /** The virtual addresses that it answers for, at least one. */
  vips: pulumi.Input<pulumi.Input<string>[]>;
  /** A web server with one page. Default: none. */
  webServer?: pulumi.Input<WebServerArgs>;
  /** Further kernel parameters to set, as text. Default: none. */
  sysctls?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
