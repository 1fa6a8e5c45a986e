// Every method of forwarding with every kind of service, on one director and on a pair: test/lab/forwarding/cells.ts has them as data.
// With LVS_FORWARDING_RESULTS=FILE the result of each cell is kept in that file, a run does not run the cells again that hold there, and
// docs/forwarding-matrix.md becomes its table. So the matrix, which takes more than an hour, can be run in parts.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, inject, it } from "vitest";
import { type Cell, further, matrix, titleOf } from "../lab/forwarding/cells";
import { prove } from "../lab/forwarding/prove";
import { type Results, tableOfResults } from "../lab/forwarding/results";
import { repository, theLab } from "../lab/support/stack";
import { plan } from "./plan";

const kept = process.env.LVS_FORWARDING_RESULTS;
const results: Results =
  kept !== undefined && existsSync(kept) ? (JSON.parse(readFileSync(kept, "utf8")) as Results) : {};

function record(title: string, result: Results[string]): void {
  results[title] = result;
  if (kept === undefined) return;
  writeFileSync(kept, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(repository, "docs/forwarding-matrix.md"), tableOfResults(results));
}

describe("a cluster", { timeout: 900_000 }, () => {
  beforeAll(async () => {
    await theLab().down();
    await theLab().up({ ...plan, farRealServers: 1, farClients: 1, owner: inject("owner") });
  });

  const cells: [string, Cell][] = [
    ...matrix.map((each): [string, Cell] => [titleOf(each), each]),
    ...Object.entries(further),
  ];
  it.each(cells.filter(([title]) => results[title] !== "holds"))("%s", async (title, each) => {
    record(title, "fails");
    await prove(each);
    record(title, "holds");
  });
});
