// Where the hosts' packages come from, by this machine's apt; and what a killed mmdebstrap leaves.
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

describe.runIf(has("apt-get", "--version"))("of what this machine's apt knows", () => {
  /** An apt that has fetched these, each `URI SUITE COMPONENT`, with the Release file of that origin. */
  function known(sources: Record<string, string | undefined>): void {
    writeFileSync(
      at("apt.conf"),
      `Dir::Etc::SourceList "${at("list")}"; Dir::Etc::SourceParts "/dev/null"; Dir::State::Lists "${at("lists")}";
       APT::Architecture "amd64"; APT::Architectures { "amd64"; };`,
    );
    writeFileSync(
      at("list"),
      Object.keys(sources)
        .map((source) => `deb ${source}\n`)
        .join(""),
    );
    for (const [source, origin] of Object.entries(sources)) {
      const [uri = "", suite = "", component = ""] = source.split(" ");
      const begin = at("lists", `${uri.replace(/^https?:\/\//, "").replaceAll("/", "_")}_dists_${suite}`);
      writeFileSync(
        `${begin}_${component}_binary-amd64_Packages`,
        "Package: a\nVersion: 1\nArchitecture: amd64\n\n",
      );
      if (origin === undefined) continue;
      const release = [
        `Origin: ${origin}`,
        `Suite: ${suite}`,
        `Components: ${component}`,
        "Architectures: amd64",
      ];
      writeFileSync(`${begin}_Release`, `${release.join("\n")}\n`);
    }
  }

  const sourcesOf = (suite: string) => bash(`debian_sources ${suite}`).split("\n").filter(Boolean);

  it("a mirror of Debian's is taken, wherever it lies", () => {
    known({
      "http://mirror.example/some/path bookworm main": "Debian",
      "http://mirror.example/safe/path bookworm-security main": "Debian",
      "http://mirror.example/some/path bookworm contrib": "Debian",
    });
    expect(sourcesOf("trixie")).toEqual([
      "deb http://mirror.example/safe/path/ trixie-security main",
      "deb http://mirror.example/some/path/ trixie main",
    ]);
    expect(sourcesOf("sid")).toEqual(["deb http://mirror.example/some/path/ sid main"]);
  });

  it("others are not, whatever their suites and addresses are called", () => {
    known({
      "https://cli.example/packages stable main": undefined,
      "https://releases.example bookworm main": "Artifactory",
      "https://repo.example/repo/debian bookworm main": "MariaDB",
      "http://archive.example/ubuntu noble main": "Ubuntu",
    });
    expect(sourcesOf("bookworm")).toEqual([]);
  });

  it("an address has to do where the index has no origin", () => {
    known({ "http://deb.example/debian bookworm main": undefined });
    expect(sourcesOf("sid")).toEqual(["deb http://deb.example/debian/ sid main"]);
  });
});

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
