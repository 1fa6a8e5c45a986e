import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The parts in the order in which they are joined; `main.sh` runs last, when every function is known. */
const SHELL_PARTS = [
  "report.sh",
  "lines.sh",
  "durable.sh",
  "document.sh",
  "lock.sh",
  "program.sh",
  "state.sh",
  "seen.sh",
  "names.sh",
  "takeover.sh",
  "resources.sh",
  "packages.sh",
  "modules.sh",
  "sysctl.sh",
  "files.sh",
  "place.sh",
  "units.sh",
  "ipvs.sh",
  "rules.sh",
  "secrets.sh",
  "keeper.sh",
  "keepalived.sh",
  "traces.sh",
  "start.sh",
  "belief.sh",
  "settle.sh",
  "addresses.sh",
  "boot.sh",
  "live.sh",
  "apply.sh",
  "undo.sh",
  "observe.sh",
  "main.sh",
];

/** The release of this package, without what may follow its three numbers. */
function release(): string {
  // (This file lies one folder deeper where it was compiled to.)
  let folder = __dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return /^\d+\.\d+\.\d+/.exec(version)?.[0] ?? version;
}

let assembled: string | undefined;

/**
 * The program that runs on hosts, as one text for `bash`: the shell files of this folder and the awk programs, which it carries as
 * variables. It is the same for every host and every call; what it is to do comes as its argument and on standard input.
 */
export function hostProgram(): string {
  assembled ??= [
    "# The host side of @pulumi-lvs/lvs. Written by it and replaced by it; see `bash program help`.",
    // (On its second line, where the next program on the host looks for it.)
    `LVS_RELEASE=${release()}`,
    `DOCUMENT_AWK=${singleQuoted(read("document.awk"))}`,
    `PLAN_AWK=${singleQuoted(read("plan.awk"))}`,
    `BELIEF_AWK=${singleQuoted(read("belief.awk"))}`,
    `STROKES_AWK=${singleQuoted(read("strokes.awk"))}`,
    ...SHELL_PARTS.map((part) => read(part)),
  ].join("\n");
  return assembled;
}

/** The SHA-256 sum, in hexadecimal digits, of the file that the program is on a host: program.sh ends it with one line feed. */
export function programSum(): string {
  sum ??= createHash("sha256")
    .update(`${hostProgram().replace(/\n+$/, "")}\n`)
    .digest("hex");
  return sum;
}

let sum: string | undefined;

function read(name: string): string {
  return readFileSync(join(__dirname, name), "utf8");
}

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
