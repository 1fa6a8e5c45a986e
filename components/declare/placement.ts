import * as pulumi from "@pulumi/pulumi";
import type { HostArgs } from "../args/host";
import { type Access, accessOf, type Host, type Place, placeOf } from "../model/host";

/** Who keeps a director's table. */
export type Keeper = "keepalived" | "director";

/** Which host is behind the `host` of a Director or a pair: known when the program starts, unlike the Output itself. */
const identities = new WeakMap<pulumi.Output<Host>, { identity: string; keeper: Keeper }>();

/**
 * What tells a host from others when the program starts: its address, or else its name. It becomes part of resource
 * names, so that a component that moves to another host gives back the old one instead of forgetting it. Undefined
 * where only an Output is there.
 */
export function identityOf(host: pulumi.Input<HostArgs>): string | undefined {
  if (pulumi.Output.isInstance(host)) return identities.get(host as unknown as pulumi.Output<Host>)?.identity;
  if (host instanceof Promise || typeof host !== "object" || host === null) return undefined;
  return typeof host.address === "string" ? host.address : host.name;
}

/** Who keeps the table of that host; a Director's own program, where nobody says that it is keepalived. */
export function keeperOf(host: pulumi.Input<HostArgs>): Keeper {
  if (pulumi.Output.isInstance(host))
    return identities.get(host as unknown as pulumi.Output<Host>)?.keeper ?? "director";
  if (host instanceof Promise || typeof host !== "object" || host === null) return "director";
  return host.pairVips === undefined ? "director" : "keepalived";
}

/** The name of a component's change of a host. */
export function changeName(component: string, identity: string | undefined): string {
  return identity === undefined || component.endsWith(identity) ? component : `${component}-${identity}`;
}

/** The host as plain data for other components. Secret, because of the way in. */
export function plainHost(
  host: pulumi.Input<HostArgs>,
  identity: string,
  keeper: Keeper = "director",
): pulumi.Output<Host> {
  const plain = pulumi.secret(host) as pulumi.Output<Host>;
  identities.set(plain, { identity, keeper });
  return plain;
}

// (One that has been found valid has a connection, of its own or of the component.)
export function place(host: pulumi.Input<HostArgs>, valid: pulumi.Output<boolean>): pulumi.Output<Place> {
  return pulumi.unsecret(pulumi.all([pulumi.output(host), valid]).apply(([known]) => placeOf(known as Host)));
}

export function access(host: pulumi.Input<HostArgs>, valid: pulumi.Output<boolean>): pulumi.Output<Access> {
  return pulumi.secret(pulumi.all([pulumi.output(host), valid]).apply(([known]) => accessOf(known as Host)));
}

/** A host's own address, in clear, once the arguments have been found good. */
export function addressIn(
  host: pulumi.Input<HostArgs>,
  valid: pulumi.Output<boolean>,
): pulumi.Output<string> {
  return place(host, valid).apply(({ address }) => address);
}
