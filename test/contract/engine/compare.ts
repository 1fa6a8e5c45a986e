import type { Result } from "./runProgram.js";

/**
 * Programs in which everything waits for the thing before it, so that the order of all that happens is given.
 * In others independent resources are registered as their inputs come to be known, which is chance.
 */
const ordered = ["chain", "triggersAdded", "failingCreate", "failingUpdate", "ignoredChanges"];

/** A result with what is in no fixed order put into one. */
export function comparable(program: string, result: Result): Result {
  const fixed = ordered.includes(program) && !result.run.unordered;
  const { effects, steps, diff, resources } = result;
  return {
    ...result,
    effects: fixed ? effects : [...effects].sort(),
    steps: fixed ? steps : [...steps].sort(by((step) => JSON.stringify([step.urn, step.op]))),
    ...(diff ? { diff: fixed ? diff : blocks(diff) } : {}),
    ...(resources ? { resources: [...resources].sort(by((resource) => JSON.stringify(key(resource)))) } : {}),
  };
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
