// `verbatim` is for options for which this package has no argument. It promises that the text is written to its block as given, that it
// neither closes that block nor leaves one open, and that nothing around it is read differently.
import fc from "fast-check";
import { expect, test } from "vitest";
import { pairArguments } from "../../../components/model/keepalived/pair/shapes";
import { verbatim } from "../../../components/model/keepalived/syntax/verbatim";
import { carrier } from "./carriers";
import { parse } from "./parser";
import { harmlessLine, type Reading, readingOf, withValue } from "./reading";

test.each<[string, string]>([
  ["one option", "smtp_alert false"],
  ["a block", "virtual_routes {\n  192.0.2.0/24 dev eth0\n}"],
  ["blocks in a block", "a {\n\tb {\n\t}\n\tc {\n\t\td\n\t}\n}\ne"],
  ["comments with anything in them", "a # it's \"b { \\x $HOME\n! { @\n   #}\nb"],
  ["brackets and comments between quotes", 'a "b { c # d ! e }" "}{"'],
  ["a dollar that names nothing", "regex ^ok$\nb $HOME"],
  ["a word that only begins like an order", "includes x\ninclude_check y\nvrrp_strictly z"],
  ["a file to watch, which is a block in other places", "FILE_CHECK {\n  track_file x\n}"],
  ["blanks that are none in ASCII", "a\u00a0b {\n\u00a0\n}"],
  ["nothing", ""],
])("%s may stand", (_, text) => {
  expect(verbatim(text, "verbatim")).toEqual([]);
});

test.each<[string, string, string[]]>([
  ["closes its block", "}", ['verbatim, line 1: "}" closes a block that it did not open']],
  [
    "closes its block and opens another",
    "}\nvrrp_instance x {",
    [
      'verbatim, line 1: "}" closes a block that it did not open',
      'verbatim, line 2: "vrrp_instance x {" opens a block that nothing closes',
    ],
  ],
  ["leaves a block open", "a\nb {\nc {\n}\n", ['verbatim, line 2: "b {" opens a block that nothing closes']],
  [
    "has a block's name without a block: it would take what follows for its own",
    "a\nvirtual_routes\n",
    [
      'verbatim, line 2: "virtual_routes" begins a block, so it must end with {: else what comes after this text is read as part of it',
    ],
  ],
  [
    "the same in quotes, or with a comment",
    '"track_script" # {\n',
    [
      'verbatim, line 1: "\\"track_script\\" # {" begins a block, so it must end with {: else what comes after this text is read as part of it',
    ],
  ],
  ["holds a carriage return", "a\nb\r\nc", ['verbatim, line 2: "b\\r" holds a control character']],
  ["holds half a character", "a \ud800", ['verbatim, line 1: "a \\ud800" holds a control character']],
  [
    "has a comment made by a definition, behind which a bracket would not count",
    "a $_HASH {\n}",
    ['verbatim, line 1: "a $_HASH {" holds "$_", with which definitions of keepalived\'s own begin'],
  ],
  ["the same in quotes", 'a "$_BANG"', ['verbatim, line 1: "a \\"$_BANG\\"" holds "$_"']],
  ["includes a file", "  include /etc/x", ['verbatim, line 1: "  include /etc/x" includes another file']],
  [
    "the same in quotes",
    '"include" /etc/x',
    ['verbatim, line 1: "\\"include\\" /etc/x" includes another file'],
  ],
  ["the same with words that touch", 'include"/etc/x"', ["includes another file"]],
  ["makes VIPs deaf", '"vrrp_strict"', ["makes the director drop its own VIPs' packets"]],
  ["repeats itself", '"~SEQ(i, 1, 9)" a $i', ["begins with @, $ or ~"]],
  ["has a bracket that 1.3 takes for a part of a word", "a\u00a0{", ["has a bracket out of place"]],
  ["the same that closes", "a {\n\u00a0}\n}", ["has a bracket out of place"]],
  ["ends a line in a backslash", "a\\\nb", ["has a backslash"]],
  ["ends a line in a backslash and blanks", "a\\ \t\nb", ["has a backslash"]],
  ["ends a comment in a backslash", "a {# b\\\n}", ["has a backslash"]],
  ["has a line that is read as two", `a "${"b".repeat(900)}"`, ["is longer than 900 bytes"]],
])("what %s is refused", (_, text, expected) => {
  const problems = verbatim(text, "verbatim").map(({ path, reason }) => `${path}: ${reason}`);
  expect(problems).toHaveLength(expected.length);
  expected.forEach((each, index) => expect(problems[index]).toContain(each));
});

/** Text that is nearly valid: mostly whole lines and pairs of brackets, and sometimes something in a wrong place. */
const line = fc
  .array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom("a", "b c", "virtual_routes", '"d e"', '"f { g"', "h # i", "!", "'"),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom("{", "}", '"{"', '"', "\\", "#", "\u00a0", "\t", "$x", "$_HASH"),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom("@x", "~SEQ(i, 1, 9)", "include", "$x=1", "\\#", "j{", "}k", "\\\\"),
      },
      { weight: 1, arbitrary: fc.string({ maxLength: 3, unit: "grapheme" }) },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .chain((words) => fc.constantFrom(" ", "", "\t").map((blank) => words.join(blank)));
const lines: fc.Arbitrary<string> = fc.letrec<{ lines: string; block: string }>((tie) => ({
  block: fc.tuple(line, tie("lines")).map(([head, body]) => `${head} {\n${body}\n}`),
  lines: fc
    .array(fc.oneof({ maxDepth: 3 }, line, tie("block")), { maxLength: 3 })
    .map((all) => all.join("\n")),
})).lines;

test("random text: refused, or it stays in its block in every release", () => {
  const paths = [
    "verbatim",
    "verbatimBlocks",
    "instances[].verbatim",
    "services[].healthCheck.http.urls[].verbatim",
  ];
  const around = new Map(paths.map((path) => [path, readingOf(carrier(path, harmlessLine))]));
  let accepted = 0;
  let blocks = 0;
  fc.assert(
    fc.property(fc.constantFrom(...paths), lines, (path, text) => {
      if (pairArguments(carrier(path, text), "").length > 0) return;
      accepted += 1;
      if (parse(text).some(({ body }) => body !== undefined)) blocks += 1;
      const wanted = withValue(around.get(path) as Reading, harmlessLine, text);
      expect(readingOf(carrier(path, text))).toEqual(wanted);
    }),
    // (So many that there are blocks among them: few texts are.)
    { numRuns: 2000 },
  );
  // Otherwise the test would have proved nothing.
  expect(accepted).toBeGreaterThan(80);
  expect(blocks).toBeGreaterThan(8);
});
