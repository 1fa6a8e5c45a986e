// A virtual service of any component.
import type * as pulumi from "@pulumi/pulumi";
import type { ForwardingMethod, PersistenceEngine, Protocol, Scheduler, SchedulerFlag } from "./enums";
import type { TunnelArgs } from "./tunnel";

/** The settings of a real server in a service: how many connections it gets in proportion to others, and how. */
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
  /** How packets are handed to it. The methods may be mixed. Default: as the service says. */
  forwarding?: pulumi.Input<ForwardingMethod>;
  /** The tunnel to it, if it is reached by `tun`. It replaces the tunnel of the service as a whole. Default: as the service says. */
  tunnel?: pulumi.Input<TunnelArgs>;
}

/** A real server of a virtual service. ipvsadm(8), option --real-server. */
export interface DestinationArgs extends DestinationShareArgs {
  /** Its own address (RIP). It is of the VIP's family; only with `tun` it may be of the other one. */
  address: pulumi.Input<string>;
  /** Its port. Only NAT can change the port, and only of a service of one port; with `dr` and `tun` it must be the service's. Default: the service's. */
  port?: pulumi.Input<number>;
}

/** Sends a client's connections to the real server that it had before. ipvsadm(8), option --persistent. */
export interface PersistenceArgs {
  /** How long after its last connection a client is remembered, in seconds, at most 31 days. Default: 300. */
  timeout?: pulumi.Input<number>;
  /**
   * For IPv4: clients in one network of this size count as one client. 0.0.0.0, all clients as one, goes only with `engine`. Default:
   * 255.255.255.255, every address by itself.
   */
  netmask?: pulumi.Input<string>;
  /**
   * For IPv6: clients whose addresses have this number of first bits in common count as one client, from 1 to 128. A client often has many
   * addresses, all of them in one network of 64 bits. Default: 128, every address by itself.
   */
  prefixLength?: pulumi.Input<number>;
  /**
   * `sip`, for a service of protocol udp: messages with one Call-ID are sent to one real server, if their clients count as one (`netmask`,
   * `prefixLength`). Other messages of a client may be sent elsewhere. The kernel looks for a Call-ID when a client's port is new to it:
   * with `onePacket`, in every message. It drops a datagram in which it finds none. The directors need the module ip_vs_pe_sip.
   * Default: none, the address alone counts. ipvsadm(8), option --pe; net/netfilter/ipvs/ip_vs_pe_sip.c.
   */
  engine?: pulumi.Input<PersistenceEngine>;
}

/** Ports from one to another one, both included. */
export interface PortRangeArgs {
  /** The first port. */
  first: pulumi.Input<number>;
  /** The last port, not below the first. */
  last: pulumi.Input<number>;
}

/** The settings of a virtual service except its address and its real servers. */
export interface ServiceSettingsArgs {
  /**
   * The port, from 1 to 65535; 0 means every port that no other service has, and goes only with `persistence`. Give one of `port`, `ports`,
   * `portRange` and `allPorts`.
   */
  port?: pulumi.Input<number>;
  /**
   * Several ports, at most 100, as one service: `[80, 443]`. With `persistence` a client is sent to the same real server on each of them,
   * for example for the plain and the secure pages of a shop. Real servers get packets for the port that the client has chosen. The
   * directors mark packets to these ports by nf_tables (package nftables), and balance packets with the mark. ipvsadm(8), option
   * --fwmark-service.
   */
  ports?: pulumi.Input<pulumi.Input<number>[]>;
  /** All ports from one to another one as one service; otherwise as `ports`. */
  portRange?: pulumi.Input<PortRangeArgs>;
  /** True: all ports of the VIP as one service; otherwise as `ports`. Programs of the director itself then cannot be reached at that VIP. Default: false. */
  allPorts?: pulumi.Input<boolean>;
  /**
   * The number by which packets to `ports`, `portRange` or `allPorts` are marked on the directors, from 1 to 4294967295. It replaces any
   * mark that the host itself gives these packets. With another number it is another service. Default: a number from 1275068416 to
   * 1291845631 that is computed from the VIP, the protocol and the lowest port.
   */
  mark?: pulumi.Input<number>;
  /** `tcp`, `udp` or `sctp`. Default: tcp. */
  protocol?: pulumi.Input<Protocol>;
  /**
   * How packets are handed to the real servers. With `nat` their replies must pass the director: see `returnRoute` of a RealServer.
   * Default: dr.
   */
  forwarding?: pulumi.Input<ForwardingMethod>;
  /** The tunnel to the real servers that are reached by `tun` and have no tunnel of their own. Default: { type: "ipip" }, IP in IP. */
  tunnel?: pulumi.Input<TunnelArgs>;
  /** How a real server is chosen. Default: wrr, in turn and in proportion to the weights. */
  scheduler?: pulumi.Input<Scheduler>;
  /** Flags of the scheduler: `sh-*` for sh, `mh-*` for mh, `flag-*` for all others. Default: none. */
  schedulerFlags?: pulumi.Input<pulumi.Input<SchedulerFlag>[]>;
  /**
   * Keep a client on one real server, until that has weight 0 or is gone (the directors get `net.ipv4.vs.expire_quiescent_template` 1 for
   * this; see `ipvs`). Default: each connection is scheduled by itself.
   */
  persistence?: pulumi.Input<PersistenceArgs>;
  /** Schedule each UDP datagram by itself, for protocols with one request and one reply. Default: false. */
  onePacket?: pulumi.Input<boolean>;
}

/** A virtual service: what clients connect to, and the real servers behind it. ipvsadm(8), option --add-service. */
export interface ServiceArgs extends ServiceSettingsArgs {
  /** The virtual address that clients connect to, IPv4 or IPv6. No host's own address. */
  vip: pulumi.Input<string>;
  /** The real servers. May be empty: then clients are refused. */
  realServers: pulumi.Input<pulumi.Input<DestinationArgs>[]>;
}
