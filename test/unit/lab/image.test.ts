import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kernelWishes } from "../../../lab/kernel";
import { selinuxArguments } from "../../../lab/selinux";
import { servicesArguments } from "../../../lab/services";

const lab = join(__dirname, "..", "..", "..", "lab");
const script = join(lab, "image", "build.sh");

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

  it("of plain Debian needs no RPMs", () => {
    const { stdout } = build("--missing", "debian12", "full");
    expect(stdout.trim().split("\n")).toEqual(["kernel-full", "debian-debian12", "disk-debian12"]);
  });

  it("has no other kernel", () => {
    const { status, stderr } = build("9", "other");
    expect(status).toBe(2);
    const [full, ready, any] = kernelWishes;
    expect(stderr).toBe(`lab: there is no kernel other; there are ${full}, ${ready} and ${any}\n`);
  });
});

describe("the ready kernel", () => {
  // The lab's own build.sh, with recipes that take no time and no space.
  const copy = mkdtempSync(join(tmpdir(), "lvs-image-"));
  const at = (...names: string[]) => join(copy, ...names);
  const unstable = at("unstable");

  beforeAll(() => {
    mkdirSync(at("lab"));
    for (const name of ["cache.sh", "image"]) cpSync(join(lab, name), at("lab", name), { recursive: true });
    writeFileSync(at("lab/machine.sh"), "free_enough() { :; }\n");
    for (const name of ["debian", "packages", "disk"]) writeFileSync(at(`lab/image/${name}.sh`), "");
    writeFileSync(
      at("lab/image/kernel/ready.sh"),
      `[[ $1 != sid || -e ${unstable} ]] && echo "$1" >"$2/version"`,
    );
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  function build() {
    const { stdout, stderr, status } = spawnSync("bash", [at("lab/image/build.sh"), "9", "ready"], {
      encoding: "utf8",
      env: { ...process.env, PULUMI_LVS_LAB_CACHE: at("cache") },
    });
    expect(status, stderr).toBe(0);
    const folder = /^kernel ready (.*)$/m.exec(stdout)![1]!;
    return { folder, suite: readFileSync(join(folder, "version"), "utf8").trim(), stderr };
  }

  it("is Debian 12's for a day where unstable cannot be had, and then unstable's", () => {
    const first = build();
    expect(first.suite).toBe("bookworm");
    expect(first.stderr).toContain("on Debian 12's kernel, which is five times slower");
    writeFileSync(unstable, "");
    const sameDay = build();
    expect(sameDay.folder).toBe(first.folder);
    expect(sameDay.stderr).toMatch(/^lab: on Debian 12's kernel.*\n$/);
    const yesterday = Date.now() / 1000 - 86_400 - 60;
    utimesSync(join(first.folder, "version"), yesterday, yesterday);
    const nextDay = build();
    expect(nextDay.suite).toBe("sid");
    expect(nextDay.stderr).not.toContain("Debian 12");
    // A lab may run on it.
    expect(existsSync(first.folder)).toBe(true);
    expect(build()).toEqual({ folder: nextDay.folder, suite: "sid", stderr: "" });
  });
});

describe("the kernel's arguments", () => {
  it("say what SELinux does", () => {
    expect(selinuxArguments("off")).toEqual(["lsm=capability"]);
    expect(selinuxArguments("permissive")).toContain("enforcing=0");
    expect(selinuxArguments("enforcing")).toContain("enforcing=1");
  });

  it("start the program that enables the default services, which the disk has", () => {
    expect(servicesArguments("few")).toEqual([]);
    const [, program] = /^init=(\/.*)$/.exec(servicesArguments("default")[0]!)!;
    expect(statSync(join(lab, "image", "centos", "overlay", program!)).mode & 0o111).toBe(0o111);
  });
});
