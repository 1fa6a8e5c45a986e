import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runShell } from "./shell";

let folder: string;
const at = (name: string) => join(folder, name);

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "lvs-host-"))));
afterEach(() => rmSync(folder, { recursive: true }));

describe("a table that ipvsadm cannot read", () => {
  it.each(["-Sn", "-Ln --thresholds"])("ends the run with its reason (%s)", async (failing) => {
    writeFileSync(at("ipvsadm"), `#!/bin/sh\n[ "$*" != "${failing}" ] || { echo broken >&2; exit 1; }\n`, {
      mode: 0o755,
    });
    const { status, stderr } = await runShell(
      ["report.sh", "rules.sh", "ipvs.sh"],
      `PATH=${folder}:$PATH rules="" thresholds=""; ipvs_readable() { :; }; ipvs_read; echo read`,
    );
    expect(status).toBe(1);
    expect(stderr).toBe(
      `broken\nerror: ipvsadm cannot read the table of this host (what it says is above); try it by hand: ipvsadm ${failing}\n`,
    );
  });
});
