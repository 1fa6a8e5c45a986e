import { spawn } from "node:child_process";
import { basename, join } from "node:path";
import { awkProgram, shellParts, singleQuoted } from "../../../components/host/program";
import { systemsShell } from "../../../components/host/systems";
import { sectionsShell } from "../../../components/host/sections";

const host = join(__dirname, "../../../components/host");

/** The path of a part of the host's program. No two parts have the same name. */
export function partPath(name: string): string {
  const part = shellParts.find((each) => basename(each) === name);
  if (part === undefined) throw new Error(`the host's program has no part ${name}`);
  return join(host, part);
}

export const allParts = shellParts.map((part) => join(host, part));

/** The parts about the state of a host: they call each other. */
export const stateParts = [
  "report.sh",
  "durable.sh",
  "state.sh",
  "claims.sh",
  "lock.sh",
  "program.sh",
  "names.sh",
  "takeover.sh",
  "resources.sh",
  "key.sh",
  "booleans.sh",
  "document.sh",
  "rules.sh",
  "readback.sh",
];

export interface ShellResult {
  status: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs lines of bash with some of the host program's parts (and lines.sh, system.sh and selinux.sh, which most of them need), in the mode in which the program runs
 * them.
 */
export function runShell(parts: string[], lines: string, stdin = ""): Promise<ShellResult> {
  const sourced = ["lines.sh", "system.sh", "selinux.sh", ...parts].map((part) => `. "${partPath(part)}"`);
  const text = [
    "set -euo pipefail",
    "shopt -s nullglob",
    "export LC_ALL=C",
    sectionsShell(),
    systemsShell(),
    ...(["RULES_AWK", "ENTRIES_AWK", "GIVEN_AWK"] as const).map(
      (name) => `${name}=${singleQuoted(awkProgram(name))}`,
    ),
    ...sourced,
    lines,
  ].join("\n");
  return new Promise((resolve, reject) => {
    // (Node's pipes are sockets. bash takes a socket for a login from another machine, and would read ~/.bashrc.)
    const child = spawn("bash", ["--norc", "-c", text], { stdio: "pipe" });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, stdout, stderr }));
    // A program that refuses its input early may end before the input is written.
    child.stdin.on("error", () => undefined);
    child.stdin.end(stdin);
  });
}
