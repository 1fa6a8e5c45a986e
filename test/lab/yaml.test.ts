// The package from another language: a YAML program, the component plugin that the CLI starts for it, real hosts.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Stack, stackWithKey, theLab } from "./support/stack";
import { answersInTurn } from "./support/traffic";

// The plugin reads its own sources at each start, and machines may be busy.
describe("a YAML program", { timeout: 600_000 }, () => {
  let stack: Stack;
  let said = "";

  beforeAll(async () => {
    const keys = theLab()
      .status()
      .hosts.flatMap(({ name, hostKey }) => (hostKey ? [[name, hostKey] as const] : []));
    stack = await stackWithKey("test/lab/programs/yaml", Object.fromEntries(keys));
  });

  afterAll(() => stack.forget());

  async function run(operation: "preview" | "up" | "destroy", expectNoChanges = false, diff = false) {
    const result = await stack.try(operation, { expectNoChanges, diff });
    said += result.stdout + result.stderr;
    return result;
  }

  it("brings a cluster up", async () => {
    const { code, stdout, stderr } = await run("up");
    expect(code, stdout + stderr).toBe(0);
    await answersInTurn();
  });

  it("has nothing to do a second time", async () => {
    const { code, stdout, stderr } = await run("preview", true, true);
    expect(code, stdout + stderr).toBe(0);
  });

  it("is told of an argument that cannot be used, by its path and its value", async () => {
    stack.config.port = "70000";
    const { code, stdout, stderr } = await run("preview");
    stack.config.port = "80";
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("services[0].port: 70000");
  });

  it("shows its private key to nobody", async () => {
    const stateFiles = readdirSync(stack.state, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const texts = stateFiles.map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
    const exported = await stack.pulumi("stack", "export");
    // The search works: it finds the key where the CLI is told to show it.
    const shown = await stack.pulumi("stack", "export", "--show-secrets");
    const found = [shown.stdout, said, exported.stdout, ...texts].map((text) => text.includes("PRIVATE KEY"));
    expect(found).toEqual([true, ...found.slice(1).map(() => false)]);
  });

  it("gives the hosts back", async () => {
    const { code, stdout, stderr } = await run("destroy");
    expect(code, stdout + stderr).toBe(0);
    expect((await stack.pulumi("stack", "export")).stdout).not.toContain("command:remote:Command");
  });
});
