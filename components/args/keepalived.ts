// VRRP, what is tracked, and connection sync.
import type * as pulumi from "@pulumi/pulumi";
import type { HostArgs } from "./host";

/** A director of a KeepalivedPair or of a Cluster. */
export interface PairDirectorArgs extends HostArgs {
  /**
   * Its priority in the election of a master, from 1 to 254; the highest wins. No two directors may have the same.
   * Default: 150 for the first, 140 for the second, and so on. keepalived.conf(5), priority.
   */
  priority?: pulumi.Input<number>;
}

/** Shell text to run as root on a director whose role changes. keepalived.conf(5), notify_master and so on. */
export interface NotifyArgs {
  /** When it becomes master and takes the VIPs. Default: none. */
  master?: pulumi.Input<string>;
  /** When it becomes backup. Default: none. */
  backup?: pulumi.Input<string>;
  /** When it fails: an interface is down, or something that is tracked fails. Default: none. */
  fault?: pulumi.Input<string>;
  /** When keepalived stops on it. Default: none. */
  stop?: pulumi.Input<string>;
  /** At each of these. Its arguments are the word INSTANCE or GROUP, the name, the new state and the priority. Default: none. */
  any?: pulumi.Input<string>;
}

/**
 * An interface that a director needs to be master: while it is down, the director fails, or its priority changes by `weight`.
 * keepalived.conf(5), track_interface.
 */
export interface TrackInterfaceArgs {
  /** The interface's name. */
  name: pulumi.Input<string>;
  /** 0: the director fails while it is down. Otherwise added to its priority, from -253 to 253. Default: 0. */
  weight?: pulumi.Input<number>;
}

/**
 * A process without which a director cannot be master. Needs keepalived 2.0.16 and a kernel that reports processes (CONFIG_PROC_EVENTS,
 * which CentOS has). keepalived.conf(5), track_process.
 */
export interface TrackProcessArgs {
  /** Its name in keepalived's configuration and log. */
  name: pulumi.Input<string>;
  /** The process's name as /proc shows it, or with `fullCommand` its path as it was started. */
  process: pulumi.Input<string>;
  /** The parameters that it must have been started with. Default: any. */
  parameters?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether `process` is compared with the command line instead of the name. Default: false. */
  fullCommand?: pulumi.Input<boolean>;
  /** 0: the director fails while it is missing. Otherwise added to its priority, from -253 to 253. Default: 0. */
  weight?: pulumi.Input<number>;
  /** How many of them there must be. Default: 1. */
  quorum?: pulumi.Input<number>;
  /** How long a change must last before it counts, in seconds, for a process that restarts. Default: 0. */
  delay?: pulumi.Input<number>;
}

/** A script that must succeed, or the director cannot be master. keepalived.conf(5), vrrp_script. */
export interface TrackScriptArgs {
  /** Its name in keepalived's configuration and log. */
  name: pulumi.Input<string>;
  /** The script itself, run as root. Without a first line `#!…` it is one for /bin/sh. */
  script: pulumi.Input<string>;
  /** How often to run it, in whole seconds. Default: 1. */
  interval?: pulumi.Input<number>;
  /** How long it may take, in whole seconds. Default: the interval. */
  timeout?: pulumi.Input<number>;
  /** How many successes in a row count as one. Default: 1. */
  rise?: pulumi.Input<number>;
  /** How many failures in a row count as one. Default: 1. */
  fall?: pulumi.Input<number>;
  /** 0: the director fails while it fails. Otherwise added to its priority, from -253 to 253. Default: 0. */
  weight?: pulumi.Input<number>;
}

/**
 * The gratuitous ARP messages by which a master tells the segment where the VIPs are. With the defaults, the neighbours' tables become
 * right by themselves after a split of the segment. keepalived.conf(5), garp_*.
 */
export interface GratuitousArpArgs {
  /** How many to send at once when a director becomes master. Default: 5. garp_master_repeat. */
  repeat?: pulumi.Input<number>;
  /** When to send them a second time, in whole seconds; 0: not at all. Default: 5. garp_master_delay. */
  delay?: pulumi.Input<number>;
  /** How often a master sends them again, in whole seconds; 0: never. Default: 60. garp_master_refresh. */
  refresh?: pulumi.Input<number>;
  /** How many to send then. Default: 1. garp_master_refresh_repeat. */
  refreshRepeat?: pulumi.Input<number>;
  /** How many to send when another master of lower priority is heard. Default: 5. garp_lower_prio_repeat. */
  lowerPriorityRepeat?: pulumi.Input<number>;
  /** When to send those a second time, in whole seconds. Default: 5. garp_lower_prio_delay. */
  lowerPriorityDelay?: pulumi.Input<number>;
  /** The pause between two messages on one interface, in seconds. Default: 0. vrrp_garp_interval. */
  interval?: pulumi.Input<number>;
}

/**
 * The kernel's sync daemon, which sends the master's open connections to the backup, so that they survive a take-over. A kernel has only
 * one, whatever the number of instances. keepalived.conf(5), lvs_sync_daemon.
 */
export interface ConnectionSyncArgs {
  /** Whether to run it. Default: true. */
  enabled?: pulumi.Input<boolean>;
  /** The interface that it sends on. Default: the one that holds the director's address. */
  interface?: pulumi.Input<string>;
  /** The instance whose master sends; the others receive. Default: the first. */
  instance?: pulumi.Input<string>;
  /** A number that distinguishes it from others on the segment, from 0 to 255. Default: the instance's virtual router id. */
  id?: pulumi.Input<number>;
  /** The multicast group that it sends to. Needs Linux 4.3. Default: 224.0.0.81. */
  group?: pulumi.Input<string>;
  /** The UDP port that it sends to. Needs Linux 4.3. Default: 8848. */
  port?: pulumi.Input<number>;
}

/**
 * A route that the master has and that the backup has not: keepalived adds it after the VIPs, and removes it with them. It watches the
 * route: if somebody removes it from the master, or if its interface goes down, the master gives up the VIPs, and the next master has the
 * route. Needs keepalived 2.0.12. keepalived.conf(5), virtual_routes; ip-route(8).
 */
export interface VirtualRouteArgs {
  /** The network to which it leads: `10.0.0.0/8`; `0.0.0.0/0` and `::/0` stand for all addresses. */
  to: pulumi.Input<string>;
  /** The gateway, a neighbour of both directors. Default: none, the network is on the interface itself. Then `device` is required. */
  via?: pulumi.Input<string>;
  /** The interface by which it leaves, the same one on both directors. Default: the one in whose network `via` is. */
  device?: pulumi.Input<string>;
  /** The address from which a director's own packets come by this route: a VIP of the instance. Default: as the kernel chooses. */
  source?: pulumi.Input<string>;
  /** The number of its routing table, from 1 to 4294967295. Default: 254, the main table. */
  table?: pulumi.Input<number>;
  /** Its metric, from 1 to 4294967295: of several routes to a network, the lowest counts. Default: the kernel's, 0 (1024 for IPv6). */
  metric?: pulumi.Input<number>;
}

/** A set of VIPs that move together. keepalived.conf(5), vrrp_instance. */
export interface VrrpInstanceArgs {
  /** Its name, such as VI_1. */
  name: pulumi.Input<string>;
  /** Its VIPs, at least one. Those from the 21st on are not in the adverts (virtual_ipaddress_excluded). */
  vips: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * A number that distinguishes it from other virtual routers on the segment, from 1 to 255. Default: the last byte of its first VIP. A
   * foreign router with the same id does no harm, since adverts are sent from director to director and others are dropped.
   */
  virtualRouterId?: pulumi.Input<number>;
  /** The interface that carries the VIPs. Default: the one that holds the director's address. */
  interface?: pulumi.Input<string>;
  /** The directors' priorities for this instance, in their order. Default: the directors' own. */
  priorities?: pulumi.Input<pulumi.Input<number>[]>;
  /** Seconds between two adverts of the master. Default: as the pair says. */
  advertInterval?: pulumi.Input<number>;
  /** Whether the director with the higher priority takes the VIPs back when it comes back. Default: as the pair says. */
  preempt?: pulumi.Input<boolean>;
  /** Seconds to wait before it takes the VIPs back. Default: as the pair says. */
  preemptDelay?: pulumi.Input<number>;
  /** The password of the adverts, at most 8 characters; VRRP version 2 only. Default: as the pair says. */
  password?: pulumi.Input<string>;
  /** Interfaces without which a director is no master. Default: as the pair says. */
  trackInterfaces?: pulumi.Input<pulumi.Input<TrackInterfaceArgs>[]>;
  /** Shell text to run as root when a director's role in this instance changes. Default: as the pair says. */
  notify?: pulumi.Input<NotifyArgs>;
  /** Routes that move with the VIPs. No two of a pair may be to the same network in one table with one metric. Default: none. */
  virtualRoutes?: pulumi.Input<pulumi.Input<VirtualRouteArgs>[]>;
  /** Further lines for the vrrp_instance block, in keepalived's own syntax. Default: none. */
  verbatim?: pulumi.Input<string>;
}

/** Instances that move together: if one fails, all move. keepalived.conf(5), vrrp_sync_group. */
export interface VrrpSyncGroupArgs {
  /** Its name, such as VG_1. */
  name: pulumi.Input<string>;
  /** The names of its instances, at least two. No instance is in two groups. */
  instances: pulumi.Input<pulumi.Input<string>[]>;
  /** Shell text to run as root when the group's role changes. Default: none. */
  notify?: pulumi.Input<NotifyArgs>;
  /** Further lines for the vrrp_sync_group block, in keepalived's own syntax. Default: none. */
  verbatim?: pulumi.Input<string>;
}

/** How the directors of a pair elect a master, and the other settings of keepalived. */
export interface KeepalivedArgs {
  /** The version of VRRP: 3 (RFC 9568), or 2 (RFC 3768), which has passwords. Default: 3. */
  vrrpVersion?: pulumi.Input<number>;
  /**
   * How often a master sends an advert, in seconds. If a backup misses three in a row, it takes over. Version 3: from 0.05 to 40.95 in
   * steps of 0.01; version 2: whole seconds from 1 to 255. Default: 1.
   */
  advertInterval?: pulumi.Input<number>;
  /**
   * Whether a director of higher priority that returns takes the VIPs back, which interrupts clients a second time.
   * Default: false (nopreempt).
   */
  preempt?: pulumi.Input<boolean>;
  /** How long it waits before it takes them back, in seconds, at most 1000. Default: 0. */
  preemptDelay?: pulumi.Input<number>;
  /** The virtual router id of `vips`, from 1 to 255. Default: the last byte of the first VIP. */
  virtualRouterId?: pulumi.Input<number>;
  /**
   * The password in the adverts, 1 to 8 characters; VRRP version 2 only. It is sent in clear text. Treated as secret.
   * Default: none.
   */
  password?: pulumi.Input<string>;
  /** Interfaces without which a director cannot be master, besides the one of the VIPs. Default: none. */
  trackInterfaces?: pulumi.Input<pulumi.Input<TrackInterfaceArgs>[]>;
  /** Processes without which a director cannot be master. Default: none. */
  trackProcesses?: pulumi.Input<pulumi.Input<TrackProcessArgs>[]>;
  /** Scripts that must succeed, or a director cannot be master. Default: none. */
  trackScripts?: pulumi.Input<pulumi.Input<TrackScriptArgs>[]>;
  /** Shell text to run as root when a director's role changes. Default: none. */
  notify?: pulumi.Input<NotifyArgs>;
  /** The gratuitous ARP messages by which a master announces the VIPs to its neighbours. Default: the defaults of the members. */
  garp?: pulumi.Input<GratuitousArpArgs>;
  /** Whether and how the master's open connections are sent to the backup. Default: they are. */
  connectionSync?: pulumi.Input<ConnectionSyncArgs>;
  /**
   * How long keepalived waits after its start before it takes part in the election, in seconds, for interfaces and switch ports that are
   * slow to forward. Needs keepalived 2.0.14. Default: 0. keepalived.conf(5), vrrp_startup_delay.
   */
  startupDelay?: pulumi.Input<number>;
  /**
   * Further lines for the global_defs block, in keepalived's own syntax, as every `verbatim` here. Braces must balance:
   * `{` ends its line, `}` stands alone on its line. `include` is refused. keepalived 2.0 and later reject unknown words
   * before anything changes; 1.3 does not: there an unknown block closes the enclosing one. Default: none.
   */
  verbatim?: pulumi.Input<string>;
  /** Further blocks, in keepalived's own syntax, with each line as it is to be written. Default: none. */
  verbatimBlocks?: pulumi.Input<string>;
}
