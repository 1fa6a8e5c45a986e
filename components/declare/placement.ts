import * as pulumi from "@pulumi/pulumi";
import type { HostArgs, HostPlaceArgs } from "../args/host";
import { type Access, accessOf, type Host, type Place, placeOf } from "../model/host";

/** The name of a component's change of a host, for components that change several. */
export function changeName(component: string, host: string): string {
  return `${component}-${host}`;
}

/**
 * The same for components that change one. The host's name is in it as well, so that a component that moves to another host gives
 * back the old one instead of forgetting it.
 */
export function onlyChangeName(component: string, host: string): string {
  return component === host || component.endsWith(`-${host}`) ? component : changeName(component, host);
}

// (One that has been found valid has a connection, of its own or of the component.)
export function place(host: HostArgs, valid: pulumi.Output<boolean>): pulumi.Output<Place> {
  return pulumi.unsecret(pulumi.all([pulumi.output(host), valid]).apply(([known]) => placeOf(known as Host)));
}

export function access(host: HostArgs, valid: pulumi.Output<boolean>): pulumi.Output<Access> {
  return pulumi.secret(pulumi.all([pulumi.output(host), valid]).apply(([known]) => accessOf(known as Host)));
}

/** A host's own address, in clear, once the arguments have been found good. */
export function addressIn(host: HostArgs, valid: pulumi.Output<boolean>): pulumi.Output<string> {
  return place(host, valid).apply(({ address }) => address);
}

/** What is no secret of a host, member by member: nothing of how to log in. */
export function placeArgs({ name, address, interface: device }: HostArgs): HostPlaceArgs {
  return { name, address, interface: device };
}
