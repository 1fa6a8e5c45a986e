// Every method of forwarding with every kind of service, on one director and on a pair: test/lab/forwarding/cells.ts has them as data.
// With LVS_FORWARDING_TABLE=1 the result becomes docs/forwarding-matrix.md.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, inject, it } from "vitest";
import { type Cell, further, matrix, titleOf } from "../lab/forwarding/cells";
import { prove } from "../lab/forwarding/prove";
import { tableOfResults } from "../lab/forwarding/results";
import { repository, theLab } from "../lab/support/stack";
import { plan } from "./plan";

describe("a cluster", { timeout: 900_000 }, () => {
  const results = new Map<Cell, string>();

  beforeAll(async () => {
    await theLab().down();
    await theLab().up({ ...plan, farRealServers: 1, farClients: 1, owner: inject("owner") });
  });

  afterAll(() => {
    if (process.env.LVS_FORWARDING_TABLE === "1")
      writeFileSync(join(repository, "docs/forwarding-matrix.md"), tableOfResults(results));
  });

  const cells = [
    ...matrix.map((each) => [titleOf(each), each] as const),
    ...Object.entries(further).map(([name, each]) => [name, each] as const),
  ];
  it.each(cells)("%s", async (_, each) => {
    results.set(each, "fails");
    await prove(each);
    results.set(each, "holds");
  });
});
