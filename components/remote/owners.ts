import * as pulumi from "@pulumi/pulumi";

/** The owners of each program run, by host; a run is known by its monitor. */
const runs = new WeakMap<object, Map<string, pulumi.ComponentResource>>();

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
  const run = pulumi.runtime.getMonitor() ?? runs;
  const claims = runs.get(run) ?? new Map<string, pulumi.ComponentResource>();
  runs.set(run, claims);
  const key = `${address} ${owner}`;
  const first = claims.get(key);
  if (first !== undefined && first !== component) {
    return `two components are called ${owner} on ${who}, and a host keeps one document for each name; give one of them another name`;
  }
  claims.set(key, component);
  return undefined;
}
