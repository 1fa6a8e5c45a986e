// The web server of a real server.
import type * as pulumi from "@pulumi/pulumi";
import type { WebServerKind } from "./enums";

/** A web server with one page, to see a cluster at work. */
export interface WebServerArgs {
  /** `nginx` or `httpd`. Its package is installed, its unit enabled and started. */
  kind: pulumi.Input<WebServerKind>;
  /** The page, as text; a last line feed is added where there is none. Default: a heading with the host's name. */
  content?: pulumi.Input<string>;
}
