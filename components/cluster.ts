import * as pulumi from "@pulumi/pulumi";
import type { LeavingLast } from "./declare/change";
import { validate } from "./declare/validate";
import type { ClusterArgs } from "./args/cluster";
import type { ReturnRouteArgs } from "./args/nat";
import type { PairRef } from "./args/pairRef";
import type { TunnelArgs } from "./args/tunnel";
import { ClusterDirector } from "./clusterDirector";
import { changeSingleDirector } from "./director";
import {
  addressIn,
  namesChildrenByHost,
  namesNoMoreChildrenByHost,
  onlyChangeNameIn,
  placeArgs,
} from "./declare/placement";
import { endpoints } from "./model/endpoints";
import { clusterArguments, isPair, unusedWithOneDirector } from "./model/cluster";
import {
  type ClusterOffer,
  methodsOfRealServer,
  openPortsOfRealServer,
  returnRouteOfRealServer,
  servicesOfDirectors,
  tunnelsOfRealServer,
} from "./model/clusterServices";
import { inFamily } from "./model/address";
import { changePair } from "./declare/pairChanges";
import { refOf } from "./declare/pairRefs";
import { say } from "./declare/say";
import { RealServer } from "./realServer";
import { inEachHost } from "./declare/sharedConnection";

/**
 * A whole load-balancing cluster from one declaration: its real servers, and then its directors, which offer every
 * service on every VIP. One director has the VIPs by itself. Two or more directors run keepalived, as those of a
 * KeepalivedPair do, and it elects the one that has the VIPs.
 *
 * Bad arguments end the program before any host is touched, all of them in one message.
 */
export class Cluster extends pulumi.ComponentResource {
  /** The virtual addresses. */
  public readonly vips: pulumi.Output<string[]>;
  /** Where clients connect to, by VIP and service: `198.18.0.100:80`. */
  public readonly endpoints: pulumi.Output<string[]>;
  /**
   * What a VirtualService needs to be offered by the cluster's pair of directors (`pair`), in this program or, as a stack's output, in
   * another one. Nothing in it is secret. Undefined with one director: a VirtualService then names it in `directors`.
   */
  public readonly ref?: pulumi.Output<PairRef>;

  /** The components that it is made of. */
  get nodes(): ClusterNodes {
    return nodesOf.get(this)!;
  }

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs:index:Cluster", name, {}, opts);
    namesChildrenByHost(this);
    const all = inEachHost(args, "directors", "realServers");
    const valid = validate(this, all, clusterArguments);
    // Each child waits for all of its own arguments, so each waits until the arguments of the whole cluster have been found good.
    const vips = pulumi.all([all.vips, valid]).apply(([each]) => each);
    const { directors, keepalived, realServers, services, webServer } = all;
    const run = {
      removePackages: all.removePackages,
      drift: all.drift,
      firewall: all.firewall,
      applyTimeout: all.applyTimeout,
    };
    const offer: pulumi.Output<ClusterOffer> = pulumi.output({
      vips,
      services,
      forwarding: all.forwarding,
      tunnel: all.tunnel,
    });
    const nat = pulumi
      .all([
        pulumi.output({
          gateways: { gateway: all.gateway, gateway6: all.gateway6 },
          // With one director, its own addresses are the real servers' gateways if no others are given.
          director: directors.length === 1 ? placeArgs(directors[0]!) : undefined,
          returnRoutes: all.returnRoutes,
          localClients: all.localClients,
        }),
        valid,
      ])
      .apply(([{ gateways, director, ...rest }]) => ({
        ...rest,
        gateway: gateways.gateway ?? (director && inFamily(director, "IPv4")),
        gateway6: gateways.gateway6 ?? (director && inFamily(director, "IPv6")),
      }));
    const serverNodes = realServers.map(
      ({ weight, upperThreshold, lowerThreshold, forwarding, tunnel, whenUnreachable, ...host }) => {
        const child = `${name}-${host.name}`;
        const own = pulumi.output(forwarding);
        return new RealServer(
          child,
          {
            host,
            vips,
            forwarding: pulumi
              .all([offer, own])
              .apply(([offers, method]) => methodsOfRealServer(offers, method)),
            tunnels: pulumi
              .all([offer, pulumi.output({ forwarding, tunnel })])
              .apply(([offers, each]) => tunnelsOfRealServer(offers, each)) as pulumi.Input<TunnelArgs[]>,
            returnRoute: pulumi
              .all([offer, own, nat])
              .apply(([offers, method, way]) =>
                returnRouteOfRealServer(offers, method, way),
              ) as pulumi.Input<ReturnRouteArgs>,
            openPorts: pulumi
              .all([offer, pulumi.output(directors.map(placeArgs)), pulumi.output(placeArgs(host))])
              .apply(([offers, each, place]) => openPortsOfRealServer(offers, each, place)),
            webServer,
            whenUnreachable,
            ...run,
          },
          { parent: this },
        );
      },
    );
    const destinations = pulumi.output(
      realServers.map(
        ({ address, address6, weight, upperThreshold, lowerThreshold, forwarding, tunnel }) => ({
          address,
          address6,
          weight,
          upperThreshold,
          lowerThreshold,
          forwarding,
          tunnel,
        }),
      ),
    );
    const offered = pulumi
      .all([offer, destinations])
      .apply(([offers, hosts]) => servicesOfDirectors(offers, hosts));
    // A director's resources have the same names in a pair as alone. So a step from one director to two updates its Command and creates
    // none for it.
    const owners = directors.map((host) => {
      const child = `${name}-${host.name}`;
      // If directors sent clients to a real server before it is ready, these clients would wait.
      const opts = { parent: this, dependsOn: serverNodes };
      return {
        component: new ClusterDirector(child, addressIn(host, valid), opts),
        type: "Director",
        name: child,
        changeName: onlyChangeNameIn(this),
      };
    });
    const common = {
      services: offered,
      gateway: all.gateway,
      gateway6: all.gateway6,
      sysctls: all.sysctls,
      ipvs: all.ipvs,
      drain: all.drain,
      ...run,
    };
    const pair = isPair(directors);
    const leavesLast: LeavingLast = {
      what: "keepalived",
      wanted: pair ? ["keepalived"] : [],
      // (Directors drain before their real servers lose the VIPs.)
      before: serverNodes,
    };
    if (pair) {
      const args = { ...keepalived, directors, vips, ...common };
      changePair(this, args, valid, (index) => owners[index]!, leavesLast);
      this.ref = refOf(vips, { vips: all.vips, directors: directors.map(placeArgs) });
    } else {
      owners.forEach((owner, index) => {
        const args = { host: directors[index]!, ...common };
        changeSingleDirector(owner.component, owner.name, args, valid, {
          changeName: owner.changeName,
          leavesLast,
        });
      });
      warnOfUnused(this, all, valid);
    }
    namesNoMoreChildrenByHost(this);
    nodesOf.set(this, { directors: owners.map(({ component }) => component), realServers: serverNodes });
    this.vips = vips;
    this.endpoints = pulumi
      .all([vips, pulumi.output(services)])
      .apply(([each, offers]) =>
        endpoints(each.flatMap((vip) => offers.map((offer) => ({ ...offer, vip })))),
      );
    this.registerOutputs({ vips, endpoints: this.endpoints, ref: this.ref });
  }
}

/**
 * In a preview: warns of settings for keepalived, which have no effect with one director. They may stay in the program for a later step to
 * two directors.
 */
function warnOfUnused(
  component: pulumi.ComponentResource,
  args: ClusterArgs,
  valid: pulumi.Output<boolean>,
): void {
  if (!pulumi.runtime.isDryRun()) return;
  pulumi.all([pulumi.output(args.services), valid]).apply(([services]) => {
    for (const path of unusedWithOneDirector({ ...args, services }))
      say(
        "warn",
        `${path} does nothing with one director: only keepalived uses it, which runs on two or more; add a director, or leave it out`,
        component,
      );
  });
}

/** The components of a Cluster, in the order of its arguments. */
export interface ClusterNodes {
  directors: ClusterDirector[];
  realServers: RealServer[];
}

/** (They are no property of the class, because Pulumi's analyzer would take that for an output.) */
const nodesOf = new WeakMap<Cluster, ClusterNodes>();
