// The check of rooms and cycles (.dependency-cruiser.cjs) finds what it should find. Whether the package itself has such faults is tested
// by the check.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(__dirname, "../..");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lvs-layers-"));
  for (const file of [".dependency-cruiser.cjs", "tsconfig.json", "package.json"])
    copyFileSync(join(root, file), join(folder, file));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The rules that these files break. */
function broken(files: Record<string, string>): string[] {
  rmSync(join(folder, "components"), { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const argv = ["--config", ".dependency-cruiser.cjs", "--output-type", "json", "components"];
  const { stdout, stderr } = spawnSync(join(root, "node_modules/.bin/depcruise"), argv, {
    cwd: folder,
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
  return [...new Set(summary.violations.map(({ rule }) => rule.name))].sort();
}

const shape = { "components/model/shape.ts": 'export const shape = "x";\nexport type Shape = string;\n' };
const pulumi = { "components/model/shape.ts": 'export type { Output } from "@pulumi/pulumi";\n' };

test.each<[string, Record<string, string>, string[]]>([
  ["nothing", { ...shape, "components/render/ipvs.ts": 'export { shape } from "../model/shape";\n' }, []],
  [
    "a cycle",
    {
      "components/model/a.ts": 'import { b } from "./b";\nexport const a = [b];\n',
      "components/model/b.ts": 'import { a } from "./a";\nexport const b = [a];\n',
    },
    ["no-cycles"],
  ],
  [
    "a cycle of types",
    {
      "components/model/a.ts": 'import type { B } from "./b";\nexport type A = B[];\n',
      "components/model/b.ts": 'import type { A } from "./a";\nexport type B = A[];\n',
    },
    ["no-cycles"],
  ],
  ["Pulumi's types in the model", pulumi, ["layer-model"]],
  [
    "a step upwards, by a type alone",
    { ...shape, "components/args/host.ts": 'export type { Shape } from "../model/shape";\n' },
    ["layer-args"],
  ],
  ["a hash in the model", { "components/model/mark.ts": 'export { createHash } from "node:crypto";\n' }, []],
  [
    "a file that is read in the middle",
    { "components/render/page.ts": 'export { readFileSync } from "node:fs";\n' },
    ["pure"],
  ],
  [
    "a component that makes a Command by itself",
    { "components/director.ts": 'export { remote } from "@pulumi/command";\n' },
    ["layer-components"],
  ],
  [
    "what is not published",
    {
      "lab/lab.ts": "export const lab = 1;\n",
      "components/director.ts": 'export { lab } from "../lab/lab";\n',
    },
    ["package-alone"],
  ],
])("%s", (_, files, rules) => {
  expect(broken(files)).toEqual(rules);
});
