import * as pulumi from "@pulumi/pulumi";
import type { DirectorArgs } from "./args/director";
import { changeHost, type LeavingLast } from "./declare/change";
import { validate } from "./declare/validate";
import { addressIn, identityOf, plainHost } from "./declare/placement";
import { defaultDrain, directorArguments } from "./model/component";
import type { Host } from "./model/host";
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
  /** The host, for the `directors` of a VirtualService. Secret, since it holds the way in. */
  public readonly host: pulumi.Output<Host>;
  /** The host's own address, in clear. */
  public readonly address: pulumi.Output<string>;

  constructor(name: string, args: DirectorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs:index:Director", name, {}, opts);
    const all = inEachHost(args, "host");
    const valid = validate(this, all, directorArguments);
    changeSingleDirector(this, name, all, valid);
    const { host } = all;
    this.host = plainHost(host, identityOf(host) ?? name);
    this.address = addressIn(host, valid);
    this.registerOutputs({ host: this.host, address: this.address });
  }
}

/** The change of a director that has its VIPs by itself. */
export function changeSingleDirector(
  component: pulumi.ComponentResource,
  name: string,
  args: DirectorArgs,
  valid: pulumi.Output<boolean>,
  leavesLast?: LeavingLast,
): void {
  const { host, connection, drift, applyTimeout, ...settings } = args;
  changeHost(component, {
    type: "Director",
    name,
    host,
    valid,
    settings,
    drift,
    applyTimeout,
    leavesLast,
    document: (place, { services, sysctls, drain, removePackages }) =>
      directorDocument(place, {
        services: (services ?? []).map(completeService),
        sysctls: sysctls ?? {},
        drain: drain ?? defaultDrain,
        removePackages: removePackages ?? false,
      }),
  });
}
