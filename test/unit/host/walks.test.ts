// One short random walk on a host in a folder. test:long has more and longer ones there, and on a real host.
import fc from "fast-check";
import { it } from "vitest";
import { walkInFolder } from "../../walks/fake/walk";
import { paths } from "../../walks/steps";

it("a host is as declared after each step of a walk, and as it was before at its end", async () => {
  await fc.assert(fc.asyncProperty(paths(8), walkInFolder), { numRuns: 1, seed: 7, endOnFailure: true });
});
