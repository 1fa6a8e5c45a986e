import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { namespaceExists } from "../../../lab/network";

it("a namespace is there as long as it is mounted: a bare file is none", () => {
  const folder = mkdtempSync(join(tmpdir(), "lvs-netns-"));
  writeFileSync(join(folder, "bare"), "");
  expect(namespaceExists("bare", folder)).toBe(false);
  expect(namespaceExists("missing", folder)).toBe(false);
  expect(namespaceExists("net", "/proc/self/ns")).toBe(true);
  rmSync(folder, { recursive: true });
});
