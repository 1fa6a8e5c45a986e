// What bash 4.2, the one of CentOS 7, does otherwise than the bash that runs these tests.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { hostParts } from "./shell";

it("LINES_OF and WORDS_OF, which may be empty, are never named alone: before bash 4.4, set -u ends the program there", () => {
  const alone = readdirSync(hostParts)
    .filter((name) => name.endsWith(".sh"))
    .flatMap((name) =>
      readFileSync(join(hostParts, name), "utf8")
        .split("\n")
        .filter((line) => /(?<!\[@\]\+")\$\{(LINES_OF|WORDS_OF)\[[@*]\]\}/.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );
  expect(alone).toEqual([]);
});
