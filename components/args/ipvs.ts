// Settings of IPVS itself, which hold for all services of a host.
import type * as pulumi from "@pulumi/pulumi";

/** When a connection is sent to the other directors by connection sync. */
export interface IpvsSyncThresholdArgs {
  /** The packet of a client, by its number, after which a connection is sent for the first time. From 0, and less than `period`, unless that is 0. */
  threshold: pulumi.Input<number>;
  /** After how many further packets it is sent again. 0: only when its state changes, or once. */
  period: pulumi.Input<number>;
}

/**
 * Kernel parameters of IPVS, `net.ipv4.vs.*`, and one option of its module. A member has the parameter's name, in camel case:
 * `connReuseMode` is `net.ipv4.vs.conn_reuse_mode`. What is left out stays as the host has it, unless the component sets it itself (see `sysctls`). A
 * parameter that the host's kernel lacks is an error before anything is changed. All of them exist in Linux 4.18 (CentOS Stream 8), where
 * nothing else is said. A host has one value of each: components that set the same one must agree. Source, where no other is named:
 * Documentation/networking/ipvs-sysctl.rst; ranges: net/netfilter/ipvs/ip_vs_ctl.c.
 */
export interface IpvsArgs {
  /**
   * What happens to a new connection from a client's port whose last connection the director still remembers. 0: it goes to the same
   * real server. 1: it is balanced anew if the last one is in TIME_WAIT, which only NAT shows. 2: in FIN_WAIT as well, the last state that
   * a director sees with direct routing and tunnels. From 0 to 2. Kernel's default: 1. This package's: 2. Since Linux 4.1.
   */
  connReuseMode?: pulumi.Input<number>;
  /**
   * What happens to a packet whose real server has been removed. false: it is dropped without an answer, and the connection goes on if
   * the real server comes back. true: the connection ends at once, and the client is told; a client of UDP is sent to another real server.
   * It then ends as well when its service is removed and added again, as at a restart of keepalived. Kernel's default: false.
   */
  expireNodestConn?: pulumi.Input<boolean>;
  /**
   * Whether a client that persistence has bound to a real server is balanced anew once that has weight 0. Kernel's default: false, the
   * real server goes on getting the client's new connections. This package's, on directors of a service with `persistence`: true.
   */
  expireQuiescentTemplate?: pulumi.Input<boolean>;
  /**
   * Whether connections have entries in the host's connection tracking, which stateful rules of a firewall and source NAT need. It
   * costs memory and time. With direct routing or tunnels and a firewall that drops packets in the state `invalid` (firewalld's), new
   * connections fail (measured). Kernel's default: false. The kernel needs CONFIG_IP_VS_NFCT. Since Linux 2.6.37.
   */
  conntrack?: pulumi.Input<boolean>;
  /**
   * For NAT: whether the route of a reply is looked up again, as if the director had sent it. Kernel's default: true. Matters only where
   * the director routes by policies. Since Linux 2.6.38.
   */
  snatReroute?: pulumi.Input<boolean>;
  /** For NAT: whether a real server's packet without a connection is answered by ICMP "destination unreachable". Kernel's default: false. */
  natIcmpSend?: pulumi.Input<boolean>;
  /**
   * Whether a packet that is too large for the way to its real server, and must not be cut (DF), is answered by ICMP "fragmentation
   * needed". false: packets that travel in a tunnel are cut instead. Kernel's default: true. Since Linux 3.7.
   */
  pmtuDisc?: pulumi.Input<boolean>;
  /** Whether a TCP connection may begin with a packet that is no SYN, for one that another director has begun. Kernel's default: false. Since Linux 3.11; ip_vs_proto_tcp.c. */
  sloppyTcp?: pulumi.Input<boolean>;
  /** Whether an SCTP association may begin with a chunk that is no INIT, for one that another director has begun. Kernel's default: false. Since Linux 3.11; ip_vs_proto_sctp.c. */
  sloppySctp?: pulumi.Input<boolean>;
  /** Whether ICMP errors about a connection that the director does not know are sent to a real server, chosen as for a new connection. Kernel's default: false. Since Linux 4.4; ip_vs_core.c. */
  scheduleIcmp?: pulumi.Input<boolean>;
  /** Whether packets of protocols that IPVS does not know, such as IP in IP, are let past it, so that a host that is also a real server does not balance them again. Kernel's default: false. Since Linux 4.4. */
  ignoreTunneled?: pulumi.Input<boolean>;
  /** Whether a packet goes to its own destination if no real server is left, for a transparent cache. Kernel's default: false. */
  cacheBypass?: pulumi.Input<boolean>;
  /** Whether a director that receives connections by connection sync (a backup) forwards nothing. Kernel's default: false. Since Linux 3.9. */
  backupOnly?: pulumi.Input<boolean>;
  /** When a connection is sent to the other directors. Kernel's default: threshold 3, period 50. This package's, with connection sync: threshold 2, period 50, by which a backup knows of connections that only shook hands (measured). */
  syncThreshold?: pulumi.Input<IpvsSyncThresholdArgs>;
  /** By how many seconds the remaining time of a connection must have changed before it is sent again, while its state is the same. From 0 to 86400. Kernel's default: 0. Since Linux 3.5. */
  syncRefreshPeriod?: pulumi.Input<number>;
  /** How often a connection is sent again, each an eighth of `syncRefreshPeriod` after the last, in case a message is lost. From 0 to 3. Kernel's default: 0. Since Linux 3.5. */
  syncRetries?: pulumi.Input<number>;
  /** How many messages may wait to be sent. From 1. Kernel's default: a 32nd of the number of pages of memory. Since Linux 3.5. */
  syncQlenMax?: pulumi.Input<number>;
  /** The buffer of a socket of connection sync, in bytes; 0: the system's default. Counts when keepalived starts connection sync the next time. Kernel's default: 0. Since Linux 3.5. */
  syncSockSize?: pulumi.Input<number>;
  /** How many threads, and UDP ports from 8848 on, connection sync has. 1, 2, 4, 8, 16, 32 or 64, on all directors the same. Counts when keepalived starts connection sync the next time. Kernel's default: 1. Since Linux 3.5. */
  syncPorts?: pulumi.Input<number>;
  /** What is sent of persistent services. 0: everything. 1: only which client is bound to which real server; the other directors may then need `sloppyTcp` or `sloppySctp`. Kernel's default: 0. Since Linux 3.11. */
  syncPersistMode?: pulumi.Input<number>;
  /** The version of the messages that are sent. 0: for a director with a kernel before 2.6.39. Kernel's default: 1. */
  syncVersion?: pulumi.Input<number>;
  /**
   * Whether connections that have not shaken hands yet are forgotten at random, against a flood of SYNs. 0: never. 1 or 2: while
   * memory is short (see `amemthresh`); the kernel itself changes 1 to 2 and back, which is no drift. 3: always. Kernel's default: 0.
   */
  dropEntry?: pulumi.Input<number>;
  /** Whether some of the packets are dropped, one in `amDroprate` with 3; values as of `dropEntry`. Kernel's default: 0. */
  dropPacket?: pulumi.Input<number>;
  /** Whether TCP connections have shorter timeouts, and with NAT are open only after the whole handshake; values as of `dropEntry`. Kernel's default: 0. */
  secureTcp?: pulumi.Input<number>;
  /** How many pages of free memory are too few, for `dropEntry`, `dropPacket` and `secureTcp` with 1 or 2. From 0. Kernel's default: 1024. */
  amemthresh?: pulumi.Input<number>;
  /** With `dropPacket` 3, one packet in so many is dropped; 1: all of them. From 1. Kernel's default: 10. */
  amDroprate?: pulumi.Input<number>;
  /** Whether the kernel computes the rates that `ipvsadm --rate` shows. Kernel's default: true. Since Linux 5.16. */
  runEstimation?: pulumi.Input<boolean>;
  /** The processors for `runEstimation`, in ascending order: `0`, `0-3`, `0,2-5`. Kernel's default: the system's housekeeping processors. Since Linux 6.2. */
  estCpulist?: pulumi.Input<string>;
  /** The niceness of the threads for `runEstimation`. From -20 to 19. Kernel's default: 0. Since Linux 6.2. */
  estNice?: pulumi.Input<number>;
  /** How full the table of connections gets before it grows: 2 to this power, in connections per slot. From -8 (a larger table) to 8 (a smaller one). Kernel's default: -4. Linux 7.2 has it, 6.12 does not. */
  connLfactor?: pulumi.Input<number>;
  /** The same of the table of services. From -8 to 8. Kernel's default: -3. Linux 7.2 has it, 6.12 does not. */
  svcLfactor?: pulumi.Input<number>;
  /**
   * The size of the table of connections: 2 to this power slots, from 8 to 27. Kernel's default: 12, unless its distribution has chosen
   * another one. In Linux 7.2, whose table grows and shrinks by itself (`connLfactor`), the most that it grows to. An option of the module
   * ip_vs (`conn_tab_bits`), in /etc/modprobe.d: it counts when the module is loaded. If that is so already, a preview and the update
   * say that it counts from the next load, usually the next boot. Kernels before 6.5 take at most 20, unless the change was brought to
   * them, and use their default instead of more; later ones, the most that half of the memory suffices for. modprobe.d(5);
   * net/netfilter/ipvs/ip_vs_conn.c, ip_vs_conn_init.
   */
  connTabBits?: pulumi.Input<number>;
  /** How many connections there may be. A new one beyond it is refused. From 0 to 1073741824. Kernel's default: 1073741824. Linux 7.2 has it, 6.12 does not. */
  connMax?: pulumi.Input<number>;
}
