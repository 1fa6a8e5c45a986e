// The script that prepares a machine for the lab, on a copy of it with programs that only look like the needed ones.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const repository = join(__dirname, "../../..");
const script = join(repository, "lab/setup.sh");
let folder: string;
const at = (...names: string[]) => join(folder, ...names);

function write(name: string, text = ""): void {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
}

function program(name: string, text = ""): void {
  write(join("programs", name), `#!/bin/bash\n${text}\n`);
  chmodSync(at("programs", name), 0o755);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lvs-setup-"));
  for (const [, name = ""] of readFileSync(script, "utf8").matchAll(/\["?([\w.-]+)"?\]=/g))
    if (spawnSync("bash", ["-c", `command -v ${name}`]).status !== 0) program(name);
});
afterEach(() => rmSync(folder, { recursive: true }));

function setup(file: string, words: string[], before: string[] = []) {
  const [name = "", ...rest] = [...before, "bash", file, ...words];
  const { status, stderr } = spawnSync(name, rest, {
    encoding: "utf8",
    env: { ...process.env, PATH: `${at("programs")}:${process.env.PATH}`, PULUMI_LVS_LAB_CACHE: at("cache") },
  });
  return { status, stderr };
}

const isLabs =
  process.arch === "x64" &&
  existsSync("/dev/net/tun") &&
  spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/usr/include"]).status === 0;

describe.runIf(isLabs)("the full kernel's build", () => {
  it("is given the C library's headers, where only a compiler is", () => {
    program("dpkg-query");
    program("mmdebstrap", "exit 1");
    program("apt-get", 'echo "$@"; exit 1');
    const bare = [
      "unshare",
      "--mount",
      "bash",
      "-c",
      'mount -t tmpfs tmpfs /usr/include && exec "$@"',
      "bash",
    ];
    const { status, stderr } = setup(script, ["--image", "--kernel=full", "--no-build"], bare);
    expect(stderr).toMatch(/apt-get could not install [^;]*libc6-dev/);
    expect(status).toBe(1);
  });
});

describe.runIf(existsSync("/usr/share/keyrings/debian-archive-keyring.gpg"))(
  "the package's own build",
  () => {
    beforeEach(() => {
      mkdirSync(at("lab"));
      for (const name of ["setup.sh", "machine.sh"])
        copyFileSync(join(repository, "lab", name), at("lab", name));
      for (const name of [
        "package.json",
        "tsconfig.json",
        "tsconfig.build.json",
        "index.ts",
        "components/a.ts",
      ])
        write(name);
      for (const name of ["package-lock.json", "node_modules/.package-lock.json"])
        write(name, '{ "packages": {} }');
      write("node_modules/.bin/tsx");
      chmodSync(at("node_modules/.bin/tsx"), 0o755);
    });

    const built = () => readFileSync(at("bin", "index.js"), "utf8");

    it("is done again after what was edited while it went on, and not otherwise", () => {
      const edit = (text: string) => `
      import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
      mkdirSync("bin", { recursive: true });
      writeFileSync("bin/index.js", readFileSync("index.ts"));
      if (readFileSync("index.ts", "utf8") === "") writeFileSync("index.ts", "${text}");`;
      write("scripts/build.mjs", edit("edited"));
      expect(setup(at("lab/setup.sh"), [])).toMatchObject({ status: 0 });
      expect(built()).toBe("");
      expect(setup(at("lab/setup.sh"), [])).toMatchObject({ status: 0 });
      expect(built()).toBe("edited");
      expect(setup(at("lab/setup.sh"), [])).toEqual({ status: 0, stderr: "" });
    });

    it.each([
      ["v20.18.3", false],
      ["v20.19.0", true],
      ["v21.7.3", false],
      ["v22.11.0", false],
      ["v22.12.0", true],
      ["v24.1.0", true],
    ])("by Node.js %s is possible: %s", (version, possible) => {
      program("node", `[[ $1 != --version ]] || { echo ${version}; exit; }; exec ${process.execPath} "$@"`);
      write(
        "scripts/build.mjs",
        'import { mkdirSync, writeFileSync } from "node:fs"; mkdirSync("bin"); writeFileSync("bin/index.js", "");',
      );
      const { status, stderr } = setup(at("lab/setup.sh"), ["--quiet"]);
      expect(stderr).toBe(
        possible
          ? ""
          : `setup: Node.js is needed, 20.19 or a later 20, or 22.12 or later; this one, ${at("programs", "node")}, is of version ${version.slice(1)}\n`,
      );
      expect(status).toBe(possible ? 0 : 1);
    });
  },
);
