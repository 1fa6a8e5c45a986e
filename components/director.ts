import * as pulumi from "@pulumi/pulumi";
import type { DirectorArgs } from "./args/director";
import { type Change, changeHost } from "./declare/change";
import { validate } from "./declare/validate";
import { addressIn, onlyChangeNameIn } from "./declare/placement";
import { directorArguments } from "./model/director";
import { defaultDrain } from "./model/run";
import { endpoints } from "./model/endpoints";
import { kernelParameters, moduleOptions } from "./model/ipvs";
import { completeService } from "./model/service";
import { directorDocument } from "./render/director";
import { inEachHost } from "./declare/sharedConnection";

/**
 * A host that takes clients' connections on virtual addresses and hands them to real servers: ipvsadm, the kernel's
 * modules, the table's rules, and the VIPs on its interface. Direct routing needs nothing else.
 *
 * Bad arguments end the program before any host is touched, all of them in one message.
 */
export class Director extends pulumi.ComponentResource {
  /** The host's name. */
  public readonly name: pulumi.Output<string>;
  /** The host's own address (DIP). */
  public readonly address: pulumi.Output<string>;
  /** The virtual addresses of its `services`. */
  public readonly vips: pulumi.Output<string[]>;
  /** Where clients connect to, by its `services`: `198.18.0.100:80`. */
  public readonly endpoints: pulumi.Output<string[]>;

  constructor(name: string, args: DirectorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs:index:Director", name, {}, opts);
    const all = inEachHost(args, "host");
    const valid = validate(this, all, directorArguments);
    changeSingleDirector(this, name, all, valid, {
      changeName: onlyChangeNameIn(opts?.parent),
      deletedWith: opts?.deletedWith,
    });
    const { host } = all;
    const offered = pulumi.all([all.services, valid]).apply(([services = []]) => services);
    this.name = pulumi.output(host.name);
    this.address = addressIn(host, valid);
    this.vips = offered.apply((services) => [...new Set(services.map(({ vip }) => vip))]);
    this.endpoints = offered.apply(endpoints);
    this.registerOutputs({
      name: this.name,
      address: this.address,
      vips: this.vips,
      endpoints: this.endpoints,
    });
  }
}

/** The change of a single director, without keepalived. */
export function changeSingleDirector(
  component: pulumi.ComponentResource,
  name: string,
  args: DirectorArgs,
  valid: pulumi.Output<boolean>,
  more: Pick<Change<unknown>, "changeName" | "leavesLast" | "deletedWith">,
): void {
  const { host, connection, drift, firewall, applyTimeout, ...settings } = args;
  changeHost(component, {
    type: "Director",
    name,
    host,
    valid,
    settings,
    drift,
    firewall,
    applyTimeout,
    ...more,
    document: (place, { services, gateway, gateway6, sysctls, ipvs, drain, removePackages }) =>
      directorDocument(place, {
        services: (services ?? []).map(completeService),
        gateway,
        gateway6,
        sysctls: kernelParameters({ sysctls, ipvs }),
        moduleOptions: moduleOptions({ ipvs }),
        drain: drain ?? defaultDrain,
        removePackages: removePackages ?? false,
      }),
  });
}
