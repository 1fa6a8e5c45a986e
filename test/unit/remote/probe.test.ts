import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hostProgram } from "../../../components/host/program";
import { accessOf } from "../../../components/model/host";
import { keptCommand, probe, readFinding, sendingCommand } from "../../../components/remote/probe";
import type { Outcome, Run } from "../../../components/remote/run";
import { host } from "../model/samples";

const who = "d1 (198.18.0.11)";
const root = accessOf(host("198.18.0.11"));
const admin = accessOf({
  ...host("198.18.0.11"),
  connection: { ...host("198.18.0.11").connection, user: "admin" },
});

describe("what a probe says", () => {
  test.each<[string, string, object]>([
    ["nothing to do", "H # generation 1 since then\n", { header: "# generation 1 since then" }],
    [
      "drift",
      "H # generation 2: repairs drift\nH #   lost  x\nD lost  x\nS # generation 1\n",
      { header: "# generation 2: repairs drift\n#   lost  x", stored: "# generation 1", drift: ["lost  x"] },
    ],
    [
      "foreign",
      "H # generation 1\nF -A -t 10.0.0.1:80 -s rr\n",
      { header: "# generation 1", foreign: ["-A -t 10.0.0.1:80 -s rr"] },
    ],
    ["causes", "H # generation 1\nM why\n", { header: "# generation 1", causes: ["why"] }],
    ["reasons", "E no interface\nE no module\n", { header: "", reasons: ["no interface", "no module"] }],
    ["a greeting first", "Welcome to d1!\nHello\nH # generation 1\n", { header: "# generation 1" }],
    ["an unfinished change", "U\nH # generation 2\n", { header: "# generation 2", unfinished: true }],
    ["a blank at the end", "H # generation 1 \n", { header: "# generation 1 " }],
  ])("%s", (_, output, expected) => {
    const nothing = {
      stored: undefined,
      drift: [],
      foreign: [],
      twins: [],
      takesOver: [],
      connections: [],
      warnings: [],
      leftovers: [],
      causes: [],
      deferred: [],
      reasons: [],
      unfinished: false,
      instances: {},
    };
    expect(readFinding(who, output)).toEqual({ ...nothing, ...expected });
  });

  test.each(["", "Welcome\n", "H no header\n"])("no answer in %j", (output) => {
    expect(() => readFinding(who, output)).toThrow(`${who}: the probe came back without an answer`);
  });
});

describe("how a probe is asked for", () => {
  test("as root and by sudo", () => {
    expect(keptCommand("observe", "af", "none", 600)).toBe(
      `exec timeout -k 10 600 bash -c '[ "$(sha256sum 2>/dev/null <$0)" = "af  -" ] || exit 83; exec bash $0 observe' /var/lib/pulumi-lvs/program`,
    );
    expect(sendingCommand("observe", 7, "none", 600)).toBe(
      `exec timeout -k 10 600 bash -c 'LVS_PROGRAM=$(head -c 7); eval "$LVS_PROGRAM"' pulumi-lvs observe`,
    );
    expect(sendingCommand("keep-program", 7, "sudo", 5)).toMatch(
      /^exec sudo -n -- timeout -k 10 5 bash -c .* pulumi-lvs keep-program$/,
    );
  });

  /** The runs of a look at a host that has no program, or this one. */
  const look = async (kept: boolean) => {
    const runs: Run[] = [];
    const transport = (run: Run) => {
      runs.push(run);
      const status = !kept && run.command.includes("sha256sum") ? 83 : 0;
      return Promise.resolve({ status, stdout: "H # generation 1\n", stderr: "" });
    };
    await probe(transport, who, root, "# the document ü\n", 9);
    return runs;
  };

  test("by the program that the host has", async () => {
    expect((await look(true)).map(({ stdin }) => stdin)).toEqual(["# the document ü\n"]);
  });

  test("where it has none, the program first, and then the document", async () => {
    const runs = (await look(false)).slice(1);
    const bytes = Number(/head -c (\d+)/.exec(runs[0]?.command ?? "")?.[1]);
    const stdin = Buffer.from(runs[0]?.stdin ?? "");
    expect(stdin.subarray(0, bytes).toString()).toBe(hostProgram());
    expect(stdin.subarray(bytes).toString()).toBe("# the document ü\n");
    expect(runs[0]?.timeout).toBe(9);
  });
});

describe("the program that is on a host", () => {
  const run = (command: string, files: Record<string, string>) => {
    const folder = mkdtempSync(join(tmpdir(), "lvs-probe-"));
    try {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      const here = command.replace("/var/lib/pulumi-lvs", folder).replace("timeout -k 10 600 ", "");
      const { status, stdout, stderr } = spawnSync("bash", ["-c", here], { encoding: "utf8" });
      return { status, stdout, stderr };
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const text = 'echo "$1"\n';
  const sum = createHash("sha256").update(text).digest("hex");

  test("is run where it is the one that is wanted", () => {
    const command = keptCommand("observe", sum, "none", 600);
    expect(run(command, { program: text })).toEqual({ status: 0, stdout: "observe\n", stderr: "" });
    expect(run(command, { program: `${text} ` })).toEqual({ status: 83, stdout: "", stderr: "" });
    expect(run(command, {})).toEqual({ status: 83, stdout: "", stderr: "" });
  });

  test("is left alone where it is the one that is to be kept", () => {
    const command = keptCommand("keep-program", sum, "none", 600);
    expect(run(command, { program: text })).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(run(command, { program: "" })).toEqual({ status: 83, stdout: "", stderr: "" });
  });
});

describe("a probe that could not look", () => {
  test.each<[string, typeof root, Partial<Outcome>, string]>([
    [
      "sudo asks for a password",
      admin,
      { status: 1, stderr: "sudo: a password is required\n" },
      `${who}: user admin may not use sudo without a password (sudo: a password is required); give it a NOPASSWD rule, or log in as root`,
    ],
    [
      "no rights",
      root,
      { status: 1, stderr: "error: this needs root: log in as root\n" },
      `${who}: looking at the host failed with status 1: this needs root: log in as root`,
    ],
    [
      "no bash",
      root,
      { status: 127, stderr: "sh: bash: not found\n" },
      `${who}: the host lacks a program that is needed (sh: bash: not found); install bash and coreutils`,
    ],
    ["silence", root, { status: 9 }, `${who}: looking at the host failed with status 9: it said nothing`],
  ])("%s", async (_, access, outcome, message) => {
    const transport = () => Promise.resolve({ status: 0, stdout: "", stderr: "", ...outcome });
    await expect(probe(transport, who, access, "", 9)).rejects.toThrow(message);
  });
});
