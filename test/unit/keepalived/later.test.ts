// A value that is not known yet (an Output) is accepted, and checked again when it is known: valid arguments are also valid while any of
// them are unknown.
import fc from "fast-check";
import { expect, test } from "vitest";
import { pairArguments } from "../../../components/model/keepalived/pair/shapes";
import { later } from "../../../components/model/shape";
import { goldenPairs } from "./everything";
import { pair } from "./samples";

/** The value once for each of its parts, with that part unknown; each with the part's path. */
function opened(given: unknown, path = ""): [string, unknown][] {
  if (typeof given !== "object" || given === null) return [];
  return Object.entries(given).flatMap(([key, each]) => {
    const here = Array.isArray(given) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`;
    const placed = (part: unknown): unknown =>
      Array.isArray(given)
        ? given.map((other: unknown, index) => (index === Number(key) ? part : other))
        : { ...given, [key]: part };
    if (each === undefined) return [];
    return [
      [here, placed(later)] as [string, unknown],
      ...opened(each, here).map(([at, part]) => [at, placed(part)] as [string, unknown]),
    ];
  });
}

/** Several unknown parts at the same time. */
const openedAtOnce = (given: unknown): fc.Arbitrary<unknown> =>
  fc.array(fc.nat(), { minLength: 2, maxLength: 6 }).map((picks) =>
    picks.reduce((args, pick) => {
      const choices = opened(args).filter(([path]) => !known.test(path));
      return choices[pick % choices.length]?.[1] ?? args;
    }, given),
  );

/** The list of hosts must be known, because resources are named after them. */
const known = /^directors(\[\d+\](\.(name|address))?)?$/;

test.each(Object.entries(goldenPairs))("%s with any one part open", (_, given) => {
  const problems = opened(pair(given))
    .filter(([path]) => !known.test(path))
    .flatMap(([path, args]) => pairArguments(args, "").map((problem) => ({ open: path, ...problem })));
  expect(problems).toEqual([]);
});

test.each(Object.entries(goldenPairs))("%s with several parts open", (_, given) => {
  fc.assert(
    fc.property(openedAtOnce(pair(given)), (args) => {
      expect(pairArguments(args, "")).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
