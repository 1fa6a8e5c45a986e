import type { Resource } from "../state/resource.js";

/** Everything whose existence a resource rests on. */
export function reasons(resource: Resource): Set<string> {
  const provider = resource.provider.slice(0, resource.provider.lastIndexOf("::"));
  const urns = [
    resource.parent,
    resource.deletedWith,
    provider,
    ...resource.dependencies,
    ...Object.values(resource.propertyDependencies).flat(),
  ];
  return new Set(urns.filter(Boolean));
}

/**
 * Deletions in the order in which they may happen: each layer at once, the next when it is done.
 * A layer is what nothing left rests on when read backwards from the roots, so a resource that is
 * independent of all others goes in the last layer, together with the roots.
 */
export function deleteLayers<T>(condemned: T[], resourceOf: (item: T) => Resource): T[][] {
  const left = new Set(condemned);
  const layers: T[][] = [];
  while (left.size > 0) {
    const urns = new Set([...left].map((item) => resourceOf(item).urn));
    const layer = [...left].filter((item) => {
      const resource = resourceOf(item);
      return ![...reasons(resource)].some((urn) => urn !== resource.urn && urns.has(urn));
    });
    if (layer.length === 0) throw new Error("the dependencies of the resources to delete go in a circle");
    for (const item of layer) left.delete(item);
    layers.push(layer);
  }
  return layers.reverse();
}

/** All that depends on `root`, directly or not, in the order of the state; what is settled is left out. */
export function dependents(root: Resource, all: Resource[], settled: (urn: string) => boolean): Resource[] {
  const reached = new Set([root.urn]);
  const result: Resource[] = [];
  for (const resource of all.slice(all.indexOf(root) + 1)) {
    if (resource.delete || settled(resource.urn)) continue;
    if ([...reasons(resource)].some((urn) => reached.has(urn))) {
      reached.add(resource.urn);
      result.push(resource);
    }
  }
  return result;
}
