// Everything that can be said about the code without running it. Each check runs, whatever the ones before it said.
import { execFileSync, spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const bin = (name) => join(root, "node_modules", ".bin", name);
const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
});
const files = listed.split("\n");
// (The stand-ins of test/walks are called by the names of what they stand for.)
const isShell = /\.sh$|^\.ci\/run$|^test\/walks\/fake\/(bin\/.*|doomed)$/;
const shell = files.filter((file) => isShell.test(file));

// Every room with TypeScript in it.
const rooms = ["index.ts", "components", "lab", "test", "bench", "plugin", "examples"];

const checks = [
  ["tsc", bin("tsc"), ["--noEmit"]],
  ["eslint", bin("eslint"), ["."]],
  ["imports", bin("depcruise"), ["--config", ".dependency-cruiser.cjs", ...rooms]],
  ["prettier", bin("prettier"), ["--check", "--log-level", "warn", "."]],
  ["shellcheck", "shellcheck", ["--external-sources", "--source-path=SCRIPTDIR", ...shell]],
  ["shfmt", "shfmt", ["-d", "-i", "2", "-ci", ...shell]],
];

const failed = checks.filter(([name, command, args]) => {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (error?.code === "ENOENT") console.error(`${name} is not installed: run lab/setup.sh`);
  console.log(`${status === 0 ? "ok    " : "FAILED"}  ${name}`);
  return status !== 0;
});
process.exit(failed.length === 0 ? 0 : 1);
