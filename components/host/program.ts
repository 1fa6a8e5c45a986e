import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { systemsShell } from "./systems";
import { sectionsAwk, sectionsShell } from "./sections";

/**
 * The parts in the order in which they are joined; `main.sh` runs last, when every function is defined. A part calls functions only of its
 * own room and of the rooms before it. The functions of a section (NAME_live, NAME_set, NAME_unset) are called by the section's name, from
 * any room.
 */
export const shellParts = [
  "base/report.sh",
  "base/lines.sh",
  "base/durable.sh",
  "base/login.sh",
  "base/selinux.sh",
  "base/families.sh",
  "base/system.sh",
  "state/state.sh",
  "state/claims.sh",
  "state/lock.sh",
  "state/program.sh",
  "state/names.sh",
  "state/takeover.sh",
  "state/resources.sh",
  "sections/key.sh",
  "sections/installing.sh",
  "sections/packages.sh",
  "sections/modules.sh",
  "sections/options.sh",
  "sections/booleans.sh",
  "sections/sysctl.sh",
  "sections/files.sh",
  "sections/place.sh",
  "sections/webServer.sh",
  "sections/units.sh",
  "sections/ipvs.sh",
  "sections/addresses.sh",
  "sections/links.sh",
  "sections/fou.sh",
  "sections/tunnels.sh",
  "sections/routes.sh",
  "sections/policies.sh",
  "sections/firewalld.sh",
  "sections/firewalldZones.sh",
  "sections/firewall.sh",
  "sections/openings.sh",
  "sections/openingsReport.sh",
  "sections/managers.sh",
  "sections/boot.sh",
  "plan/document.sh",
  "plan/rules.sh",
  "plan/readback.sh",
  "plan/live.sh",
  "keepalived/secrets.sh",
  "keepalived/given.sh",
  "keepalived/virtualRoutes.sh",
  "keepalived/unit.sh",
  "keepalived/checkPorts.sh",
  "keepalived/configuration.sh",
  "keepalived/traces.sh",
  "keepalived/start.sh",
  "keepalived/data.sh",
  "keepalived/settle.sh",
  "verbs/words.sh",
  "verbs/connections.sh",
  "verbs/detours.sh",
  "verbs/refusals.sh",
  "verbs/apply.sh",
  "verbs/pair.sh",
  "verbs/undo.sh",
  "verbs/observe.sh",
  "verbs/release.sh",
  "verbs/keep.sh",
  "main.sh",
];

/** The awk programs, by the variable that holds each on a host, with the parts that they are joined from. */
export const awkParts = {
  RULES_AWK: ["sections/rules.awk"],
  DOCUMENT_AWK: ["base/blocks.awk", "sections/rules.awk", "plan/document.awk"],
  PLAN_AWK: [
    "sections/rules.awk",
    "sections/key.awk",
    "plan/facts.awk",
    "plan/decided.awk",
    "plan/clashes.awk",
    "plan/differences.awk",
    "plan/changes.awk",
    "plan/plan.awk",
  ],
  FILTERS_AWK: ["sections/filters.awk"],
  CONNECTIONS_AWK: ["sections/rules.awk", "plan/connections.awk"],
  STEPS_AWK: ["base/blocks.awk", "plan/steps.awk"],
  ENTRIES_AWK: ["verbs/entries.awk"],
  DATA_AWK: ["keepalived/data.awk"],
  GIVEN_AWK: ["keepalived/given.awk"],
  CHECK_PORTS_AWK: ["keepalived/checkPorts.awk"],
} as const;

export type AwkProgram = keyof typeof awkParts;

/** An awk program as one text, after the table of sections if it needs that. */
export function awkProgram(name: AwkProgram): string {
  const needsTable = name === "DOCUMENT_AWK" || name === "PLAN_AWK" || name === "STEPS_AWK";
  return [...(needsTable ? [sectionsAwk()] : []), ...awkParts[name].map(read)].join("\n");
}

/** The release of this package: its three numbers, without a suffix. */
function release(): string {
  // (The compiled file is one folder deeper than this one.)
  let folder = __dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return /^\d+\.\d+\.\d+/.exec(version)?.[0] ?? version;
}

let assembled: string | undefined;

/**
 * The program that runs on hosts, as one text for `bash`: the shell files of this folder, and the awk programs as variables. It is the same
 * for every host and every call: the verb is its argument, and its input is on standard input.
 */
export function hostProgram(): string {
  assembled ??= [
    "# The host side of @pulumi-lvs/lvs. Written by it and replaced by it; see `bash program help`.",
    // (On the second line, where another release of the program looks for it.)
    `LVS_RELEASE=${release()}`,
    ...(Object.keys(awkParts) as AwkProgram[]).map((name) => `${name}=${singleQuoted(awkProgram(name))}`),
    sectionsShell(),
    systemsShell(),
    ...shellParts.map(read),
  ].join("\n");
  return assembled;
}

/** The SHA-256 sum, in hexadecimal digits, of the program's file on a host: program.sh ends it with one line feed. */
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

/** A text as one word of bash. */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
