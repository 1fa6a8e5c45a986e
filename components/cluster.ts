import * as pulumi from "@pulumi/pulumi";
import type { ClusterArgs, HostArgs } from "./args";
import { checked } from "./checked";
import { Director } from "./director";
import { identityOf } from "./hosts";
import { clusterArguments } from "./model/component";
import { RealServer } from "./realServer";
import { inEachHost } from "./sharedConnection";

/**
 * A whole load-balancing cluster from one declaration: its real servers, and then its directors, which offer every
 * service on every VIP.
 *
 * Bad arguments end the program before any host is touched, all of them in one message.
 */
export class Cluster extends pulumi.ComponentResource {
  /** The virtual addresses. */
  public readonly vips: pulumi.Output<string[]>;
  /** Where clients connect to, by VIP and service: `198.18.0.100:80`. */
  public readonly endpoints: pulumi.Output<string[]>;

  /** The components that it is made of. */
  get nodes(): ClusterNodes {
    return nodesOf.get(this)!;
  }

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs:index:Cluster", name, {}, opts);
    const all = inEachHost(args, "directors", "realServers");
    const valid = checked(this, all, clusterArguments);
    // Each child waits for all of its arguments, and so for those of the whole cluster to be found good.
    const vips = pulumi
      .all([all.vips, all.vip, valid])
      .apply(([several, one]) => several ?? (one === undefined ? [] : [one]));
    const { directors, realServers, services, mode, webServer, drain, ...run } = all;
    const behind = realServers.map(({ weight, ...host }) => {
      const child = `${name}-${labelOf(host)}`;
      return new RealServer(child, { host, vips, mode, webServer, ...shared(run) }, { parent: this });
    });
    const destinations = pulumi.output(realServers.map(({ address, weight }) => ({ address, weight })));
    const offered = pulumi
      .all([vips, pulumi.output(services), destinations])
      .apply(([each, all, hosts]) =>
        each.flatMap((vip) => all.map((service) => ({ ...service, vip, realServers: hosts }))),
      );
    const inFront = directors.map((host) => {
      const child = `${name}-${labelOf(host)}`;
      // A director that sends clients to a real server which is not there yet would make them wait.
      return new Director(
        child,
        { host, services: offered, drain, ...shared(run) },
        { parent: this, dependsOn: behind },
      );
    });
    nodesOf.set(this, { directors: inFront, realServers: behind });
    this.vips = vips;
    this.endpoints = pulumi
      .all([vips, pulumi.output(services)])
      .apply(([each, offers]) => [
        ...new Set(each.flatMap((vip) => offers.map(({ port }) => `${vip}:${port}`))),
      ]);
    this.registerOutputs({ vips, endpoints: this.endpoints });
  }
}

/** The components of a Cluster, in the order of its arguments. */
export interface ClusterNodes {
  directors: Director[];
  realServers: RealServer[];
}

/** (Pulumi's analyzer takes each property of the class for an output.) */
const nodesOf = new WeakMap<Cluster, ClusterNodes>();

type Run = Pick<ClusterArgs, "removePackages" | "drift" | "applyTimeout">;

function shared({ removePackages, drift, applyTimeout }: Run): Run {
  return { removePackages, drift, applyTimeout };
}

function labelOf(host: HostArgs): string {
  return host.name ?? identityOf(host) ?? "";
}
