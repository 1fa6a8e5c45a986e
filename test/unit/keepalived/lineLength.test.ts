// keepalived reads a line of more than 1022 bytes as two lines. The second one would then be an option by itself: the end of a user's text,
// or one of many entries on one line.
import { expect, test } from "vitest";
import { pairArguments } from "../../../components/model/keepalived/pair/shapes";
import { carrier, inNoDocument, placeOfPath, sampleOf } from "./carriers";
import { argumentsOf } from "./paths";
import { documentOf } from "./reading";

const all = argumentsOf("KeepalivedPair").filter(({ path }) => !inNoDocument.test(path));
const texts = all.flatMap(({ path, type }) => (type === "string" ? [path] : []));
const lists = texts.filter((path) => path.endsWith("[]"));

const longestOf = (path: string, value: unknown) =>
  Math.max(
    ...(documentOf(carrier(path, value)).keepalived ?? []).flatMap(({ lines }) =>
      lines.map(({ text }) => Buffer.byteLength(text)),
    ),
  );

/** The greatest number for which it holds. */
function most(limit: number, holds: (count: number) => boolean): number {
  let [least, greatest] = [0, limit];
  while (least < greatest) {
    const middle = Math.ceil((least + greatest) / 2);
    if (holds(middle)) least = middle;
    else greatest = middle - 1;
  }
  return least;
}

test.each(texts)("%s as long as it may be is on one line", (path) => {
  const { harmless } = sampleOf(path);
  const written = (count: number) => harmless + harmless.slice(-1).repeat(count);
  const count = most(2000, (each) => pairArguments(carrier(path, written(each)), "").length === 0);
  expect(longestOf(path, written(count))).toBeLessThanOrEqual(1022);
});

test.each(lists)("%s with as many entries as it may have is on one line, or on many", (path) => {
  const entries = (count: number, each: (index: number) => string) =>
    Array.from({ length: count }, (_, at) => each(at));
  const { harmless, odd = [] } = sampleOf(path);
  const longest = [harmless, ...odd].sort((left, right) => right.length - left.length)[0] as string;
  const each = (index: number) =>
    /vips\[\]$/.test(path) ? `198.19.${index >> 8}.${index & 255 || 1}` : longest;
  const whole = path.slice(0, -2);
  const problems = (count: number) => pairArguments(carrier(whole, entries(count, each)), "");
  const count = most(400, (number) => number === 0 || problems(number).length === 0);
  if (count > 0) expect(longestOf(whole, entries(count, each))).toBeLessThanOrEqual(1022);
  // Too many entries are an error of the list, or of an entry that is given twice.
  for (const { path: place } of count < 400 ? problems(count + 1) : [])
    expect(place).toMatch(new RegExp(`^${placeOfPath(whole).replaceAll(/[[\]]/g, "\\$&")}(\\[\\d+\\])?$`));
});
