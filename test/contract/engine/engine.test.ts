import { describe, expect, test } from "vitest";
import { labEngine } from "./drivers.js";
import { comparable, restsOf } from "./compare.js";
import { readGolden, runProgram, type Result } from "./runProgram.js";
import { table } from "./table.js";

/** The lab's engine against what the Pulumi CLI did with the same programs, two at a time: each run is one process after the other. */
describe.concurrent.each(Object.keys(table))("%s", (name) => {
  const golden = readGolden(name);
  test.skipIf(!golden)("runs as it does under the Pulumi CLI", { timeout: 180_000 }, async () => {
    const results = await runProgram(name, labEngine);
    const rests = restsOf(golden ?? []);
    for (const [index, expected] of (golden ?? []).entries()) {
      expect(comparable(results[index] as Result, rests)).toEqual(comparable(expected, rests));
    }
  });
});
