// Booleans of SELinux's policy: set, repaired and given back where the host's policy has them, and no fact anywhere else. On a host in a
// folder.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { readFinding } from "../../../components/remote/probe";
import { renderDocument } from "../../../components/render/document";
import { FakeHost } from "../../walks/fake/host";
import { eachFolder } from "./folder";
import { runShell, stateParts } from "./shell";

const name = "keepalived_connect_any";
const one = "web/prod/KeepalivedPair/lb-d1";
const other = "web/prod/VirtualService/x-d1";
let root: string;
let host: FakeHost;
const folder = () => join(root, "sys/fs/selinux/booleans");
const value = () => readFileSync(join(folder(), name), "utf8");
const switchTo = (text: string) => writeFileSync(join(folder(), name), text);

eachFolder((made) => {
  root = join(made, "host");
  mkdirSync(root);
  host = new FakeHost(root);
});

const document = (booleans: string[], owner = one) => renderDocument(owner, { drain: 0, booleans });
const look = async (booleans = [name], owner = one) => {
  const { code, stdout, said } = await host.look(document(booleans, owner));
  expect({ code, said }).toEqual({ code: 0, said: stdout });
  return readFinding("d1", stdout);
};
async function run(verb: string, booleans = [name], owner = one, status = 0): Promise<string> {
  const { code, said } = await host.run(verb, `# generation 1\n${document(booleans, owner)}`);
  expect(code, said).toBe(status);
  return said;
}

describe("a boolean that the policy has", () => {
  beforeEach(() => {
    mkdirSync(folder(), { recursive: true });
    switchTo("0 0");
  });

  it("is set, once, and given back", async () => {
    await host.differences();
    expect(await look()).toMatchObject({ drift: [], reasons: [] });
    await run("apply");
    expect(value()).toBe("1 1");
    expect(await look()).toMatchObject({ drift: [], reasons: [], unfinished: false });
    await run("update");
    await run("remove");
    expect(value()).toBe("0 0");
    expect(await host.differences()).toEqual([]);
  });

  it("that was on before stays on", async () => {
    switchTo("1 1");
    await run("apply");
    await run("remove");
    expect(value()).toBe("1 1");
  });

  it("is drift where somebody has switched it off, and is repaired", async () => {
    await run("apply");
    switchTo("0 0");
    expect((await look()).drift).toEqual([
      `lost  SELinux boolean ${name} = on`,
      `found SELinux boolean ${name} = off`,
    ]);
    await run("update");
    expect(value()).toBe("1 1");
  });

  it("is given back with its line, or with its last owner", async () => {
    await run("apply");
    await run("apply", [name], other);
    await run("update", []);
    expect(value()).toBe("1 1");
    await run("remove", [name], other);
    expect(value()).toBe("0 0");
  });

  it("is an error where the policy cannot be changed, and what was begun is undone", async () => {
    writeFileSync(join(root, "readonly-policy"), "");
    expect(await run("apply", [name], one, 1)).toContain(
      `error: the SELinux boolean ${name} cannot be set: Could not change active booleans: Invalid boolean; try it by hand: setsebool -P ${name} on`,
    );
    expect((await look()).unfinished).toBe(false);
  });

  it("hinders no removal where the policy has lost it", async () => {
    await run("apply");
    rmSync(join(folder(), name));
    expect((await look()).drift).toEqual([`lost  SELinux boolean ${name} = on`]);
    await run("update");
    expect((await look()).drift).toEqual([]);
    await run("remove");
  });
});

describe("on a host without SELinux, or with another policy", () => {
  it("there is no such fact, and nothing is run for it", async () => {
    expect(await look()).toMatchObject({ drift: [], reasons: [] });
    await run("apply");
    expect(await look()).toMatchObject({ drift: [], reasons: [] });
    await run("remove");
  });
});

it("a host without setsebool is refused before anything is changed", async () => {
  mkdirSync(folder(), { recursive: true });
  switchTo("0 0");
  const refused = async () =>
    (
      await runShell(
        stateParts,
        `SELINUX=${join(root, "sys/fs/selinux")}; type() { return 1; }
        booleans_lack_program $'booleans\\t${name} = on\\n'; printf '%s' "$REPLY"`,
      )
    ).stdout;
  expect(await refused()).toBe(
    `this host has a policy of SELinux and no setsebool, and the boolean ${name} = on is wanted: install policycoreutils`,
  );
  switchTo("1 1");
  expect(await refused()).toBe("");
});
