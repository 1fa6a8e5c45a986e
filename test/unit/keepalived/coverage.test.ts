// The documents that are kept as files (golden.test.ts) have every option and every gate of a release. A new one that is in none of them
// fails here.
import { expect, test, vi } from "vitest";
import type { GivenPair } from "../../../components/model/keepalived/pair/complete";
import { pairArguments } from "../../../components/model/keepalived/pair/shapes";
import * as releases from "../../../components/model/keepalived/releases/releases";
import { renderDocument } from "../../../components/render/document";
import { carrier, inNoDocument } from "./carriers";
import { everywhere, goldenPairs } from "./everything";
import { argumentsOf, without } from "./paths";
import { documentOf } from "./reading";
import { owner, pair } from "./samples";

type Marks = string | Marks[] | { [name: string]: Marks };

/** Each gate by its own name in place of its range of releases, which several gates may share. */
function marked(given: unknown, name: string): Marks {
  if (typeof given === "string") return `gate ${name}`;
  if (Array.isArray(given)) return given.map((each, index) => marked(each, `${name}[${index}]`));
  return Object.fromEntries(
    Object.entries(given as object).map(([key, each]) => [
      key,
      marked(each, name === "" ? key : `${name}.${key}`),
    ]),
  );
}

function marks(given: Marks): string[] {
  return typeof given === "string" ? [given] : Object.values(given).flatMap(marks);
}

vi.mock("../../../components/model/keepalived/releases/releases", async (original) =>
  marked(await original(), ""),
);

const textOf = (given: GivenPair) => renderDocument(owner, documentOf(given));
const golden = Object.values(goldenPairs).map((given) => pair(given));
const texts = golden.map(textOf);

const gates = marks({ ...releases } as unknown as Marks);

// (vitest ignores a mock of a file that does not exist.)
test("each gate has a name of its own", () => {
  expect(gates.filter((mark) => !mark.startsWith("gate "))).toEqual([]);
});

test.each(gates)("%s stands in a document", (mark) => {
  expect(
    texts.some(
      (text) => text.includes(`${mark}|`) || text.includes(`${mark},`) || text.includes(`${mark} for `),
    ),
  ).toBe(true);
});

/** Ports that must be the service's, which is their default. */
const noChoice = /^services\[\]\.(realServers\[\]|sorryServer)\.port$/;
const options = argumentsOf("KeepalivedPair").flatMap(({ path }) =>
  inNoDocument.test(path) || noChoice.test(path) ? [] : [path],
);

/** The option is visible: without it the document is different, or the pair is invalid. */
function shows(option: string, given: GivenPair, text: string): boolean {
  return without(given, option).some((less) => pairArguments(less, "").length > 0 || textOf(less) !== text);
}

test.each(options)("%s shows in a document", (option) => {
  expect(golden.some((given, index) => shows(option, given, texts[index]!))).toBe(true);
});

/** The option's values in a pair. */
function valuesIn(given: unknown, segments: string[]): unknown[] {
  const [segment = "", ...rest] = segments;
  const [, member = "", kind] = /^(\w+)(\[\]|\{\})?$/.exec(segment) ?? [];
  const here = (given as Record<string, unknown>)[member];
  if (here === undefined) return [];
  const below = kind === undefined ? [here] : Object.values(here as object);
  return rest.length === 0 ? below : below.flatMap((each) => valuesIn(each, rest));
}

const inEveryRelease = Object.values(everywhere).map((given) => pair(given));
const textsInEveryRelease = inEveryRelease.map(textOf);

// The same for the files that each release gets, unless the option itself needs a release.
test.each(options)("%s shows in what every release gets, or some lack it", (option) => {
  if (inEveryRelease.some((given, index) => shows(option, given, textsInEveryRelease[index]!))) return;
  const values = golden.flatMap((given) => valuesIn(given, option.split(".")));
  expect(values.flatMap((value) => documentOf(carrier(option, value)).requires)).not.toEqual([]);
});
