import { expect, test } from "vitest";
import { formatNumber, quote } from "../../../lab/engine/command/goText.js";
import { PropertyPrinter } from "../../../lab/engine/display/propertyPrinter.js";
import { Style } from "../../../lab/engine/display/style.js";
import { diffMaps } from "../../../lab/engine/wire/diff.js";
import { Secret, unknown, type PropertyMap } from "../../../lab/engine/wire/values.js";

const style = new Style(false);
const where = { indent: 1, operation: "update" as const, signed: true };

function diff(old: PropertyMap, next: PropertyMap): string {
  const printer = new PropertyPrinter(style, { truncate: true, planning: true });
  const members = diffMaps(old, next);
  if (members) printer.members(members, where);
  return printer.take();
}

test("of several lines those that changed are shown, with two around them", () => {
  const lines = (changed: string): string =>
    ["1", "2", "3", "4", "", "5", changed, "7", "8", "9", "10", ""].join("\n");
  expect(diff({ stdin: lines("six") }, { stdin: lines("SIX") })).toBe(
    [
      "  ~ stdin: ",
      "        ...",
      "        4",
      "        5",
      "      - six",
      "      + SIX",
      "        7",
      "        8",
      "        ...",
      "",
    ].join("\n"),
  );
});

test("of one line both are shown; secrets and unknowns never are", () => {
  expect(diff({ a: "x", b: new Secret("p"), c: "1" }, { a: "y", b: new Secret("q"), c: unknown })).toBe(
    '  ~ a: "x" => "y"\n  ~ b: [secret] => [secret]\n  ~ c: "1" => [unknown]\n',
  );
});

test("JSON is shown as what it holds", () => {
  expect(diff({ stdin: '{"weight":1}' }, { stdin: '{"weight":2}' })).toBe(
    "  ~ stdin: (json) {\n      ~ weight: 1 => 2\n    }\n",
  );
});

test("a document of a host is not taken for YAML", () => {
  const document = (weight: number): string => `# generation 1\n[settings]\ndrain = ${weight}\n[packages]\n`;
  expect(diff({ stdin: document(1) }, { stdin: document(2) })).toContain("- drain = 1");
});

test("created text is cut after three lines", () => {
  const printer = new PropertyPrinter(style, { truncate: true, planning: true });
  printer.object({ stdin: "1\n2\n3\n4\n", empty: {} }, { indent: 1, operation: "create", signed: false });
  expect(printer.take()).toBe('    empty: {}\n    stdin: "1\\n2\\n3\\n..."\n');
});

test("text is quoted as Go does it", () => {
  expect(quote('a"\\\n\t\x01\x7fž\u200b')).toBe('"a\\"\\\\\\n\\t\\x01\\x7fž\\u200b"');
});

test.each([
  [1e21, "1000000000000000000000"],
  [12345678, "12345678"],
  [1.5, "1.5"],
  [1234567.5, "1.2345675e+06"],
  [0.00001, "1e-05"],
])("the number %d as Go prints it", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});
