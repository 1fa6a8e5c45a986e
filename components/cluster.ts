import * as pulumi from "@pulumi/pulumi";
import type { HostArgs } from "./args";
import { checked } from "./checked";
import type { ClusterArgs } from "./clusterArgs";
import { ClusterDirector } from "./clusterDirector";
import { changeDirector } from "./director";
import { addressIn, identityOf } from "./hosts";
import { clusterArguments, isPair } from "./model/cluster";
import { changeDirectors } from "./pairChanges";
import { RealServer } from "./realServer";
import { inEachHost } from "./sharedConnection";

/**
 * A whole load-balancing cluster from one declaration: its real servers, and then its directors, which offer every
 * service on every VIP. One director has the VIPs by itself. Two or more are a pair, as by KeepalivedPair: keepalived
 * elects the one that has them.
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
    const { directors, keepalived, realServers, services, mode, webServer } = all;
    const run = { removePackages: all.removePackages, drift: all.drift, applyTimeout: all.applyTimeout };
    const behind = realServers.map(({ weight, ...host }) => {
      const child = `${name}-${labelOf(host)}`;
      return new RealServer(child, { host, vips, mode, webServer, ...run }, { parent: this });
    });
    const destinations = pulumi.output(realServers.map(({ address, weight }) => ({ address, weight })));
    const offered = pulumi
      .all([vips, pulumi.output(services), destinations])
      .apply(([each, all, hosts]) =>
        each.flatMap((vip) => all.map((service) => ({ ...service, vip, realServers: hosts }))),
      );
    // A director that sends clients to a real server which is not there yet would make them wait.
    const inFront = directors.map((host) => {
      const child = `${name}-${labelOf(host)}`;
      const component = new ClusterDirector(child, addressIn(host, valid), {
        parent: this,
        dependsOn: behind,
      });
      return { component, type: "Director", name: child };
    });
    const common = { services: offered, sysctls: all.sysctls, drain: all.drain, ...run };
    // What a director is to be called does not depend on how many there are: the step from one to two is a change of the first, and no other's beginning.
    if (isPair(directors))
      changeDirectors(this, { ...keepalived, directors, vips, ...common }, valid, inFront, true);
    else
      directors.forEach((host, index) =>
        changeDirector(inFront[index]!.component, inFront[index]!.name, { host, ...common }, valid, {
          what: "keepalived",
          wanted: [],
        }),
      );
    nodesOf.set(this, { directors: inFront.map(({ component }) => component), realServers: behind });
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
  directors: ClusterDirector[];
  realServers: RealServer[];
}

/** (Pulumi's analyzer takes each property of the class for an output.) */
const nodesOf = new WeakMap<Cluster, ClusterNodes>();

function labelOf(host: HostArgs): string {
  return host.name ?? identityOf(host) ?? "";
}
