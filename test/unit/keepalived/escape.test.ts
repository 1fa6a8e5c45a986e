// Any text that a user writes in an argument of a pair is refused, with its place and the text, or it is exactly that text in keepalived's
// configuration: no other option, no other block, no comment, no instruction to the parser.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pairArguments } from "../../../components/model/keepalived/pair/shapes";
import { show } from "../../../components/model/shape";
import { renderDocument } from "../../../components/render/document";
import { carrier, inNoDocument, placeOfPath, sampleOf } from "./carriers";
import { argumentsOf } from "./paths";
import { documentOf, type Reading, readingOf, withoutDigests, withValue } from "./reading";
import { owner } from "./samples";
import { nasty, written } from "./written";

const all = argumentsOf("KeepalivedPair").filter(({ path }) => !/^(directors\[\]\.)?connection\./.test(path));
const texts = all.flatMap(({ path, type }) => (type === "string" ? [path] : []));
const others = all.flatMap(({ path, type }) => (type === "string" ? [] : [path]));

function expectItself(path: string, text: string, around: Reading) {
  const { harmless } = sampleOf(path);
  const value = path.endsWith(".digest") ? text.toLowerCase() : text;
  const [read, wanted] = [readingOf(carrier(path, text)), withValue(around, harmless, value)].map(
    withoutDigests,
  );
  expect(read, `${path} = ${JSON.stringify(text)}`).toEqual(wanted);
}

function expectRefusal(path: string, given: unknown) {
  const place = placeOfPath(path);
  const problems = pairArguments(carrier(path, given), "");
  const own = problems.filter(({ path: at }) => at === place || at.startsWith(`${place}, line `));
  const message = `${path} = ${JSON.stringify(given)}: ${JSON.stringify(problems)}`;
  expect(own, message).not.toEqual([]);
  if (path.endsWith("password")) {
    expect(
      own.every(({ reason }) => reason.includes("(the value is not shown)")),
      message,
    ).toBe(true);
    if (String(given).length > 2) expect(JSON.stringify(problems)).not.toContain(String(given));
    return;
  }
  const shown = own.map(({ path: at, reason }) => {
    const line = at === place ? given : String(given).split("\n")[Number(at.split(" ").at(-1)) - 1];
    return reason.includes(show(line));
  });
  expect(shown, message).toContain(true);
}

describe.each(texts)("%s", (path) => {
  const { harmless, odd = [], bad = [] } = sampleOf(path);
  const around = readingOf(carrier(path, harmless));

  test("holds what is right, and what is odd and right", () => {
    expect(pairArguments(carrier(path, harmless), "")).toEqual([]);
    const text = renderDocument(owner, documentOf(carrier(path, harmless)));
    if (inNoDocument.test(path)) expect(text).not.toContain(harmless);
    else if (path.endsWith("password")) expect(text).toContain('auth_pass "@{secret:');
    else expect(text.toLowerCase()).toContain(harmless.toLowerCase());
    for (const each of odd) {
      expect(pairArguments(carrier(path, each), ""), each).toEqual([]);
      expectItself(path, each, around);
    }
  });

  test("refuses what is nearly right", () => {
    for (const each of bad) expectRefusal(path, each);
  });

  test("refused, or itself", () => {
    fc.assert(
      fc.property(written(path), (text) => {
        if (pairArguments(carrier(path, text), "").length > 0) expectRefusal(path, text);
        else expectItself(path, text, around);
      }),
      { numRuns: 20 },
    );
  });

  test("refuses what is no text", () => {
    for (const each of [null, 7, true, ["a"], { a: "b" }]) expectRefusal(path, each);
  });
});

test.each(others)("%s takes no text", (path) => {
  fc.assert(
    fc.property(fc.oneof(nasty, fc.constantFrom("1", "true", "")), (text) => expectRefusal(path, text)),
    { numRuns: 10 },
  );
});
