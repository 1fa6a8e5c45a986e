import * as pulumi from "@pulumi/pulumi";
import type { HostArgs, HostPlaceArgs } from "../args/host";
import { type Access, accessOf, type Host, type Place, placeOf } from "../model/host";

/** The name of a component's change of a host, for components that change several. */
export function changeName(component: string, host: string): string {
  return `${component}-${host}`;
}

/** Components whose children have a host's name in their own: `web-d1`. */
const byHost = new WeakSet<pulumi.Resource>();

export function namesChildrenByHost(parent: pulumi.ComponentResource): void {
  byHost.add(parent);
}

/** Call it when the component's own children are declared: children that a user adds later are named like any other component. */
export function namesNoMoreChildrenByHost(parent: pulumi.ComponentResource): void {
  byHost.delete(parent);
}

/**
 * The name of the change of a component that has one host. It also contains the host's name, so that a component that moves to another host
 * restores the old one instead of forgetting it. The host's name is not repeated if the component has the same name, or is a child that is
 * named after the host.
 */
export function onlyChangeNameIn(
  parent: pulumi.Resource | undefined,
): (component: string, host: string) => string {
  if (parent !== undefined && byHost.has(parent)) return (component) => component;
  return (component, host) => (component === host ? component : changeName(component, host));
}

// (After validation every host has a connection, its own or the component's.)
export function place(host: HostArgs, valid: pulumi.Output<boolean>): pulumi.Output<Place> {
  return pulumi.unsecret(pulumi.all([pulumi.output(host), valid]).apply(([known]) => placeOf(known as Host)));
}

export function access(host: HostArgs, valid: pulumi.Output<boolean>): pulumi.Output<Access> {
  return pulumi.secret(pulumi.all([pulumi.output(host), valid]).apply(([known]) => accessOf(known as Host)));
}

/** A host's own address, not secret, when the arguments have been found good. */
export function addressIn(host: HostArgs, valid: pulumi.Output<boolean>): pulumi.Output<string> {
  return place(host, valid).apply(({ address }) => address);
}

/** The members of a host that are no secrets: nothing about logins. */
export function placeArgs(host: HostArgs): HostPlaceArgs {
  const { name, address, address6, interface: device, assumeRelease, installPackages } = host;
  return { name, address, address6, interface: device, assumeRelease, installPackages };
}
