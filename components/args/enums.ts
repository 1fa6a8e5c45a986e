// The options that have one of a fixed set of words. Each is a const object and the type of its values, so that TypeScript users may write
// "wrr" as well as Scheduler.WeightedRoundRobin, and other languages get an enum.

/**
 * How the director chooses a real server for a new connection: every scheduler of the Linux kernel.
 * ipvsadm(8), option --scheduler; kernel module ip_vs_NAME.
 */
export const Scheduler = {
  /** `rr`: each real server in turn. */
  RoundRobin: "rr",
  /** `wrr`: each in turn, in proportion to the weights. The default. */
  WeightedRoundRobin: "wrr",
  /** `lc`: the one with the fewest connections. */
  LeastConnection: "lc",
  /** `wlc`: the one with the fewest connections in proportion to its weight. */
  WeightedLeastConnection: "wlc",
  /** `lblc`: keeps one destination address on one server while that one is not overloaded; for proxy caches. */
  LocalityBasedLeastConnection: "lblc",
  /** `lblcr`: as `lblc`, with a set of servers for each destination address. */
  LocalityBasedLeastConnectionReplicated: "lblcr",
  /** `dh`: a fixed table by the hash of the destination address. */
  DestinationHashing: "dh",
  /** `sh`: a fixed table by the hash of the client's address. */
  SourceHashing: "sh",
  /** `sed`: the one with the shortest expected delay, (connections + 1) / weight. */
  ShortestExpectedDelay: "sed",
  /** `nq`: an idle one if there is any, else as `sed`. */
  NeverQueue: "nq",
  /** `fo`: the available one with the highest weight. */
  WeightedFailover: "fo",
  /** `ovf`: the one with the highest weight until it has more active connections than its weight, then the next. */
  WeightedOverflow: "ovf",
  /** `mh`: Maglev hashing of the client's address: few clients move when the set of servers changes. */
  MaglevHashing: "mh",
  /** `twos`: the less loaded of two that are chosen at random by weight. Missing from many distributions' kernels. */
  PowerOfTwoChoices: "twos",
} as const;
export type Scheduler = (typeof Scheduler)[keyof typeof Scheduler];

/**
 * How a director hands a client's packets to a real server. ipvsadm(8), packet-forwarding-method.
 */
export const ForwardingMethod = {
  /** `dr`, direct routing: the real server is in the director's own network, has the VIP, and answers the client itself. The default. */
  DirectRouting: "dr",
  /** `nat`: the director puts the real server's address and port into the packet, and the VIP and the service's port into the reply, which must pass it. */
  Nat: "nat",
  /**
   * `tun`: the packet is sent inside another one (by default IP in IP, RFC 2003; see `tunnel`), so the real server may be in any network;
   * it has the VIP, and answers the client itself.
   */
  Tunnel: "tun",
} as const;
export type ForwardingMethod = (typeof ForwardingMethod)[keyof typeof ForwardingMethod];

/** How the forwarding method `tun` puts a packet into another one. ipvsadm(8), option --tun-type. */
export const TunnelType = {
  /** `ipip`, IP in IP: RFC 2003 for IPv4, RFC 2473 for IPv6. The default. */
  IpInIp: "ipip",
  /** `gue`, Generic UDP Encapsulation: the packet is sent inside a UDP datagram. Directors need Linux 5.2 and ipvsadm 1.31. */
  Gue: "gue",
  /** `gre`, Generic Routing Encapsulation: RFC 2784. Directors need Linux 5.3 and ipvsadm 1.31. */
  Gre: "gre",
} as const;
export type TunnelType = (typeof TunnelType)[keyof typeof TunnelType];

/** The checksum of a tunnel's outer packet. ipvsadm(8), options --tun-nocsum, --tun-csum, --tun-remcsum. */
export const TunnelChecksum = {
  /** `nocsum`, the default: none. */
  None: "nocsum",
  /** `csum`: a checksum of the whole outer packet. */
  Full: "csum",
  /** `remcsum`, remote checksum offload: the same, and the real server computes the checksum of the inner packet from it. */
  Remote: "remcsum",
} as const;
export type TunnelChecksum = (typeof TunnelChecksum)[keyof typeof TunnelChecksum];

/**
 * Flags of a scheduler; each goes with certain schedulers only. ipvsadm(8), option --sched-flags.
 */
export const SchedulerFlag = {
  /** `sh-fallback`, with `sh`: take another server when the hashed one is unavailable. */
  SourceHashingFallback: "sh-fallback",
  /** `sh-port`, with `sh`: hash the client's port as well as its address. */
  SourceHashingPort: "sh-port",
  /** `mh-fallback`, with `mh`: take another server when the hashed one is unavailable. */
  MaglevHashingFallback: "mh-fallback",
  /** `mh-port`, with `mh`: hash the client's port as well as its address. */
  MaglevHashingPort: "mh-port",
  /** `flag-1`, with every scheduler except `sh` and `mh`. Linux' own schedulers ignore it; others may use it. */
  Flag1: "flag-1",
  /** `flag-2`, with every scheduler except `sh` and `mh`. Linux' own schedulers ignore it; others may use it. */
  Flag2: "flag-2",
  /** `flag-3`, with every scheduler except `sh` and `mh`. Linux' own schedulers ignore it; others may use it. */
  Flag3: "flag-3",
} as const;
export type SchedulerFlag = (typeof SchedulerFlag)[keyof typeof SchedulerFlag];

/** The transport protocol of a virtual service. */
export const Protocol = {
  /** `tcp`, the default. */
  Tcp: "tcp",
  /** `udp`. */
  Udp: "udp",
  /** `sctp`. The kernel of the directors must support it (CONFIG_IP_VS_PROTO_SCTP). */
  Sctp: "sctp",
} as const;
export type Protocol = (typeof Protocol)[keyof typeof Protocol];

/** By what, beside a client's address, persistence recognizes what belongs together. ipvsadm(8), option --pe; kernel module ip_vs_pe_NAME. */
export const PersistenceEngine = {
  /** `none`, the default: by the address alone. */
  None: "none",
  /** `sip`: the Call-ID of a SIP message over UDP (RFC 3261, section 20.8). */
  Sip: "sip",
} as const;
export type PersistenceEngine = (typeof PersistenceEngine)[keyof typeof PersistenceEngine];

/** What to do about a host that was changed by someone else since the last `pulumi up`. */
export const Drift = {
  /** `off`: a preview does not connect to the host, and differences are neither reported nor repaired. An `up` connects, to check that the
   * host can be given what is declared. */
  Off: "off",
  /**
   * `report`: look, and warn about each difference, but plan no change for it. The next change of the document repairs it, and so does the
   * completion of an interrupted change.
   */
  Report: "report",
  /** `repair`, the default: look, show each difference in the preview, and repair it in the next `pulumi up`. */
  Repair: "repair",
} as const;
export type Drift = (typeof Drift)[keyof typeof Drift];

/**
 * What a component does about firewalld, on hosts where it runs. Elsewhere it makes no difference. A component never changes a firewall of
 * another kind.
 */
export const Firewall = {
  /** `manage`, the default: opens exactly what the component needs, at runtime and permanently, and closes it again when it is no longer needed. */
  Manage: "manage",
  /** `check`: changes nothing. Each preview warns of what is closed, with the commands that open it. */
  Check: "check",
  /** `off`: neither looks nor changes anything. */
  Off: "off",
} as const;
export type Firewall = (typeof Firewall)[keyof typeof Firewall];

/** What a preview or an `up` does about a host that gives no answer. */
export const WhenUnreachable = {
  /** `fail`, the default: stop with an error. */
  Fail: "fail",
  /** `skip`: warn, leave the host and its state in Pulumi as they are, and continue with the other hosts. */
  Skip: "skip",
} as const;
export type WhenUnreachable = (typeof WhenUnreachable)[keyof typeof WhenUnreachable];

/** How the user that logs in becomes root. */
export const Become = {
  /** `sudo`: by `sudo -n`, which needs a NOPASSWD rule. The default for every user except root. */
  Sudo: "sudo",
  /** `none`: not at all, the user is root. The default for root. */
  None: "none",
} as const;
export type Become = (typeof Become)[keyof typeof Become];

/** Web servers that a real server can have. */
export const WebServerKind = {
  /** `nginx`: package and unit nginx, page /usr/share/nginx/html/index.html; on Debian /var/www/html/index.html. */
  Nginx: "nginx",
  /** `httpd`: package and unit httpd (Apache), on Debian apache2; page /var/www/html/index.html. */
  Httpd: "httpd",
} as const;
export type WebServerKind = (typeof WebServerKind)[keyof typeof WebServerKind];

/** Types of DNS records that a check may ask for. keepalived.conf(5), DNS_CHECK. */
export const DnsRecordType = {
  /** `A`. */
  A: "A",
  /** `NS`. */
  Ns: "NS",
  /** `CNAME`. */
  Cname: "CNAME",
  /** `SOA`, the default. */
  Soa: "SOA",
  /** `MX`. */
  Mx: "MX",
  /** `TXT`. */
  Txt: "TXT",
  /** `AAAA`. */
  Aaaa: "AAAA",
} as const;
export type DnsRecordType = (typeof DnsRecordType)[keyof typeof DnsRecordType];

/** Versions of HTTP that a check may use. keepalived.conf(5), http_protocol. */
export const HttpProtocol = {
  /** `1.0`, the default. */
  Http10: "1.0",
  /** `1.0C`: 1.0 with a header "Connection: close". */
  Http10Close: "1.0C",
  /** `1.1`. */
  Http11: "1.1",
} as const;
export type HttpProtocol = (typeof HttpProtocol)[keyof typeof HttpProtocol];
