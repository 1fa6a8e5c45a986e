import { stackType, urnName } from "../../../lab/engine/wire/urn.js";
import type { Result } from "./runProgram.js";

/**
 * Independent resources are registered as their inputs come to be known, which is chance, also with `--parallel 1`:
 * lists are compared sorted. Their order counts where it is given: between two things of one resource, of resources
 * that rest on each other, and between a deletion and anything else.
 */
export function comparable(result: Result, rests: Rests): object {
  const { effects, steps, diff, resources } = result;
  const events = effects.map((text): Event => {
    const [verb = "", name = ""] = text.split(" ");
    return { text, name, deletes: verb === "delete" };
  });
  const started = steps.map((step): Event => {
    const [operation, urn] = [step.op as string, step.urn as string];
    return {
      text: `${operation} ${urn}`,
      name: urnName(urn),
      deletes: operation.startsWith("delete"),
    };
  });
  // What ended an operation may come before or after an independent resource that was found unchanged.
  const { same, ...changes } = result.changeSummary as Record<string, number>;
  return {
    ...result,
    changeSummary: result.code === 0 && same !== undefined ? { ...changes, same } : changes,
    effects: [...effects].sort(),
    effectsInOrder: givenOrder(events, rests),
    steps: [...steps].sort(by((step) => JSON.stringify([step.urn, step.op]))),
    stepsInOrder: givenOrder(started, rests),
    ...(diff ? { diff: blocks(diff) } : {}),
    ...(resources
      ? { resources: resources.map(settled(result)).sort(by((resource) => JSON.stringify(key(resource)))) }
      : {}),
  };
}

interface Event {
  text: string;
  name: string;
  deletes: boolean;
}

/** By name, the names of all that a resource rests on, directly or not. */
export type Rests = Map<string, Set<string>>;

interface Links {
  urn: string;
  parent?: string;
  deletedWith?: string;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[]>;
}

export function restsOf(results: Result[]): Rests {
  const direct: Rests = new Map();
  for (const resource of results.flatMap((result) => (result.resources ?? []) as unknown as Links[])) {
    const { parent, deletedWith, dependencies = [], propertyDependencies = {} } = resource;
    const urns = [parent, deletedWith, ...dependencies, ...Object.values(propertyDependencies).flat()];
    const name = urnName(resource.urn);
    const names = direct.get(name) ?? direct.set(name, new Set()).get(name);
    for (const urn of urns) if (urn) names?.add(urnName(urn));
  }
  const reach = (name: string, reached: Set<string>): Set<string> => {
    for (const next of direct.get(name) ?? []) if (!reached.has(next)) reach(next, reached.add(next));
    return reached;
  };
  return new Map([...direct.keys()].map((name) => [name, reach(name, new Set())]));
}

/** Every pair of which the order is given, as `first → second`. */
function givenOrder(events: Event[], rests: Rests): string[] {
  const related = (a: Event, b: Event): boolean =>
    a.name === b.name ||
    a.deletes !== b.deletes ||
    rests.get(a.name)?.has(b.name) === true ||
    rests.get(b.name)?.has(a.name) === true;
  const pairs = events.flatMap((first, index) =>
    events
      .slice(index + 1)
      .filter((second) => related(first, second))
      .map((second) => `${first.text} → ${second.text}`),
  );
  return pairs.sort();
}

const by =
  <T>(text: (value: T) => string) =>
  (a: T, b: T): number =>
    text(a) < text(b) ? -1 : 1;

function key(resource: unknown): unknown {
  const { urn, delete: deleted } = resource as { urn: string; delete?: boolean };
  return [urn, deleted ?? false];
}

/** A diff's text, one entry a resource, sorted: each begins with a line `SIGN TYPE: (OPERATION)`. */
function blocks(lines: string[]): string[] {
  const found: string[][] = [[]];
  for (const line of lines) {
    if (/^ *(?:[-+~]{1,2} ?)?\S+:\S+:\S+: \(|^ *--outputs:--|^Resources:/.test(line)) found.push([]);
    found.at(-1)?.push(line);
  }
  return found.map((block) => block.join("\n")).sort();
}

/** A program may or may not have got to tell the stack's outputs when a step fails; one that throws always has. */
const settled =
  ({ diagnostics }: Result) =>
  (resource: unknown): unknown => {
    const fields = resource as { type: string };
    return diagnostics.includes("error: update failed") && fields.type === stackType
      ? { ...fields, outputs: undefined }
      : fields;
  };
