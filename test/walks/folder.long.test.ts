// Random walks on a host in a folder: quicker than those on a real one (test/lab/walks.long.test.ts). A kill is at one of the first 60 calls of a
// program that has a stand-in.
import fc from "fast-check";
import { it } from "vitest";
import { walkInFolder } from "./fake/walk";
import { paths } from "./steps";

/** How many walks, and steps in each. */
const walks = Number(process.env["LVS_WALKS"] ?? 20);
const steps = Number(process.env["LVS_STEPS"] ?? 50);

it(
  "a host is as declared after each step of a walk, and as it was before at its end",
  { timeout: 36_000_000 },
  async () => {
    const seed = Number(process.env["LVS_SEED"] ?? Date.now() % 1_000_000);
    await fc.assert(fc.asyncProperty(paths(steps), walkInFolder), {
      numRuns: walks,
      seed,
      endOnFailure: true,
    });
  },
);
