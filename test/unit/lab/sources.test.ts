// What is left of an mmdebstrap that was killed.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const recipe = join(__dirname, "../../../lab/image/sources.sh");
const has = (...argv: string[]) => spawnSync(argv[0]!, argv.slice(1)).status === 0;
let folder: string;
const at = (...names: string[]) => join(folder, ...names);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lvs-sources-"));
  mkdirSync(at("lists", "partial"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function bash(lines: string): string {
  const { stdout, stderr, status } = spawnSync(
    "bash",
    ["-c", `set -euo pipefail; source ${recipe}; cd ${folder}; ${lines}`],
    {
      encoding: "utf8",
      env: { ...process.env, PATH: `${at("bin")}:${process.env.PATH}`, APT_CONFIG: at("apt.conf") },
    },
  );
  expect(status, stderr).toBe(0);
  return stdout;
}

describe.runIf(has("unshare", "--mount", "true"))("an mmdebstrap that is killed", () => {
  it("leaves nothing mounted", () => {
    mkdirSync(at("bin"));
    for (const [name, text] of [
      ["apt-get", ""],
      ["mmdebstrap", "mkdir -p root/shm; mount -t tmpfs tmpfs root/shm; touch root/shm/mounted; kill -9 $$"],
    ] as const) {
      writeFileSync(at("bin", name), `#!/bin/bash\n${text}\n`);
      chmodSync(at("bin", name), 0o755);
    }
    const mounted = bash(`extract_packages sid root some-package || cat /proc/self/mountinfo`);
    if (mounted.includes(at("root"))) spawnSync("umount", [at("root", "shm")]);
    expect(mounted).not.toContain(at("root"));
  });
});
