// What bash 4.2, the one of CentOS 7, does otherwise than the bash that runs these tests.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, it } from "vitest";
import { allParts } from "./shell";

it("LINES_OF and WORDS_OF, which may be empty, are never named alone: before bash 4.4, set -u ends the program there", () => {
  const alone = allParts.flatMap((path) =>
    readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => /(?<!\[@\]\+")\$\{(LINES_OF|WORDS_OF)\[[@*]\]\}/.test(line))
      .map((line) => `${basename(path)}: ${line.trim()}`),
  );
  expect(alone).toEqual([]);
});
