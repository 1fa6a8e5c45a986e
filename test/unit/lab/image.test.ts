import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { kernelWishes } from "../../../lab/kernel";
import { selinuxArguments } from "../../../lab/selinux";

const script = join(__dirname, "..", "..", "..", "lab", "image", "build.sh");

describe("an image", () => {
  const cache = mkdtempSync(join(tmpdir(), "lvs-cache-"));
  const build = (...words: string[]) =>
    spawnSync("bash", [script, ...words], {
      encoding: "utf8",
      env: { ...process.env, PULUMI_LVS_LAB_CACHE: cache },
    });

  afterAll(() => rmSync(cache, { recursive: true }));

  it.each([
    ["full", "kernel-full"],
    ["ready", "kernel-ready"],
    // The full kernel takes long to build, so it is built only for a user who asks for it.
    ["any", "kernel-ready"],
  ])("with the kernel %s needs, where nothing is there, these parts", (kernel, part) => {
    const { stdout } = build("--missing", "8", kernel);
    expect(stdout.trim().split("\n")).toEqual([part, "debian-8", "packages-8", "disk-8"]);
  });

  it("has no other kernel", () => {
    const { status, stderr } = build("9", "other");
    expect(status).toBe(2);
    const [full, ready, any] = kernelWishes;
    expect(stderr).toBe(`lab: there is no kernel other; there are ${full}, ${ready} and ${any}\n`);
  });
});

describe("the kernel's arguments", () => {
  it("say what SELinux does", () => {
    expect(selinuxArguments("off")).toEqual(["lsm=capability"]);
    expect(selinuxArguments("permissive")).toContain("enforcing=0");
    expect(selinuxArguments("enforcing")).toContain("enforcing=1");
  });
});
