// The web server of a real server.
import type * as pulumi from "@pulumi/pulumi";
import type { WebServerKind } from "./enums";

/** A web server with one page, to see a cluster at work. */
export interface WebServerArgs {
  /** `nginx` or `httpd`. Its package is installed, its unit enabled and started. */
  kind: pulumi.Input<WebServerKind>;
  /** The page, as text; a last line feed is added where there is none. Default: a heading with the host's name. */
  content?: pulumi.Input<string>;
  /**
   * The TCP ports at which it listens beside 80, on IPv4 and IPv6, with the same page, for services with another `realServerPort`. At most 100,
   * each from 1 to 65535. Default: none. It always listens at port 80, by the distribution's own configuration.
   *
   * The ports are in a file of our own: /etc/nginx/conf.d/pulumi-lvs.conf or /etc/httpd/conf.d/pulumi-lvs.conf (on Debian
   * /etc/apache2/conf-enabled/pulumi-lvs.conf). When it changes, the web server is reloaded, and no request fails. A port that leaves the list
   * is closed at once, before directors are changed. So a service moves to another port in three updates: add the new port, change the
   * service, remove the old port.
   *
   * A preview refuses a port that another program has. It warns of a port that SELinux does not allow, with the command that allows it. nginx,
   * ngx_http_core_module, `listen`; httpd, mpm_common, `Listen`; semanage-port(8).
   */
  ports?: pulumi.Input<pulumi.Input<number>[]>;
}
