import { expect, test } from "vitest";
import { parse } from "./parser";

// The other tests rely on this parser. These are its own tests, from keepalived.conf(5) and lib/parser.c.
test.each<[string, string, unknown]>([
  ["a block", "a b {\n  c d\n}\n", [{ words: ["a", "b"], body: [{ words: ["c", "d"] }] }]],
  ["comments", "a b # c\n! d\n#e", [{ words: ["a", "b"] }]],
  ["quotes in comments", 'a # it"s\nb # "c\n', [{ words: ["a"] }, { words: ["b"] }]],
  ["quoted comment", 'a "b # c"', [{ words: ["a", "b # c"] }]],
  ["escaped comment", "a b\\#c", [{ words: ["a", "b#c"] }]],
  ["words that touch", 'a b"c d"e', [{ words: ["a", "b", "c d", "e"] }]],
  ["a bracket in quotes", 'a "b { c"', [{ words: ["a", "b { c"] }]],
  ["a bracket inside a word", "a b{c\n}", [{ words: ["a", "b"], body: [{ words: ["c"] }] }]],
  ["a block on one line", "a { b }", [{ words: ["a"], body: [{ words: ["b"] }] }]],
  ["a bracket on the next line", "a\n{\nb\n}", [{ words: ["a"], body: [{ words: ["b"] }] }]],
  ["what comes after a block", "a {\n} b", [{ words: ["a"], body: [] }, { words: ["b"] }]],
  ["a blank that is none in ASCII", "a\u00a0b {\n}", [{ words: ["a\u00a0b"], body: [] }]],
])("%s", (_, text, expected) => {
  expect(parse(text)).toEqual(expected);
});

test.each([
  ["an extra bracket", "a\n}"],
  ["a block left open", "a {\nb"],
  ["a block without a name", "{\n}"],
  ["two blocks with one name", "a {\n}\n{\n}"],
  ["an open quote", 'a "b'],
  ["a quote that a backslash hides", 'a "b\\"'],
  ["an include", "  include /etc/passwd"],
  ["an include in a block", "a { include /etc/passwd\n}"],
  ["an include in quotes", '"include" /etc/passwd'],
  ["a definition", "$a=b"],
  ["a built-in definition", "a $_PWD"],
  ["one between quotes", 'a "${_HASH} b"'],
  ["a condition", "@host a"],
  ["a condition in a block", "a { @host b\n}"],
  ["a sequence", "~SEQ(i, 1, 9) a $i"],
  ["a sequence in quotes", '"~SEQ(i, 1, 9)" a $i'],
  ["a line that ends in a backslash", "a \\"],
  ["one that has a blank behind it", "a \\ "],
  ["a comment that ends in a backslash", "a # b \\"],
])("%s is no configuration", (_, text) => {
  expect(() => parse(text)).toThrow();
});

test("a line is read in pieces of 1023 bytes", () => {
  expect(parse(`a ${"b".repeat(1020)}`)).toHaveLength(1);
  expect(parse(`a ${"b".repeat(1020)}\nc`)).toHaveLength(2);
  expect(parse(`a ${"b".repeat(1021)} c\n`)).toEqual([{ words: ["a", "b".repeat(1021)] }, { words: ["c"] }]);
});

test.each(['a "{"', 'a "{"\n}', 'a {\nb "}"\n}', 'a {\nb "}"'])(
  "a quoted bracket is one to those parts of keepalived that skip a block: %j",
  (text) => {
    expect(() => parse(text)).toThrow();
  },
);

test("1.3 finds comments inside words, and brackets only as words", () => {
  expect(parse("a b#c", "1.3")).toEqual([{ words: ["a", "b"] }]);
  expect(parse("a b{c", "1.3")).toEqual([{ words: ["a", "b{c"] }]);
  expect(parse("a\u00a0{", "1.3")).toEqual([{ words: ["a\u00a0{"] }]);
  expect(parse('a "b # c" $_HASH {\n}', "1.3")).toEqual([{ words: ["a", "b # c", "$_HASH"], body: [] }]);
});

test.each(["a { b\n}", "a {\nb }", '"include" /etc/passwd', "a {\n} b"])("1.3 misreads %j", (text) => {
  expect(() => parse(text, "1.3")).toThrow();
});
