// Features that bash 4.2 and coreutils 8.22 (of CentOS 7) do not have, or that behave differently there than on the machines that run these
// tests.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { allParts } from "./shell";

/** The lines of code, without comments, that match this. */
const linesWith = (pattern: RegExp) =>
  allParts.flatMap((path) =>
    readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => !/^\s*#/.test(line) && pattern.test(line))
      .map((line) => `${basename(path)}: ${line.trim()}`),
  );

it("LINES_OF, FACTS_OF and WORDS_OF, which may be empty, are never named alone: before bash 4.4, set -u ends the program there", () => {
  expect(linesWith(/(?<!\[@\]\+")\$\{(LINES_OF|FACTS_OF|WORDS_OF)\[[@*]\]\}/)).toEqual([]);
});

describe("the program does without", () => {
  it.each<[string, RegExp, string]>([
    ["name references (4.3)", /\b(local|declare|typeset) -[a-zA-Z]*n\b/, "local -n name=x"],
    ["[[ -v ARRAY[…] ]] (4.3)", /\[\[ -v \w+\[/, "[[ -v x[1] ]]"],
    ["negative subscripts in an assignment or unset (4.3)", /(\bunset '?\w+|^\s*\w+)\[-\d/, "x[-1]=a"],
    ["wait -n (4.3)", /\bwait -n\b/, "wait -n"],
    ["transformations ${x@Q} (4.4)", /\$\{\w+(\[[@*]\])?@[a-zA-Z]\}/, "${x@Q}"],
    ["mapfile -d (4.4)", /\b(mapfile|readarray) .*-d/, "mapfile -d '' x"],
    ["local - (4.4)", /\blocal -(\s|$)/, "local -"],
    ["inherit_errexit (4.4)", /inherit_errexit/, "shopt -s inherit_errexit"],
    [
      "EPOCHSECONDS, EPOCHREALTIME (5.0), SRANDOM (5.1)",
      /\b(EPOCHSECONDS|EPOCHREALTIME|SRANDOM)\b/,
      "$EPOCHSECONDS",
    ],
    ["${ command; } (5.3)", /\$\{[ |]/, "${ ls; }"],
    ["env -S (8.30)", /\benv -S/, "env -S x"],
    ["cp --debug, mv --debug, mv --exchange (9)", /--(debug|exchange)\b/, "mv --exchange a b"],
    ["mktemp, stat, cut with -z or --zero (8.25)", /\b(stat|cut|mktemp) .*--?z(ero)?\b/, "cut -z"],
    ["tail --pid several times, timeout --verbose (8.29)", /\btimeout .*--verbose/, "timeout --verbose 1 x"],
  ])("%s", (_what, pattern, example) => {
    expect(pattern.test(example)).toBe(true);
    expect(linesWith(pattern)).toEqual([]);
  });

  it("sync with names (8.24), but for the one place that knows what to do without it", () => {
    expect(linesWith(/\bsync -/)).toEqual(['durable.sh: ! said=$(exec sync -d -- "$@" 2>&1) || return 0']);
  });
});
