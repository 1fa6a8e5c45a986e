// The arguments of the components, within what Pulumi's analyzer understands: interfaces, const-object enums, no
// unions. Text here is what users read in their editor and in the generated schema.
import type * as pulumi from "@pulumi/pulumi";
import type { PairServiceArgs } from "./checkArgs";
import type { Become, Drift, Protocol, Scheduler, SchedulerFlag, WebServerKind } from "./model/options";

/** How to log in by ssh. All of it is treated as secret. */
export interface LoginArgs {
  /** The TCP port of sshd. Default: 22. */
  port?: pulumi.Input<number>;
  /** The user to log in as. Default: root. */
  user?: pulumi.Input<string>;
  /** The private key itself (not its file's name), in PEM or OpenSSH form. */
  privateKey?: pulumi.Input<string>;
  /** The password that the private key is encrypted with, if it is. */
  privateKeyPassword?: pulumi.Input<string>;
  /** The user's password. */
  password?: pulumi.Input<string>;
  /** The path of an ssh agent's socket, such as the value of SSH_AUTH_SOCK. */
  agentSocketPath?: pulumi.Input<string>;
  /**
   * The public key of the host that is logged in to: `ssh-ed25519 AAAA…`, a line of known_hosts, or all that
   * `ssh-keyscan HOST` prints. Of several keys one is used: Ed25519 before ECDSA before RSA. The package talks to no
   * host whose key it cannot verify, unless `insecureHostKey` is true.
   */
  hostKey?: pulumi.Input<string>;
  /**
   * The text of a known_hosts file, sshd(8), that has the key of the host: by the name that is connected to, or by a
   * host's own `address`. It may have plain and hashed names, patterns, `[host]:port`, and several keys of a host. Give
   * either this or `hostKey`.
   */
  knownHosts?: pulumi.Input<string>;
  /** `true` to trust whichever host answers. Default: false. */
  insecureHostKey?: pulumi.Input<boolean>;
}

/**
 * How to log in to a host. Exactly one of `hostKey`, `knownHosts` and `insecureHostKey`, and at least one of
 * `privateKey`, `password` and `agentSocketPath`, must be given, here or in the component's `connection`.
 */
export interface ConnectionArgs extends SharedConnectionArgs {
  /** The name or address to connect to. Default: the host's `address`. */
  host?: pulumi.Input<string>;
}

/**
 * How to log in to the host that leads to another one. The same rules hold as for the host itself. It takes nothing over
 * from other connections: it needs credentials and a host key (or `knownHosts`) of its own.
 */
export interface ProxyArgs extends LoginArgs {
  /** The name or address of the proxy. Required. */
  host: pulumi.Input<string>;
}

/**
 * How to log in to all hosts of a component. What a host's own `connection` says wins, member by member. Where it says
 * anything of the host's key (`hostKey`, `knownHosts`, `insecureHostKey`), of the credentials (`privateKey`,
 * `privateKeyPassword`, `password`, `agentSocketPath`) or of a `proxy`, that replaces all of the same kind. A host with
 * `insecureHostKey: true` gets no shared credentials.
 */
export interface SharedConnectionArgs extends LoginArgs {
  /** A host to go through, as `ssh -J` does. */
  proxy?: pulumi.Input<ProxyArgs>;
}

/** How a component works on its hosts. */
export interface RunArgs {
  /** How to log in to its hosts, as far as they do not say so themselves. Default: each host says so. */
  connection?: pulumi.Input<SharedConnectionArgs>;
  /** Whether `destroy` removes the packages that the component has installed. Default: false. */
  removePackages?: pulumi.Input<boolean>;
  /** What to do about a host that somebody else has changed. Default: repair. */
  drift?: pulumi.Input<Drift>;
  /** How long one whole change of a host may take, in seconds. It bounds `drain`, too. Default: 600. */
  applyTimeout?: pulumi.Input<number>;
}

/** How a component works on directors. */
export interface DirectorRunArgs extends RunArgs {
  /**
   * How long, in seconds, to wait for the open connections of a real server before it is removed from a service. It gets
   * no new connections meanwhile. 0: do not wait. Default: 30.
   */
  drain?: pulumi.Input<number>;
}

/** A host that LVS is to run on: where it is, and how to log in. Further members of such an object are left alone. */
export interface HostArgs {
  /** What to call it in messages, on pages and in resource names. Default: its address. */
  name?: string;
  /** Its own IPv4 address in the load balancer's network: the DIP of a director, the RIP of a real server. */
  address: pulumi.Input<string>;
  /** How to log in. What it does not say is as the component's own `connection` says. */
  connection?: pulumi.Input<ConnectionArgs>;
  /** The network interface that holds `address`. Default: looked up on the host. */
  interface?: pulumi.Input<string>;
  /** How to get root's rights. Default: `none` for user root, `sudo` (without a password) for any other. */
  become?: pulumi.Input<Become>;
  /**
   * Set by `KeepalivedPair.directors`; do not set it yourself. Where it is present, keepalived manages this host's IPVS
   * table. Default: none, the host is a plain director.
   */
  pairVips?: pulumi.Input<pulumi.Input<string>[]>;
  /** The addresses of all directors of that pair, none of which can be a real server of it. Set by `KeepalivedPair.directors`, too. */
  pairDirectors?: pulumi.Input<pulumi.Input<string>[]>;
}

/** How many connections a real server gets, beside others of its service. */
export interface DestinationShareArgs {
  /**
   * Its share of new connections in proportion to the others', from 0 to 2147483647. With 0 it gets no new
   * connections and keeps those it has. Default: 1. ipvsadm(8), option --weight.
   */
  weight?: pulumi.Input<number>;
  /** With this many connections it gets no new ones. Default: 0, no limit. ipvsadm(8), option --u-threshold. */
  upperThreshold?: pulumi.Input<number>;
  /**
   * Below this many it gets new ones again; at most `upperThreshold`. Default: 0, which the kernel reads as three
   * quarters of it. ipvsadm(8), option --l-threshold.
   */
  lowerThreshold?: pulumi.Input<number>;
}

/** A real server of a virtual service. ipvsadm(8), option --real-server. */
export interface DestinationArgs extends DestinationShareArgs {
  /** Its own IPv4 address (RIP). */
  address: pulumi.Input<string>;
  /** Its port. Direct routing cannot change the port, so it must be the service's. Default: the service's. */
  port?: pulumi.Input<number>;
}

/** Sends a client's connections to the real server that it had before. ipvsadm(8), option --persistent. */
export interface PersistenceArgs {
  /** How long after its last connection a client is remembered, in seconds, at most 31 days. Default: 300. */
  timeout?: pulumi.Input<number>;
  /** Clients in one network of this size count as one client. Default: 255.255.255.255, every address by itself. */
  netmask?: pulumi.Input<string>;
}

/** What a virtual service is like, whatever its address and its real servers. */
export interface ServiceSettingsArgs {
  /** The port, from 1 to 65535; 0 means every port and goes only with `persistence`. */
  port: pulumi.Input<number>;
  /** `tcp` or `udp`. Default: tcp. */
  protocol?: pulumi.Input<Protocol>;
  /** How a real server is chosen. Default: wrr, in turn and in proportion to the weights. */
  scheduler?: pulumi.Input<Scheduler>;
  /** Flags of the scheduler: `sh-*` go with sh, `mh-*` with mh, `flag-*` with all others. Default: none. */
  schedulerFlags?: pulumi.Input<pulumi.Input<SchedulerFlag>[]>;
  /** Keep a client on one real server. Default: each connection is scheduled by itself. */
  persistence?: pulumi.Input<PersistenceArgs>;
  /** Schedule each UDP datagram by itself, for protocols of one question and one answer. Default: false. */
  onePacket?: pulumi.Input<boolean>;
}

/** A virtual service: what clients connect to, and the real servers behind it. ipvsadm(8), option --add-service. */
export interface ServiceArgs extends ServiceSettingsArgs {
  /** The virtual IPv4 address that clients connect to. No host's own address. */
  vip: pulumi.Input<string>;
  /** The real servers. May be empty: then clients are refused. */
  realServers: pulumi.Input<pulumi.Input<DestinationArgs>[]>;
}

/** A web server with one page, to see a cluster at work. */
export interface WebServerArgs {
  /** `nginx` or `httpd`. Its package is installed, its unit enabled and started. */
  kind: pulumi.Input<WebServerKind>;
  /** The page, as text; a last line feed is added where there is none. Default: a heading with the host's name. */
  content?: pulumi.Input<string>;
}

/** The arguments of a Director. */
export interface DirectorArgs extends DirectorRunArgs {
  /** The host. */
  host: pulumi.Input<HostArgs>;
  /** Its virtual services. More can be given by VirtualService. Default: none. */
  services?: pulumi.Input<pulumi.Input<ServiceArgs>[]>;
  /**
   * Kernel parameters to set, as text: `{ "net.ipv4.vs.expire_nodest_conn": "1" }`. Default:
   * `net.ipv4.vs.conn_reuse_mode` 2, so that a client that uses a port again is balanced anew. ipvs-sysctl.rst.
   */
  sysctls?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** The arguments of a RealServer. */
export interface RealServerArgs extends RunArgs {
  /** The host. */
  host: pulumi.Input<HostArgs>;
  /** The virtual addresses that it answers for, at least one. */
  vips: pulumi.Input<pulumi.Input<string>[]>;
  /** A web server with one page. Default: none. */
  webServer?: pulumi.Input<WebServerArgs>;
  /** Further kernel parameters to set, as text. Default: none. */
  sysctls?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The arguments of a VirtualService. What concerns health checks (`healthCheck`, `quorum`, `sorryServer` and so on) is
 * keepalived's work and can be had on a KeepalivedPair only.
 */
export interface VirtualServiceArgs extends PairServiceArgs, DirectorRunArgs {
  /**
   * The directors that offer it. The list is known when the program starts, and of each host its name or its address. In
   * TypeScript, the `host` of a Director of the same program and each of a KeepalivedPair's `directors` can be given, too.
   */
  directors: pulumi.Input<HostArgs>[];
  /**
   * Kernel parameters to set, as text: `{ "net.ipv4.vs.expire_nodest_conn": "1" }`. A host has one value of each:
   * components that set the same one must agree. Default: `net.ipv4.vs.conn_reuse_mode` 2, as for a Director; on a
   * KeepalivedPair none, since the pair sets it.
   */
  sysctls?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}
