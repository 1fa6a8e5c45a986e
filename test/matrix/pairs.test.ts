// A pair with the keepalived of each release of CentOS: the same scenarios.
import { beforeAll, describe, inject } from "vitest";
import { centosReleases } from "../../lab";
import { pairScenarios } from "../lab/pairs/all";
import { basics } from "../lab/pairs/basics";
import { theLab } from "../lab/support/stack";
import { plan } from "./plan";

describe.each(centosReleases)("on machines like CentOS %i", { timeout: 600_000 }, (release) => {
  beforeAll(async () => {
    await theLab().down();
    await theLab().up({ ...plan, release, owner: inject("owner") });
  });

  describe("a keepalived pair", basics);
  describe("a keepalived pair", () => pairScenarios({ cuts: 3, rounds: 2, old: release === 8 }));
});
