import { expect, test } from "vitest";
import { parse } from "./parser";

// The parser is what the other tests believe; these are its own proofs, from keepalived.conf(5) and lib/parser.c.
test.each<[string, string, unknown]>([
  ["a block", "a b {\n  c d\n}\n", [{ words: ["a", "b"], body: [{ words: ["c", "d"] }] }]],
  ["comments", "a b # c\n! d\n#e", [{ words: ["a", "b"] }]],
  ["quoted comment", 'a "b # c"', [{ words: ["a", "b # c"] }]],
  ["escaped comment", "a b\\#c", [{ words: ["a", "b#c"] }]],
  ["words that touch", 'a b"c d"e', [{ words: ["a", "b", "c d", "e"] }]],
  ["a bracket in quotes", 'a "b { c"', [{ words: ["a", "b { c"] }]],
  ["a bracket inside a word", "a b{c\n}", [{ words: ["a", "b"], body: [{ words: ["c"] }] }]],
  ["a block on one line", "a { b }", [{ words: ["a"], body: [{ words: ["b"] }] }]],
])("%s", (_, text, expected) => {
  expect(parse(text)).toEqual(expected);
});

test.each([
  ["an extra bracket", "a\n}"],
  ["a block left open", "a {\nb"],
  ["an open quote", 'a "b'],
  ["an include", "  include /etc/passwd"],
  ["a definition", "$a=b"],
  ["a built-in definition", "a $_PWD"],
  ["a condition", "@host a"],
  ["a line that goes on", "a \\"],
])("%s is no configuration", (_, text) => {
  expect(() => parse(text)).toThrow();
});

test("a long line is two", () => {
  expect(parse(`a ${"b".repeat(1100)}`)).toHaveLength(2);
});

test("a quoted bracket is one to the parts of keepalived that skip a block", () => {
  expect(() => parse('a "{"')).toThrow();
});

test("1.3 finds comments inside words, and brackets only as words", () => {
  expect(parse("a b#c", "1.3")).toEqual([{ words: ["a", "b"] }]);
  expect(parse("a b{c", "1.3")).toEqual([{ words: ["a", "b{c"] }]);
});
