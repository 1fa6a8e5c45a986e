import * as pulumi from "@pulumi/pulumi";
import type { SharedConnectionArgs } from "../args/host";
import { isLater } from "./validate";
import { mergedConnection } from "../model/connection";
import { isRecord } from "../model/shape";

interface Sharing {
  connection?: pulumi.Input<SharedConnectionArgs>;
}

/** Copies the component's `connection` into each host in these `members`. A host's own settings take precedence. */
export function inEachHost<Args extends Sharing>(args: Args, ...members: (keyof Args)[]): Args {
  // (In JavaScript, a component may have no arguments at all.)
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

function withConnection(host: unknown, shared: pulumi.Input<SharedConnectionArgs>): unknown {
  // (A host that is no object, or that is not known yet, is refused elsewhere, at its own place.)
  if (isLater(host) || !isRecord(host)) return host;
  const { connection: own = {} } = host;
  return { ...host, connection: merged(own, shared) };
}

function merged(own: unknown, shared: unknown): unknown {
  // (Whether the host may have shared credentials depends on its `insecureHostKey`.)
  if (isLater(own) || isLater(shared) || (isRecord(own) && isLater(own["insecureHostKey"])))
    return pulumi.all([own, shared]).apply(([one, all]) => merged(one, all));
  // (A value that is no connection is refused elsewhere, at its own place.)
  return isRecord(own) && isRecord(shared) ? mergedConnection(shared, own) : own;
}
