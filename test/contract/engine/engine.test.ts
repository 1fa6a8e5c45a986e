import { describe, expect, test } from "vitest";
import { labEngine } from "./drivers.js";
import { readGolden, runProgram } from "./runProgram.js";
import { table } from "./table.js";

/** The lab's engine against what the Pulumi CLI did with the same programs. */
describe.each(Object.keys(table))("%s", (name) => {
  const golden = readGolden(name);
  test.skipIf(!golden)("runs as it does under the Pulumi CLI", { timeout: 180_000 }, async () => {
    const results = await runProgram(name, labEngine);
    results.forEach((result, index) => expect(result).toEqual(golden?.[index]));
  });
});
