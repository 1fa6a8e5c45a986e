import * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs, HostArgs, SharedConnectionArgs } from "./args";
import { mergedConnection } from "./model/connection";
import { isRecord } from "./model/shape";

interface Sharing {
  connection?: pulumi.Input<SharedConnectionArgs>;
}

/** The arguments with the component's `connection` in each of its hosts, which are in these members. What a host says itself wins. */
export function inEachHost<Args extends Sharing>(args: Args, ...members: (keyof Args)[]): Args {
  // (JavaScript lets a component have no arguments at all.)
  if (!isRecord(args) || args.connection === undefined) return args;
  const shared = args.connection;
  const merged: Args = { ...args };
  for (const member of members) {
    const hosts: unknown = args[member];
    merged[member] = (
      Array.isArray(hosts) ? hosts.map((host) => withConnection(host, shared)) : withConnection(hosts, shared)
    ) as Args[keyof Args];
  }
  return merged;
}

/** A host that another component gives (`director.host`) has its connection already. */
function withConnection(host: unknown, shared: pulumi.Input<SharedConnectionArgs>): unknown {
  if (isLater(host) || !isRecord(host)) return host;
  const own = (host as Partial<HostArgs>).connection ?? {};
  return { ...host, connection: merged(own, shared) };
}

function merged(
  own: pulumi.Input<ConnectionArgs>,
  shared: pulumi.Input<SharedConnectionArgs>,
): pulumi.Input<ConnectionArgs> {
  if (!isLater(own) && !isLater(shared)) return mergedConnection(shared, own);
  return pulumi.all([shared, own]).apply(([all, one]) => mergedConnection(all, one));
}

function isLater(value: unknown): value is pulumi.Output<unknown> | Promise<unknown> {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}
