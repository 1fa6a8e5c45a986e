import type * as pulumi from "@pulumi/pulumi";
import { perRun } from "./perRun";

/** The owners of a program run, by host. */
const owners = perRun<pulumi.ComponentResource>();

/**
 * A host keeps one document for each owner, so two components with the same owner would undo each other's changes for ever. Pulumi itself
 * allows two components with the same name if their parents differ. Returns the problem, if any.
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
