// The cache of built parts, in a mount namespace of its own where something is mounted in it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const lab = join(__dirname, "../../../lab");
const mayMount = spawnSync("unshare", ["--mount", "true"]).status === 0;
const key = "0123456789ab";
let folder: string;
const at = (...names: string[]) => join(folder, ...names);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lvs-cache-"));
  mkdirSync(at("cache"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs lines of bash with the cache's functions. */
function inCache(lines: string, program = ["bash", "-c"]): { status: number | null; said: string } {
  const script = `set -euo pipefail; here=${lab}/image; source ${lab}/cache.sh; cd ${folder}\n${lines}`;
  const [name = "", ...words] = program;
  const { status, stdout, stderr } = spawnSync(name, [...words, script], {
    encoding: "utf8",
    env: { ...process.env, PULUMI_LVS_LAB_CACHE: at("cache"), PULUMI_LVS_LAB_STATE: at("state") },
  });
  return { status, said: stdout + stderr };
}

function partIn(name: string, { days = 0 } = {}): void {
  mkdirSync(at("cache", name));
  writeFileSync(at("cache", name, "file"), "");
  const then = Date.now() / 1000 - days * 86_400;
  utimesSync(at("cache", name), then, then);
}

describe("a part", () => {
  it("is built whole or not at all", () => {
    expect(inCache(`part disk-9 ${key} bash -c 'touch "$1/half"; exit 3' recipe`).status).not.toBe(0);
    expect(readdirSync(at("cache")).sort()).toEqual(["disk-9.log", "lock-disk-9"]);
    expect(inCache(`part disk-9 ${key} bash -c 'touch "$1/whole"' recipe`).status).toBe(0);
    expect(readdirSync(at("cache", `disk-9-${key}`))).toEqual(["whole"]);
  });

  it.runIf(mayMount)("is built anew without what a killed build has left mounted in it", () => {
    const left = `cache/tmp-disk-9-${key}/a root/dev/shm`;
    const lines = `
      mkdir -p machine '${left}'
      mount -t tmpfs tmpfs machine && mount --make-shared machine
      mkdir machine/below && mount -t tmpfs tmpfs machine/below
      touch machine/kept machine/below/kept
      mount --rbind machine '${left}'
      part disk-9 ${key} true
      ls machine machine/below`;
    const { status, said } = inCache(lines, ["unshare", "--mount", "bash", "-c"]);
    expect(said).toContain("machine:\nbelow\nkept\n\nmachine/below:\nkept\n");
    expect(status).toBe(0);
    expect(existsSync(at("cache", `tmp-disk-9-${key}`))).toBe(false);
  });
});

describe("the sweep", () => {
  it("removes parts that nobody has used for long, and leaves what a lab runs on", () => {
    for (const name of [`disk-8-${key}`, `disk-9-${key}`, `another-${key}`]) partIn(name, { days: 20 });
    partIn(`debian-9-${key}`);
    mkdirSync(at("state"));
    writeFileSync(
      at("state", "lab.json"),
      JSON.stringify({ disk: at("cache", `disk-9-${key}`, "root.ext4") }),
    );
    expect(inCache("sweep").status).toBe(0);
    const left = readdirSync(at("cache")).filter((name) => name.endsWith(key));
    expect(left.sort()).toEqual([`another-${key}`, `debian-9-${key}`, `disk-9-${key}`]);
  });

  it("that is interrupted leaves no half part under the part's name", () => {
    partIn(`disk-9-${key}`, { days: 20 });
    inCache("rm() { kill -9 $BASHPID; }; sweep");
    expect(existsSync(at("cache", `disk-9-${key}`))).toBe(false);
    inCache("sweep");
    expect(readdirSync(at("cache"))).toEqual(["lock-disk-9"]);
  });

  it("removes what killed builds have left, but nothing of a build that goes on", () => {
    partIn(`tmp-disk-9-${key}`);
    partIn(`tmp-kernel-full-${key}`);
    partIn(`tmp-anything`);
    inCache('exec {building}>"$cache/lock-kernel-full"; flock "$building"; sweep');
    const left = readdirSync(at("cache")).filter((name) => name.startsWith("tmp"));
    expect(left.sort()).toEqual(["tmp-anything", `tmp-kernel-full-${key}`]);
  });
});
