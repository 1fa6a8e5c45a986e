// What is not known yet (an Output) is let pass and asked again when it is: arguments that are right are right as well
// while some of them are open, whichever they are.
import fc from "fast-check";
import { expect, test } from "vitest";
import { pairArguments } from "../../../components/model/keepalived/pair/shapes";
import { later } from "../../../components/model/shape";
import { goldenPairs } from "./everything";
import { pair } from "./samples";

/** The value once for each part of it, with that part open; each with the part's path. */
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

/** Several parts of it open at once. */
const openedAtOnce = (given: unknown): fc.Arbitrary<unknown> =>
  fc.array(fc.nat(), { minLength: 2, maxLength: 6 }).map((picks) =>
    picks.reduce((args, pick) => {
      const choices = opened(args).filter(([path]) => !known.test(path));
      return choices[pick % choices.length]?.[1] ?? args;
    }, given),
  );

/** Which hosts there are must be known: resources are named after them. */
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
