import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwkProgram, awkProgram } from "../../../components/host/program";

/** The awks on hosts: CentOS has gawk, Debian has mawk, small systems have busybox. All must print the same. */
const awks = [["gawk"], ["mawk"], ["busybox", "awk"]];

/** Inputs of an awk program in the order it reads them: `tag=` assignments are strings, files are `{ text }`. */
export type AwkInput = string | { text: string };

function awk(part: AwkProgram, inputs: AwkInput[], more = ""): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "lvs-awk-"));
  try {
    const args = inputs.map((input, index) => {
      if (typeof input === "string") return input;
      const path = join(folder, String(index));
      writeFileSync(path, input.text);
      return path;
    });
    const program = awkProgram(part) + more;
    const outputs = awks.map(([command = "", ...words]) =>
      execFileSync(command, [...words, program, ...args], { env: { ...process.env, LC_ALL: "C" } }),
    );
    const [first = Buffer.of(), ...others] = outputs;
    for (const [index, other] of others.entries())
      if (!other.equals(first))
        throw new Error(
          `${part}: ${awks[index + 1]!.join(" ")} says ${other.toString()}, not ${first.toString()}`,
        );
    return first;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs one of the host program's awk parts on texts and returns the lines that it prints, without the sizes of a document's blocks. */
export function runAwk(part: AwkProgram, inputs: AwkInput[]): string[] {
  const out = awk(part, inputs).toString();
  const lines = out === "" ? [] : out.replace(/\n$/, "").split("\n");
  return part === "DOCUMENT_AWK" ? lines.slice(1) : lines;
}

/** The output of lines of awk that call functions of a program. */
export function askAwk(part: AwkProgram, lines: string, input: string[]): string[] {
  return awk(part, [raw(input)], `\n${lines}\n`)
    .toString()
    .split("\n")
    .slice(0, -1);
}

/** The blocks that DOCUMENT_AWK or STEPS_AWK answers with, by name. */
export function blocksOf(part: "DOCUMENT_AWK" | "STEPS_AWK", inputs: AwkInput[]): Record<string, string> {
  const out = awk(part, inputs);
  let at = out.indexOf("\n") + 1;
  const words = out.subarray(0, at).toString().trim().split(" ");
  const blocks: Record<string, string> = {};
  for (let index = 0; index < words.length; index += 2)
    blocks[words[index]!] = out.subarray(at, (at += Number(words[index + 1]))).toString();
  return blocks;
}

export interface Facts {
  /** Whether `desired` is from the document that was applied last. */
  same?: boolean;
  /** keepalived's decisions about its table: "rule KEY WEIGHT" and the like, separated by tabs. */
  decisions?: string[];
  /** What this owner applied last. */
  last?: string[];
  /** What this owner had begun to apply when it was interrupted. */
  pending?: string[];
  /** What other owners had begun to claim when they were interrupted, by owner. */
  begun?: Record<string, string[]>;
  /** What other owners have claimed, by owner. */
  others?: Record<string, string[]>;
  /** The origins: "section key fact-or-dash", separated by tabs. */
  origins?: string[];
  desired?: string[];
  live?: string[];
  /** `ipvsadm -Sn`. */
  rules?: string[];
  /** `ipvsadm -Ln --thresholds`. */
  thresholds?: string[];
}

/** Facts are written "section fact" in tests; the program separates them by a tab. */
function lines(facts: string[] = []): { text: string } {
  return { text: facts.map((fact) => `${fact.replace(" ", "\t")}\n`).join("") };
}

function raw(text: string[] = []): { text: string } {
  return { text: text.map((line) => `${line}\n`).join("") };
}

/** Runs the plan in a mode. Tabs in its output become " | ", so that expectations are easy to read. */
export function runPlan(mode: string, facts: Facts, only = ""): string[] {
  const claimed = (begun: string, claims: Record<string, string[]> = {}) =>
    Object.entries(claims).flatMap(([owner, each]) => [
      `owner=${owner}`,
      `begun=${begun}`,
      "tag=O",
      lines(each),
    ]);
  const others = [...claimed("", facts.others), ...claimed("1", facts.begun)];
  return runAwk("PLAN_AWK", [
    `mode=${mode}`,
    `only=${only}`,
    `same=${facts.same ? "yes" : ""}`,
    "me=web/prod/Director/d1",
    "tag=K",
    raw(facts.decisions),
    "tag=L",
    lines(facts.last),
    "tag=P",
    lines(facts.pending),
    ...others,
    "owner=",
    "begun=",
    "tag=G",
    raw(facts.origins),
    "tag=D",
    lines(facts.desired),
    "tag=V",
    lines(facts.live),
    "tag=S",
    raw(facts.rules),
    "tag=T",
    raw(facts.thresholds),
  ]).map((line) => line.replace(/\t+$/, "").replaceAll("\t", " | "));
}
