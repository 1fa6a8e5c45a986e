import type * as pulumi from "@pulumi/pulumi";
import { perRun } from "./perRun";

/** The owners of a program run, by host. */
const owners = perRun<pulumi.ComponentResource>();

/**
 * A host keeps one document an owner, so two components with one owner would undo each other's work for ever. Pulumi
 * itself lets two components have one name when their parents differ. Returns what is wrong, if anything.
 */
export function claimOwner(
  component: pulumi.ComponentResource,
  owner: string,
  address: string,
  who: string,
): string | undefined {
  const claims = owners();
  const key = `${address} ${owner}`;
  const first = claims.get(key);
  if (first !== undefined && first !== component) {
    return `two components are called ${owner} on ${who}, and a host keeps one document for each name; give one of them another name`;
  }
  claims.set(key, component);
  return undefined;
}
