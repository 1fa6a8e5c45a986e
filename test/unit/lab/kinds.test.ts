import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { kinds, type LabStatus } from "../../../lab";
import { resolveMachineOptions } from "../../../lab/machineOptions";
import { jobs, kindNames, withTable } from "../../matrix/kinds/results";

const none = { lab: "a", state: "down" } as LabStatus;

describe("kinds of hosts", () => {
  it("are possible, each with the full kernel", () => {
    for (const kind of Object.values(kinds))
      expect(resolveMachineOptions(none, { ...kind, kernel: "full" })).toMatchObject(kind);
  });

  it("have the quick one, which is what a lab has by default", () => {
    const { release, services, selinux } = resolveMachineOptions(none, {});
    expect({ release, services, selinux }).toEqual({ ...kinds["CentOS 9, few services"], selinux: "off" });
  });
});

describe("the table of the jobs on each kind", () => {
  const page = readFileSync(join(__dirname, "../../../docs/compatibility.md"), "utf8");

  it("takes the place of the one before, and nothing else changes", () => {
    const empty = withTable(page, {});
    const some = withTable(page, { "CentOS 9": { "main job": "holds", TUN: "fails" } });
    const cells = jobs.map((job) => (job === "main job" ? "holds" : job === "TUN" ? "fails" : "not run"));
    expect(some.split("\n").filter((line) => !empty.split("\n").includes(line))).toEqual([
      `| CentOS 9 | ${cells.join(" | ")} |`,
    ]);
    expect(withTable(some, {})).toBe(empty);
  });

  it("of the page has a row of each kind", () => {
    for (const kind of kindNames) expect(page).toContain(`\n| ${kind} | `);
  });

  it("is refused where the page has no place for it", () => {
    expect(() => withTable("# A page\n", {})).toThrow(/^the page has no lines "<!-- written by/);
  });
});
