// What the state's files are written by, and a table that cannot be read.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runShell } from "./shell";

let folder: string;
const at = (name: string) => join(folder, name);

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "lvs-host-"))));
afterEach(() => rmSync(folder, { recursive: true }));

describe("several files", () => {
  it("are all on the disk before the first takes its place, in the order given; one that has its text is left alone", async () => {
    writeFileSync(at("same"), "same");
    writeFileSync(at("other"), "old");
    const inode = statSync(at("same")).ino;
    const { status, stdout } = await runShell(
      ["report.sh", "durable.sh"],
      `cd ${folder}
      sync() { echo "sync \${*:3}"; }
      mv() { echo "mv \${!#}"; command mv "$@"; }
      write_changed other new same same fresh text
      echo "<$REPLY>"
      write_changed same same
      echo "<$REPLY>"`,
    );
    expect(status).toBe(0);
    expect(stdout).toBe("sync other.new fresh.new\nmv other\nmv fresh\n<yes>\n<>\n");
    expect(readdirSync(folder).map((name) => [name, readFileSync(at(name), "utf8")])).toEqual([
      ["fresh", "text"],
      ["other", "new"],
      ["same", "same"],
    ]);
    expect(statSync(at("same")).ino).toBe(inode);
  });
});

describe("what a change is about to touch", () => {
  const begin = async (pending: string | undefined, desired: string, interrupted = "") => {
    if (pending !== undefined) writeFileSync(at("pending"), pending);
    const { status, stdout } = await runShell(
      ["report.sh", "durable.sh", "state.sh"],
      `STATE=${folder} MINE=${folder} DESIRED=$'${desired.replaceAll("\n", "\\n")}' INTERRUPTED="${interrupted}"
      state_durable() { echo durable; }
      state_begin ""`,
    );
    expect(status).toBe(0);
    return [readFileSync(at("pending"), "utf8"), stdout];
  };

  it("is not written again where it already ends with what is wanted", async () => {
    expect(await begin(undefined, "a\nb\n")).toEqual(["a\nb\n", "durable\n"]);
    expect(await begin("x\na\nb\n", "a\nb\n")).toEqual(["x\na\nb\n", ""]);
    expect(await begin("a\nb\n", "b\nc\n")).toEqual(["a\nb\nb\nc\n", "durable\n"]);
  });

  it("is brought to the disk again after a run that was cut off", async () => {
    expect(await begin("a\n", "a\n", "yes")).toEqual(["a\n", "durable\n"]);
  });

  it("of a removal is nothing, which is written too", async () => {
    expect(await begin(undefined, "")).toEqual(["", "durable\n"]);
  });
});

describe("a table that ipvsadm cannot read", () => {
  it.each(["-Sn", "-Ln --thresholds"])("ends the run with its reason (%s)", async (failing) => {
    writeFileSync(at("ipvsadm"), `#!/bin/sh\n[ "$*" != "${failing}" ] || { echo broken >&2; exit 1; }\n`, {
      mode: 0o755,
    });
    const { status, stderr } = await runShell(
      ["report.sh", "ipvs.sh"],
      `PATH=${folder}:$PATH rules="" thresholds=""; ipvs_readable() { :; }; ipvs_read; echo read`,
    );
    expect(status).toBe(1);
    expect(stderr).toBe(
      `broken\nerror: ipvsadm cannot read the table of this host (what it says is above); try it by hand: ipvsadm ${failing}\n`,
    );
  });
});
