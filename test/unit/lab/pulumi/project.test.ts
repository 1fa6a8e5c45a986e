// Which CLI a lab runs, and with which arguments: with a CLI that only prints how it was called.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { Project } from "../../../../lab/pulumi";

const root = mkdtempSync(join(tmpdir(), "lvs-project-"));
const folder = (name: string) => join(root, name);
const [bin, cache, home, directory] = [folder("bin"), folder("cache"), folder("home"), folder("project")];
const before = { ...process.env };

function executable(file: string, text: string): void {
  writeFileSync(file, `#!/bin/bash\n${text}\n`);
  chmodSync(file, 0o755);
}

beforeAll(() => {
  for (const each of [bin, cache, home, directory]) mkdirSync(each);
  executable(
    join(bin, "pulumi"),
    `case "$1 $2" in
    "version ") echo v3.999.0 ;;
    "stack init")
      mkdir -p "\${PULUMI_BACKEND_URL#file://}/.pulumi/stacks/web"
      echo '{}' >"\${PULUMI_BACKEND_URL#file://}/.pulumi/stacks/web/$PULUMI_OPTION_STACK.json" ;;
    *) env | grep '^PULUMI_' ;;
    esac`,
  );
  Object.assign(process.env, {
    PATH: `${bin}:${before.PATH}`,
    PULUMI_HOME: home,
    PULUMI_LVS_LAB_CACHE: cache,
  });
  writeFileSync(join(directory, "Pulumi.yaml"), "name: web\nruntime: nodejs\n");
});

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  rmSync(root, { recursive: true });
});

/** What provide.sh prints, by its first words. */
function provided(): Record<string, string> {
  const text = execFileSync("bash", [join(__dirname, "../../../../lab/pulumi/provide.sh")], {
    encoding: "utf8",
  });
  const lines = text.trimEnd().split("\n");
  const pairs = lines.map((line) => [line.split(" ", 1)[0]!, line.replace(/^\S+ ?/, "")] as const);
  return Object.fromEntries(pairs);
}

describe("the CLI of the machine", () => {
  const pluginsIn = (folder: string) =>
    readdirSync(join(folder, "plugins")).map((name) => name.replace(/-v.*/, ""));

  test("with its own plugins is taken as it is: nothing is built, nothing is added to its home", () => {
    executable(join(bin, "pulumi-language-nodejs"), "");
    executable(join(bin, "pulumi-resource-command"), "");
    expect(provided()).toEqual({ pulumi: join(bin, "pulumi"), home, "stand-ins": "" });
    expect([readdirSync(cache), readdirSync(home)]).toEqual([[], []]);
    rmSync(join(bin, "pulumi-language-nodejs"));
    rmSync(join(bin, "pulumi-resource-command"));
  });

  test("without them gets the lab's, in a home of the lab's", () => {
    const { home: labs = "", "stand-ins": standIns } = provided();
    expect(standIns).toBe("nodejs command");
    expect(labs.startsWith(cache)).toBe(true);
    expect(pluginsIn(labs)).toEqual(["language-nodejs", "resource-command"]);
    expect(readdirSync(home)).toEqual([]);
  });

  test("gets them again where they have been removed", () => {
    const { home: labs = "" } = provided();
    rmSync(join(labs, "plugins"), { recursive: true });
    expect(provided().home).toBe(labs);
    expect(pluginsIn(labs)).toEqual(["language-nodejs", "resource-command"]);
  });
});

describe("a project", () => {
  let project: Project;
  const own = join(directory, "Pulumi.dev.yaml");

  beforeEach(() => {
    rmSync(own, { force: true });
    project = new Project({ directory, state: mkdtempSync(join(root, "state-")) });
  });

  const config = () =>
    (parse(readFileSync(project.configFile, "utf8")) as { config: Record<string, unknown> }).config;

  async function calledWith(...words: string[]): Promise<Record<string, string>> {
    const { stdout } = await project.run(words);
    const pairs = stdout
      .trimEnd()
      .split("\n")
      .map((line) => /^(\w+)=(.*)$/.exec(line)!.slice(1));
    return Object.fromEntries(pairs as [string, string][]);
  }

  test("keeps what was set: the project's own file is only where its config begins", () => {
    writeFileSync(own, "encryptionsalt: v1:abc\nconfig:\n  web:vip: own\n  web:page: { secure: xyz }\n");
    project.configure({ vip: "lab", "other:key": "1" });
    expect(config()).toEqual({ "web:vip": "lab", "web:page": { secure: "xyz" }, "other:key": "1" });
    expect(readFileSync(project.configFile, "utf8")).toContain("encryptionsalt: v1:abc");
    const changed = readFileSync(project.configFile, "utf8").replace("vip: lab", "vip: set since");
    writeFileSync(project.configFile, changed);
    project.configure({ port: "80" });
    expect(config()).toMatchObject({ "web:vip": "set since", "web:port": "80" });
    expect(readFileSync(own, "utf8")).toContain("vip: own");
  });

  test("runs in its own folder, but where the CLI may change the stack's file", async () => {
    const up = await calledWith("up", "--yes");
    expect(up).toMatchObject({
      PULUMI_OPTION_CWD: directory,
      PULUMI_OPTION_STACK: "dev",
      PULUMI_OPTION_CONFIG_FILE: project.configFile,
      PULUMI_BACKEND_URL: `file://${project.state}`,
      PULUMI_CONFIG_PASSPHRASE: "lab",
    });
    for (const words of [
      ["stack", "rm"],
      ["--color", "never", "--emoji", "stack", "rm"],
    ])
      expect((await calledWith(...words)).PULUMI_OPTION_CWD).toBe(project.state);
    for (const words of [
      ["up", "--message", "stack"],
      ["config", "set", "stack", "1"],
      ["config", "set", "key", "--", "stack"],
    ])
      expect((await calledWith(...words)).PULUMI_OPTION_CWD).toBe(directory);
    expect(readFileSync(join(project.state, "Pulumi.yaml"), "utf8")).toContain("name: web");
    expect(readdirSync(directory)).toEqual(["Pulumi.yaml"]);
  });

  test.each([
    [["destroy", "--yes", "--remove"]],
    [["down", "--yes", "--remove"]],
    [["--color", "never", "dn", "--remove=true"]],
    [["--remove", "destroy"]],
  ])("does not have its own file removed with the stack: %j", async (words) => {
    writeFileSync(own, "config: {}\n");
    await expect(project.run(words)).rejects.toThrow(`would remove ${own}, which is yours`);
    expect(existsSync(own)).toBe(true);
  });

  test("has a stack removed that has no file of its own, and values called as the flag", async () => {
    await calledWith("destroy", "--remove");
    writeFileSync(own, "config: {}\n");
    await calledWith("config", "set", "key", "--", "--remove");
  });

  test("does not have its own file removed by a flag of the environment", async () => {
    process.env.PULUMI_OPTION_REMOVE = "true";
    const called = await calledWith("destroy", "--yes");
    delete process.env.PULUMI_OPTION_REMOVE;
    expect(called).not.toHaveProperty("PULUMI_OPTION_REMOVE");
  });

  test("keeps its state in a folder of the lab's, and in no other", () => {
    const isRefused = (state: string) =>
      expect(() => new Project({ directory, state })).toThrow("holds files that are not the lab's");
    isRefused(directory);
    for (const name of ["Pulumi.yaml", "Pulumi.dev.yaml", ".gitignore"]) {
      const state = mkdtempSync(join(root, "users-"));
      writeFileSync(join(state, name), "the user's\n");
      isRefused(state);
      expect(readdirSync(state)).toEqual([name]);
      expect(readFileSync(join(state, name), "utf8")).toBe("the user's\n");
    }
    expect(new Project({ directory, state: project.state }).state).toBe(project.state);
    expect(readFileSync(join(project.state, ".gitignore"), "utf8")).toBe("*\n");
  });

  test("leaves a passphrase of the user's alone", async () => {
    process.env.PULUMI_CONFIG_PASSPHRASE_FILE = "/nowhere";
    const called = await calledWith("up");
    delete process.env.PULUMI_CONFIG_PASSPHRASE_FILE;
    expect(called).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE");
  });
});
