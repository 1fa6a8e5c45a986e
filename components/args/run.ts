// How a component works on its hosts.
import type * as pulumi from "@pulumi/pulumi";
import type { Drift, Firewall } from "./enums";
import type { SharedConnectionArgs } from "./host";
import type { IpvsArgs } from "./ipvs";

/** How a component works on its hosts. */
export interface RunArgs {
  /** The connection for all hosts of the component. A host's own `connection` overrides it. Default: each host has its own. */
  connection?: pulumi.Input<SharedConnectionArgs>;
  /** Whether `destroy` removes the packages that the component has installed. Default: false. */
  removePackages?: pulumi.Input<boolean>;
  /** What to do about a host that somebody else has changed. Default: repair. */
  drift?: pulumi.Input<Drift>;
  /**
   * What to do where firewalld runs on a host. It then drops packets to VIPs, health checks and VRRP, unless they are opened. Default:
   * manage.
   */
  firewall?: pulumi.Input<Firewall>;
  /** How long one whole change of a host may take, in seconds. It bounds `drain`, too. Default: 600. */
  applyTimeout?: pulumi.Input<number>;
}

/** How a component works on directors. */
export interface DirectorRunArgs extends RunArgs {
  /**
   * How long, in seconds, to wait for the open connections of a real server before it is removed from a service. It gets
   * no new connections during that time. 0: do not wait. Default: 30.
   */
  drain?: pulumi.Input<number>;
  /**
   * Settings of IPVS on the directors, for all of their services: `{ expireNodestConn: true }`. What is given here is not given in
   * `sysctls` as well. Default: none, but for what the component sets itself (see `sysctls`).
   */
  ipvs?: pulumi.Input<IpvsArgs>;
}
