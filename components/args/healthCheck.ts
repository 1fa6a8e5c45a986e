// How keepalived checks real servers.
import type * as pulumi from "@pulumi/pulumi";
import type { DnsRecordType, HttpProtocol } from "./enums";

/** Where a check connects to. */
export interface CheckTargetArgs {
  /** The address to connect to. Default: the real server's. keepalived.conf(5), connect_ip. */
  address?: pulumi.Input<string>;
  /** The port to connect to. Default: the real server's. keepalived.conf(5), connect_port. */
  port?: pulumi.Input<number>;
  /** The director's own address to connect from. Default: what the route says. keepalived.conf(5), bindto. */
  source?: pulumi.Input<string>;
  /** The mark of the check's packets, for policy routing. Default: none. keepalived.conf(5), fwmark. */
  mark?: pulumi.Input<number>;
  /**
   * Further lines for the check's block, in keepalived's own syntax. A `{` ends its line, a `}` stands alone on its line.
   * Default: none.
   */
  verbatim?: pulumi.Input<string>;
}

/** One page that must answer. Several of a check are asked in turn. keepalived.conf(5), url. */
export interface UrlArgs {
  /** The path to ask for. Default: /. */
  path?: pulumi.Input<string>;
  /**
   * The status codes that count as success: `200`, or a range `200-299`. More than one code, and ranges, need keepalived 2.0.17.
   * Default: 200, or none where a digest is given. keepalived.conf(5), status_code.
   */
  statusCodes?: pulumi.Input<pulumi.Input<string>[]>;
  /** The MD5 digest of the page, as `genhash` prints it: 32 hexadecimal digits. Default: any content. */
  digest?: pulumi.Input<string>;
  /** The value of the request's Host header. Default: that of the check. */
  virtualHost?: pulumi.Input<string>;
  /** Further lines for the url's block (such as `regex`), in keepalived's own syntax. Default: none. */
  verbatim?: pulumi.Input<string>;
}

/** Asks for pages by HTTP. Either one page, with these members, or `urls`. keepalived.conf(5), HTTP_GET. */
export interface HttpCheckArgs extends CheckTargetArgs {
  /** The path to ask for. Default: /. */
  path?: pulumi.Input<string>;
  /**
   * The status codes that count as success: `200`, or a range `200-299`. More than one code, and ranges, need keepalived 2.0.17.
   * Default: 200, or none where a digest is given.
   */
  statusCodes?: pulumi.Input<pulumi.Input<string>[]>;
  /** The MD5 digest of the page, as `genhash` prints it: 32 hexadecimal digits. Default: any content. */
  digest?: pulumi.Input<string>;
  /** The value of the Host header. Default: the address that is connected to. keepalived.conf(5), virtualhost. */
  virtualHost?: pulumi.Input<string>;
  /** Several pages, each of which must succeed. Default: the one page of the other members. */
  urls?: pulumi.Input<pulumi.Input<UrlArgs>[]>;
  /** The version of HTTP: `1.0`, `1.0C`, `1.1`. Needs keepalived 2.0.17. Default: 1.0. */
  protocol?: pulumi.Input<HttpProtocol>;
}

/** Asks for pages by HTTPS; the certificate is not verified. keepalived.conf(5), SSL_GET. */
export interface HttpsCheckArgs extends HttpCheckArgs {
  /**
   * Whether to name the host in the TLS handshake (SNI). Default: true if a virtualHost is given and keepalived is 1.4.3 or newer.
   * keepalived.conf(5), enable_sni.
   */
  sni?: pulumi.Input<boolean>;
}

/** Sends a DNS query by UDP. keepalived.conf(5), DNS_CHECK. */
export interface DnsCheckArgs extends CheckTargetArgs {
  /** The type of the record to ask for. Default: SOA. */
  type?: pulumi.Input<DnsRecordType>;
  /** The domain name to ask for. Default: the root, `.`. */
  name?: pulumi.Input<string>;
}

/** Greets a mail server. keepalived.conf(5), SMTP_CHECK. */
export interface SmtpCheckArgs extends CheckTargetArgs {
  /** The name to greet with. Default: smtpchecker.keepalived.org, which is keepalived's own. */
  helo?: pulumi.Input<string>;
}

/** Sends ICMP echo requests. Needs keepalived 2.1.0. keepalived.conf(5), PING_CHECK. */
export interface PingCheckArgs {
  /** The address to send to. Default: the real server's. */
  address?: pulumi.Input<string>;
  /** The director's own address to send from. Default: what the route says. */
  source?: pulumi.Input<string>;
  /** The mark of the check's packets, for policy routing. Default: none. */
  mark?: pulumi.Input<number>;
  /** Further lines for the check's block, in keepalived's own syntax. Default: none. */
  verbatim?: pulumi.Input<string>;
}

/**
 * Sends a UDP datagram. Without `requireReply` it fails only if the real server reports that nobody listens (ICMP port unreachable), or
 * cannot be reached. Needs keepalived 2.1.0. keepalived.conf(5), UDP_CHECK.
 */
export interface UdpCheckArgs extends CheckTargetArgs {
  /** What to send, as hexadecimal digits, at most 255 bytes. Needs keepalived 2.2.0. Default: something random. */
  payload?: pulumi.Input<string>;
  /** Whether an answer must come. Default: true if `reply` is given, else false. */
  requireReply?: pulumi.Input<boolean>;
  /**
   * What the answer must begin with, as hexadecimal digits, with an x for each digit that does not matter. Needs
   * keepalived 2.2.0. Default: anything.
   */
  reply?: pulumi.Input<string>;
  /** The least length of an answer, in bytes. Needs keepalived 2.2.0. Default: 0. */
  minReplyLength?: pulumi.Input<number>;
  /** The greatest length of an answer, in bytes. Needs keepalived 2.2.0. Default: 255. */
  maxReplyLength?: pulumi.Input<number>;
}

/**
 * Watches a file on the director: 0 in it (or no file at all) means healthy, any other number removes the real server from service. A user
 * who may write the file can drain and return the server without a change of the configuration. Needs keepalived 2.2.0. keepalived.conf(5),
 * FILE_CHECK.
 */
export interface FileCheckArgs {
  /** The file's absolute path on the directors. */
  path: pulumi.Input<string>;
  /**
   * From -2147483647 to 2147483647. If not 0, the number in the file never removes the real server: this many times the number is added
   * to its weight. Default: 0.
   */
  weight?: pulumi.Input<number>;
}

/**
 * Runs a script on the director, which this package installs there. It is called with the real server's address and port and the service's
 * address and port, and runs as root. Its exit status tells the state of the server: 0 is healthy. keepalived.conf(5), MISC_CHECK.
 */
export interface ScriptCheckArgs {
  /** The script itself. Without a first line `#!…` it is one for /bin/sh. */
  script: pulumi.Input<string>;
  /** How long it may take, in whole seconds. Default: the check's `timeout`. keepalived.conf(5), misc_timeout. */
  timeout?: pulumi.Input<number>;
  /** Whether an exit status from 2 to 255 sets the weight, to the status less 2. Default: false. */
  dynamicWeight?: pulumi.Input<boolean>;
}

/**
 * How keepalived finds out whether a real server is healthy. Several kinds may be given: then all of them must succeed. Without any kind it
 * is `tcp` for a service of protocol tcp, and none for a service on every port (`port: 0`). For udp there is none, since a UDP service that
 * does not answer looks the same as a dead one: give `dns`, `udp`, `ping` or `script` to have one.
 *
 * A real server's own times override the service's one by one. If it names any kind of check, its kinds replace all of the service's.
 */
export interface HealthCheckArgs {
  /** Opens a TCP connection. Several kinds of checks may be given: then all of them must succeed. keepalived.conf(5), TCP_CHECK. */
  tcp?: pulumi.Input<CheckTargetArgs>;
  /** Asks for a page by HTTP. keepalived.conf(5), HTTP_GET. */
  http?: pulumi.Input<HttpCheckArgs>;
  /** Asks for a page by HTTPS; the certificate is not verified. keepalived.conf(5), SSL_GET. */
  https?: pulumi.Input<HttpsCheckArgs>;
  /** Sends a DNS query by UDP. keepalived.conf(5), DNS_CHECK. */
  dns?: pulumi.Input<DnsCheckArgs>;
  /** Greets a mail server. keepalived.conf(5), SMTP_CHECK. */
  smtp?: pulumi.Input<SmtpCheckArgs>;
  /** Sends ICMP echo requests. Needs keepalived 2.1.0. keepalived.conf(5), PING_CHECK. */
  ping?: pulumi.Input<PingCheckArgs>;
  /**
   * Sends a UDP datagram. Without `requireReply` it fails only if nobody listens (ICMP port unreachable), or if the real server cannot be
   * reached. Needs keepalived 2.1.0. keepalived.conf(5), UDP_CHECK.
   */
  udp?: pulumi.Input<UdpCheckArgs>;
  /**
   * Watches a file on the directors: 0 in it, or no file, means healthy; any other number removes the real server from service. Needs
   * keepalived 2.2.0. keepalived.conf(5), FILE_CHECK.
   */
  file?: pulumi.Input<FileCheckArgs>;
  /**
   * Runs a script as root on the directors, with the real server's address and port and the service's address and port as arguments. Exit
   * status 0 means healthy. keepalived.conf(5), MISC_CHECK.
   */
  script?: pulumi.Input<ScriptCheckArgs>;
  /** `true`: no check at all, the real servers always count as healthy. Default: false. */
  none?: pulumi.Input<boolean>;
  /** How often to check, in seconds. Default: 5 (keepalived's own is 60). keepalived.conf(5), delay_loop. */
  interval?: pulumi.Input<number>;
  /** How often a check that failed is repeated before the server is removed. Default: 1. keepalived.conf(5), retry. */
  retries?: pulumi.Input<number>;
  /** How long to wait before it is repeated, in seconds. Default: 1. keepalived.conf(5), delay_before_retry. */
  retryDelay?: pulumi.Input<number>;
  /** How long one check may take, in seconds. Default: 3. keepalived.conf(5), connect_timeout. */
  timeout?: pulumi.Input<number>;
  /**
   * Up to how long the first check waits, at random, so that not all run at once, in seconds. Default: the interval.
   * keepalived.conf(5), warmup.
   */
  warmup?: pulumi.Input<number>;
}
