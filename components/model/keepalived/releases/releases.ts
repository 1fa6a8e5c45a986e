// The differences between keepalived's releases, as data, read from its sources tag by tag. The host compares its own release with a range:
// comparisons joined by a comma, all of which must hold.

/** A feature that a host must have for something that the user asked for. */
export interface Requirement {
  /** `keepalived` and a range of its releases, `kernel` and a part of it, or `interface` and its name. */
  needs: string;
  what: string;
}

/** Options that we choose ourselves: the releases that have them. */
export const releasesOfOurLines = {
  /** `nb_get_retry` became `retry`, as in every other check; most other options are common to all checks since. */
  commonCheckOptions: ">=1.3.7",
  beforeCommonCheckOptions: "<1.3.7",
  /** `enable_sni`. */
  sni: ">=1.4.3",
  /**
   * A reload tests the new configuration first and keeps the old one if the new one is bad. The option came with 2.2.0; before 2.2.8 the
   * test could end itself before it had finished.
   */
  soundReloadCheck: ">=2.2.8",
} as const;

/**
 * How a release treats `weight 0` of a real server. 1.3 accepts any number; 2.0.0 to 2.0.15 refuse it (check_parser.c, rs_weight_handler: 1
 * to 65535); 2.1 changes it to 1 (ipwrapper.c, init_service_rs and update_svr_wgt); the others honour it.
 */
export const zeroWeight = {
  honoured: ["<2.0.0", ">=2.0.16,<2.1.0", ">=2.2.0"],
  refused: ">=2.0.0,<2.0.16",
  raised: ">=2.1.0,<2.2.0",
} as const;

/**
 * The same if the sum of a service's weights is below its quorum, as it is when all its servers are drained: from 2.0.14 on, keepalived
 * then reports an error in the configuration (check_data.c, "exceeds total weight").
 */
export const zeroWeightShortOfQuorum = {
  honoured: ["<2.0.0"],
  refused: ">=2.0.0,<2.1.0",
  raised: ">=2.1.0",
} as const;

/** Options that a user asks for: the releases that have them. */
export const releasesOfOptions = {
  /** Times of checks for a single real server. */
  ownInterval: ">=1.3.7",
  /** `alpha` for a single real server. */
  ownAlpha: ">=1.3.7",
  /** lvs_method for a single real server. */
  ownForwarding: ">=1.3.9",
  /** `type` and a checksum behind lvs_method TUN. */
  tunnelType: ">=2.0.18",
  /** `virtualhost` of a check or of a url. */
  virtualHost: ">=1.3.6",
  sni: ">=1.4.3",
  /** A tunnel to a real server of another family than the VIP: 1.3 ignores such a real server (check_data.c, alloc_rs). */
  mixedFamilies: ">=1.4.5",
  /** Port 0 of a real server: 2.0.7 to 2.0.14 have no syntax for it. */
  everyPort: ">=2.0.15",
  /** lvs_sched mh. */
  maglev: ">=2.0.7",
  /** The flags of mh. */
  maglevFlags: ">=2.0.20",
  twoChoices: ">=2.2.5",
  /** Times of checks that are no whole seconds. */
  fractions: ">=2.0.13",
  groupNotifyStop: ">=2.0.0",
  startupDelay: ">=2.0.14",
  /**
   * 1.3 and 1.4 do not notice that somebody removes a virtual route. 2.0 before 2.0.12 does, but takes a director that has failed for a
   * backup as soon as it has removed its routes itself (keepalived_netlink.c, netlink_route_filter).
   */
  virtualRoutes: ">=2.0.12",
  /** A quorum above the number of real servers, that is, one of weights. */
  quorumOfWeights: ">=2.0.14",
  trackProcess: ">=2.0.16",
  /** More than one status code, and ranges. */
  statusCodes: ">=2.0.17",
  httpProtocol: ">=2.0.17",
  /** Weights above 65535. */
  heavyWeight: ">=2.1.0",
  /** persistence_granularity 0.0.0.0: before, it counted as not given (ipvswrapper.c, ipvs_set_srule). */
  everyClient: ">=2.1.0",
  ping: ">=2.1.0",
  udp: ">=2.1.0",
  /** In 2.1, if a reload adds the check of a file, the real server is out of the table until the file changes (measured). */
  file: ">=2.2.0",
  /** The content that a UDP check sends and expects. */
  udpContent: ">=2.2.0",
  /** Content that ends in a byte FF: before, lib/parser.c, read_hex_str, took it for an error. */
  udpContentEndingInFf: ">=2.3.3",
} as const;
