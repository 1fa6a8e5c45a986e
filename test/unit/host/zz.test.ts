import fc from "fast-check";
import { it } from "vitest";
import { walkInFolder } from "../../walks/fake/walk";
import { paths } from "../../walks/steps";
it("w", { timeout: 1500000 }, async () => {
  await fc.assert(fc.asyncProperty(paths(10), walkInFolder), { numRuns: 4, seed: 21, endOnFailure: true });
});
