import { randomUUID } from "node:crypto";
import { check, diff } from "../command/provider.js";
import { emptyResource, type Resource } from "../state/resource.js";
import type { DetailedDiff } from "../wire/diff.js";
import { formatPath, ignoreChanges, parsePath, pathContains } from "../wire/paths.js";
import { isStackUrn, makeUrn, providerTypePrefix } from "../wire/urn.js";
import { equal, unknown, type PropertyMap } from "../wire/values.js";
import { AliasTable } from "./aliases.js";
import { inherit, plannedResource, type Goal } from "./goal.js";
import { dependents } from "./graph.js";
import { makeStep, type Step } from "./step.js";

/** An operation that ends here; the reason has been or is to be reported against `urn`. */
export class Bail extends Error {
  constructor(
    message: string,
    readonly urn = "",
  ) {
    super(message);
  }
}

interface Change {
  changed: boolean;
  detailed?: DetailedDiff;
  keys: string[];
  replaceKeys: string[];
  replace: boolean;
}
const noChange: Change = { changed: false, keys: [], replaceKeys: [], replace: false };

/** Decides, for each registered resource in turn, which steps lead from the old state to its goal. */
export class StepGenerator {
  private readonly olds = new Map<string, Resource>();
  private readonly goals = new Map<string, Goal>();
  private readonly seen = new Set<string>();
  /** URNs with a create, update, same or replacement in this operation. */
  private readonly kept = new Set<string>();
  private readonly created = new Set<string>();
  private readonly replaced = new Set<string>();
  private readonly alreadyDeleted = new Set<Resource>();
  private readonly replaceKeysOfDependents = new Map<string, string[]>();
  readonly deleted = new Set<string>();
  readonly aliases: AliasTable;

  constructor(
    private readonly base: Resource[],
    private readonly stack: string,
    private readonly project: string,
    private readonly dryRun: boolean,
    private readonly report: (message: string, urn: string) => void,
  ) {
    this.aliases = new AliasTable(stack, project);
    for (const resource of base) if (!resource.delete) this.olds.set(resource.urn, resource);
  }

  /** The default provider of a version, which no program registers itself. Undefined if it is there already. */
  defaultProvider(version: string): { reference: string; step?: Step } {
    const type = `${providerTypePrefix}command`;
    const name = version ? `default_${version.replace(/[.+-]/g, "_")}` : "default";
    const urn = makeUrn(this.stack, this.project, undefined, type, name);
    const old = this.olds.get(urn);
    const id = old?.id ?? (this.dryRun ? unknown : randomUUID());
    const reference = `${urn}::${id}`;
    if (this.seen.has(urn)) return { reference: this.providerReferences.get(urn) ?? reference };
    this.seen.add(urn);
    this.kept.add(urn);
    this.providerReferences.set(urn, reference);
    const inputs: PropertyMap = version ? { __internal: {}, version } : { __internal: {} };
    const next = {
      ...emptyResource(urn, type, true),
      id,
      inputs: old?.inputs ?? inputs,
      outputs: old?.outputs ?? (version ? { version } : {}),
      created: old?.created ?? new Date().toISOString(),
      modified: old?.modified ?? new Date().toISOString(),
    };
    return { reference, step: makeStep(old ? "same" : "create", old, next) };
  }
  private readonly providerReferences = new Map<string, string>();

  steps(registered: Goal, provider: string): Step[] {
    const goal = inherit(registered, this.goals.get(registered.parent));
    const urn = makeUrn(this.stack, this.project, goal.parent || undefined, goal.type, goal.name);
    if (this.seen.has(urn))
      throw new Bail(`Duplicate resource URN '${urn}'; try giving it a unique name`, urn);
    const old = this.findOld(urn, goal);
    this.seen.add(urn);
    this.goals.set(urn, goal);
    const next = plannedResource(urn, goal, provider, old);
    const recreating = this.deleted.has(urn);
    const wanted =
      old && !recreating ? ignoreChanges(goal.inputs, old.inputs, goal.ignoreChanges) : goal.inputs;
    if (goal.custom) next.inputs = check(goal.type, wanted);
    if (!old) {
      this.created.add(urn);
      return [makeStep("create", undefined, next)];
    }
    this.kept.add(urn);
    if (recreating) {
      this.deleted.delete(urn);
      this.replaced.add(urn);
      const replaceKeys = this.replaceKeysOfDependents.get(urn) ?? [];
      return [
        makeStep("replace", old, next),
        makeStep("create-replacement", old, next, { replaceKeys, logical: false }),
      ];
    }
    const change = this.change(old, next, wanted);
    if (!change.changed && !old.pendingReplacement) return [makeStep("same", old, next)];
    if (change.replace || old.pendingReplacement) return this.replacement(old, next, goal, change);
    return [makeStep("update", old, next, { detailed: change.detailed, changed: change.keys })];
  }

  private findOld(urn: string, goal: Goal): Resource | undefined {
    try {
      return this.aliases.find({ urn, ...goal }, this.olds, this.seen);
    } catch (error) {
      throw new Bail((error as Error).message, urn);
    }
  }

  private change(old: Resource, next: Resource, wanted: PropertyMap): Change {
    // This goes for components as well: they are otherwise never replaced.
    if (next.deletedWith && this.replaced.has(next.deletedWith)) {
      return { changed: true, keys: [], replaceKeys: ["deletedWith"], replace: true };
    }
    if (!next.custom) return componentChange(old, wanted);
    return describeChange(diff(old.inputs, next.inputs), next.replaceOnChanges);
  }

  private replacement(old: Resource, next: Resource, goal: Goal, change: Change): Step[] {
    const { urn } = next;
    if (next.protect && old.protect) {
      const message =
        `unable to replace resource "${urn}"\nas it is currently marked for protection. To unprotect the resource, ` +
        "remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`";
      if (!this.dryRun) throw new Bail(message, urn);
      this.report(message, urn);
    }
    this.replaced.add(urn);
    // Ignored changes are not carried into a replacement: it is made from the program's own inputs.
    if (goal.custom) next.inputs = check(goal.type, goal.inputs);
    const why = { detailed: change.detailed, changed: change.keys, replaceKeys: change.replaceKeys };
    const deleteFirst = goal.deleteBeforeReplace === true;
    const replace = makeStep("replace", old, next, why);
    const create = makeStep("create-replacement", old, next, {
      ...why,
      logical: false,
      deleteOldLater: !deleteFirst,
    });
    if (!deleteFirst) return [create, replace];
    const steps = this.deleteDependents(old);
    if (!old.pendingReplacement) {
      this.deleted.add(old.urn);
      steps.push(makeStep("delete-replaced", old, undefined, { logical: false }));
      this.alreadyDeleted.add(old);
    }
    // The URN is its successor's from here on; only what goes with the old one looks at it above.
    return [...steps, replace, create];
  }

  /** What would be replaced by this resource's going away has to go first, the last dependent foremost. */
  private deleteDependents(root: Resource): Step[] {
    const gone = new Set([root.urn]);
    const doomed: Resource[] = [];
    const settled = (urn: string): boolean =>
      this.kept.has(urn) || this.created.has(urn) || this.deleted.has(urn);
    for (const resource of dependents(root, this.base, (urn) => urn !== root.urn && settled(urn))) {
      if (!resource.custom) continue;
      const change = dependentChange(resource, gone);
      if (!change.replace) continue;
      gone.add(resource.urn);
      doomed.push(resource);
      this.replaceKeysOfDependents.set(resource.urn, change.replaceKeys);
    }
    return doomed.reverse().map((resource) => {
      if (resource.protect) {
        throw new Bail(
          `unable to replace resource "${resource.urn}" as part of replacing "${root.urn}" as it is currently marked for protection`,
          resource.urn,
        );
      }
      this.deleted.add(resource.urn);
      this.alreadyDeleted.add(resource);
      return makeStep("delete-replaced", resource, undefined, { logical: false });
    });
  }

  /** After the program has ended well: everything of the old state that it did not ask for again. */
  deletions(): Step[] {
    const steps: Step[] = [];
    for (const old of this.base) {
      const stillWanted = this.kept.has(this.aliases.ownerOf(old.urn) ?? old.urn);
      if (old.delete) {
        if (this.alreadyDeleted.has(old)) continue;
        this.deleted.add(old.urn);
        steps.push(makeStep("delete-replaced", old, undefined, { logical: false }));
      } else if (!stillWanted) {
        this.deleted.add(old.urn);
        steps.push(makeStep(old.pendingReplacement ? "remove-pending-replace" : "delete", old, undefined));
      }
    }
    return steps;
  }
}

function componentChange(old: Resource, wanted: PropertyMap): Change {
  return isStackUrn(old.urn) || equal(old.inputs, wanted) ? noChange : { ...noChange, changed: true };
}

function describeChange(detailed: DetailedDiff, replaceOnChanges: string[]): Change {
  if (detailed.size === 0) return noChange;
  const heads = (paths: string[]): string[] => [
    ...new Set(paths.map((path) => formatPath([parsePath(path)?.[0] ?? path]))),
  ];
  const replaceKeys = heads([...detailed].filter(([, change]) => change.replace).map(([path]) => path));
  const patterns = replaceOnChanges.flatMap((text) => [parsePath(text) ?? [text]]);
  for (const [path, change] of detailed) {
    if (patterns.some((pattern) => pathContains(pattern, parsePath(path) ?? [path]))) change.replace = true;
  }
  const keys = heads([...detailed.keys()]);
  for (const key of keys) {
    const matches = patterns.some((pattern) => pathContains(pattern, [key]));
    if (matches && !replaceKeys.includes(key)) replaceKeys.push(key);
  }
  const replace = replaceKeys.length > 0 || [...detailed.values()].some((change) => change.replace);
  return { changed: true, detailed, keys, replaceKeys, replace };
}

function dependentChange(resource: Resource, gone: Set<string>): Change {
  if (resource.deletedWith && gone.has(resource.deletedWith))
    return { ...noChange, changed: true, replace: true };
  const inputs = Object.fromEntries(
    Object.entries(resource.inputs).map(([key, value]) => {
      const affected = (resource.propertyDependencies[key] ?? []).some((urn) => gone.has(urn));
      return [key, affected ? unknown : value];
    }),
  );
  return describeChange(diff(resource.inputs, inputs), resource.replaceOnChanges);
}
