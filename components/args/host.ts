// How to reach a host.
import type * as pulumi from "@pulumi/pulumi";
import type { Become } from "./enums";

/** How to log in by ssh. All of it is treated as secret. */
export interface LoginArgs {
  /** The TCP port of sshd. Default: 22. */
  port?: pulumi.Input<number>;
  /** The user to log in as. Default: root. */
  user?: pulumi.Input<string>;
  /**
   * The private key itself (not its file's name), in PEM or OpenSSH form. Default: none. At least one of `privateKey`, `password` and
   * `agentSocketPath` is required, here or in the component's `connection`.
   */
  privateKey?: pulumi.Input<string>;
  /** The password of the private key, if the key is encrypted. Default: none. */
  privateKeyPassword?: pulumi.Input<string>;
  /** The user's password. Default: none. */
  password?: pulumi.Input<string>;
  /** The path of an ssh agent's socket, such as the value of SSH_AUTH_SOCK. Default: none. */
  agentSocketPath?: pulumi.Input<string>;
  /**
   * The public key of the host that is logged in to: `ssh-ed25519 AAAA…`, a line of known_hosts, or the whole output of `ssh-keyscan HOST`.
   * Of several keys one is used: Ed25519 before ECDSA before RSA. The package talks to no host whose key it cannot verify, unless
   * `insecureHostKey` is true.
   */
  hostKey?: pulumi.Input<string>;
  /**
   * The text of a known_hosts file, sshd(8), that has the key of the host: by the name that is connected to, or by a
   * host's own `address`. It may have plain and hashed names, patterns, `[host]:port`, and several keys of a host. Give
   * either this or `hostKey`.
   */
  knownHosts?: pulumi.Input<string>;
  /** `true` to trust any host that answers. Default: false. */
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
 * How to log in to the host that leads to another one. The same rules are valid as for the host itself. It inherits nothing from other
 * connections: it needs credentials and a host key (or `knownHosts`) of its own.
 */
export interface ProxyArgs extends LoginArgs {
  /** The name or address of the proxy. Required. */
  host: pulumi.Input<string>;
}

/**
 * How to log in to all hosts of a component. A host's own `connection` overrides it, member by member. If a host sets anything about its
 * key (`hostKey`, `knownHosts`, `insecureHostKey`), about the credentials (`privateKey`, `privateKeyPassword`, `password`,
 * `agentSocketPath`) or about a `proxy`, that replaces all of the same kind. A host with `insecureHostKey: true` gets no shared
 * credentials.
 */
export interface SharedConnectionArgs extends LoginArgs {
  /** A host to go through, as `ssh -J` does. It needs credentials and a host key of its own. Default: none. */
  proxy?: pulumi.Input<ProxyArgs>;
}

/** A host's name and address, without credentials. */
export interface HostPlaceArgs {
  /**
   * Its name: in messages, on pages, and in the names of Pulumi's resources, so it is known when the program starts. The name identifies
   * the host. Another name is another host: the package restores the host of the old name and sets up the one of the new name. Another
   * address is the same host at a new place: nothing is restored at the old one. At most 63 letters, digits, dots, dashes and underscores.
   */
  name: string;
  /** Its own address in the load balancer's network, IPv4 or IPv6: the DIP of a director, the RIP of a real server. */
  address: pulumi.Input<string>;
  /** Its own IPv6 address there, if `address` is an IPv4 address: with VIPs of both families a host has one of each. Default: none. */
  address6?: pulumi.Input<string>;
  /** The network interface that holds `address`, and `address6`. Default: looked up on the host. */
  interface?: pulumi.Input<string>;
  /**
   * The release whose names of packages, units and folders are valid on the host, for a system that this package does not know: `el7`,
   * `el8`, `el9` or `el10` (CentOS and its relatives), `debian12` or `debian13`. It has no effect on a host whose /etc/os-release is one of
   * these. os-release(5). Default: none, so an unknown system is refused.
   */
  assumeRelease?: pulumi.Input<string>;
  /**
   * Whether packages that the host lacks are installed. With false, somebody else installs them, and a missing one is an error that names
   * it. Default: true.
   */
  installPackages?: pulumi.Input<boolean>;
}

/**
 * A host that LVS is to run on: where it is, and how to log in. The object is known when the program starts; its members,
 * except `name`, may be Outputs. Members that the package does not know are left alone, if they are plain values.
 */
export interface HostArgs extends HostPlaceArgs {
  /** How to become root. Default: `none` for user root, `sudo` (without a password) for any other. */
  become?: pulumi.Input<Become>;
  /** How to log in. Default: the component's `connection`, also for each member that is left out. */
  connection?: pulumi.Input<ConnectionArgs>;
}
