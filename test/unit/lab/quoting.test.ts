import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quote, quoteAll } from "../../../lab/quoting";

describe("quote", () => {
  it.each([
    ["plain-word_1.2/3", "plain-word_1.2/3"],
    ["", "''"],
    ["two words", "'two words'"],
    ["it's", "'it'\\''s'"],
    ["$HOME", "'$HOME'"],
  ])("%j becomes %s", (word, quoted) => expect(quote(word)).toBe(quoted));
});

describe("quoteAll", () => {
  it("is read back by a shell as the same words, whatever is in them", () => {
    const words = fc.array(
      fc.string({ unit: "binary", maxLength: 20 }).map((text) => text.replaceAll("\0", "")),
      {
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(words, (argv) => {
        const read = execFileSync("sh", [
          "-c",
          `for word in ${quoteAll(argv)}; do printf '%s\\0' "$word"; done`,
        ]);
        expect(read.toString().split("\0").slice(0, -1)).toEqual(argv);
      }),
      { numRuns: 15 },
    );
  });
});
