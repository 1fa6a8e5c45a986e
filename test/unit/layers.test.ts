// The check of rooms and cycles (.dependency-cruiser.cjs) finds what it should find. Whether the package itself has such faults is tested
// by the check.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, expect, test } from "vitest";

const root = join(__dirname, "../..");

/** Files of one package, with the rules that each file breaks. (Rules are about folders, so the cases do not meet.) */
const cases: Record<string, { files: Record<string, string>; rules: string[] }> = {
  nothing: {
    files: {
      "components/model/shape.ts": 'export const shape = "x";\nexport type Shape = string;\n',
      "components/render/ipvs.ts": 'export { shape } from "../model/shape";\n',
    },
    rules: [],
  },
  "a cycle": {
    files: {
      "components/model/a.ts": 'import { b } from "./b";\nexport const a = [b];\n',
      "components/model/b.ts": 'import { a } from "./a";\nexport const b = [a];\n',
    },
    rules: ["no-cycles"],
  },
  "a cycle of types": {
    files: {
      "components/model/c.ts": 'import type { D } from "./d";\nexport type C = D[];\n',
      "components/model/d.ts": 'import type { C } from "./c";\nexport type D = C[];\n',
    },
    rules: ["no-cycles"],
  },
  "Pulumi's types in the model": {
    files: { "components/model/output.ts": 'export type { Output } from "@pulumi/pulumi";\n' },
    rules: ["layer-model"],
  },
  "a step upwards, by a type alone": {
    files: { "components/args/host.ts": 'export type { Shape } from "../model/shape";\n' },
    rules: ["layer-args"],
  },
  "a hash in the model": {
    files: { "components/model/mark.ts": 'export { createHash } from "node:crypto";\n' },
    rules: [],
  },
  "a file that is read in the middle": {
    files: { "components/render/page.ts": 'export { readFileSync } from "node:fs";\n' },
    rules: ["pure"],
  },
  "a component that makes a Command by itself": {
    files: { "components/director.ts": 'export { remote } from "@pulumi/command";\n' },
    rules: ["layer-components"],
  },
  "what is not published": {
    files: {
      "lab/lab.ts": "export const lab = 1;\n",
      "components/cluster.ts": 'export { lab } from "../lab/lab";\n',
    },
    rules: ["package-alone"],
  },
};

interface Violation {
  from: string;
  rule: { name: string };
}

/** What the check finds in the files of all cases. (One run: each takes seconds.) */
function check(folder: string): Violation[] {
  for (const file of [".dependency-cruiser.cjs", "tsconfig.json", "package.json"])
    copyFileSync(join(root, file), join(folder, file));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [path, text] of Object.values(cases).flatMap(({ files }) => Object.entries(files))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const argv = ["--config", ".dependency-cruiser.cjs", "--output-type", "json", "components"];
  const { stdout, stderr } = spawnSync(join(root, "node_modules/.bin/depcruise"), argv, {
    cwd: folder,
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(stderr);
  const { summary } = JSON.parse(stdout) as { summary: { violations: Violation[] } };
  return summary.violations;
}

let violations: Violation[] = [];

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), "lvs-layers-"));
  try {
    violations = check(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

test.each(Object.entries(cases))("%s", (_, { files, rules }) => {
  const broken = violations.filter(({ from }) => from in files).map(({ rule }) => rule.name);
  expect([...new Set(broken)].sort()).toEqual(rules);
});

test("nothing else", () => {
  const files = Object.values(cases).flatMap((each) => Object.keys(each.files));
  expect(violations.map(({ from }) => from).filter((from) => !files.includes(from))).toEqual([]);
});
