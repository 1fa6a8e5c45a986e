// A pair of directors: what happens when its master, the segment or a real server fails, when somebody changes it by hand,
// and who can read its password.
import { describe } from "vitest";
import { pairScenarios } from "./pairs/all";

describe("a keepalived pair", { timeout: 600_000 }, () =>
  pairScenarios({ cuts: 20, rounds: 10, old: false }),
);
