import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Crypter } from "../../../lab/engine/state/passphrase.js";
import { emptyResource, readResource, writeResource } from "../../../lab/engine/state/resource.js";
import { Snapshot } from "../../../lab/engine/state/snapshot.js";
import { StackFile } from "../../../lab/engine/state/stackFile.js";
import { Vault } from "../../../lab/engine/state/vault.js";
import { Secret, type Json } from "../../../lab/engine/wire/values.js";

const directory = mkdtempSync(join(tmpdir(), "engine-state-"));
afterAll(() => rmSync(directory, { recursive: true }));
let crypter: Crypter;
beforeAll(async () => {
  crypter = await Crypter.open("word");
});

test("the salt opens with its passphrase and with no other", async () => {
  const again = await Crypter.open("word", crypter.salt);
  expect(again.decrypt(crypter.encrypt("žluť\n"))).toBe("žluť\n");
  await expect(Crypter.open("other", crypter.salt)).rejects.toThrow("incorrect passphrase");
});

test("a state file holds secrets as ciphertext only, and the same one at each write", () => {
  const vault = new Vault(crypter);
  const inputs = { connection: new Secret({ host: "h", privateKey: new Secret("KEY") }), stdin: "x" };
  const sealed = vault.seal(inputs);
  expect(JSON.stringify(sealed)).not.toContain("KEY");
  expect(vault.seal(inputs)).toEqual(sealed);
  const opened = vault.open(sealed);
  expect(opened).toEqual(inputs);
  expect(vault.seal(opened)).toEqual(sealed);
});

test("a secret inside a secret is marked there, and encrypted with it only", () => {
  const vault = new Vault(crypter);
  const sealed = vault.seal({ connection: new Secret({ host: "h", privateKey: new Secret("KEY") }) });
  const { ciphertext } = sealed.connection as { ciphertext: string };
  const mark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
  expect(JSON.parse(crypter.decrypt(ciphertext))).toEqual({
    host: "h",
    privateKey: { ...mark, ciphertext: '"KEY"' },
  });
  // Taken out of there, it is encrypted by itself.
  const opened = vault.open(sealed).connection as Secret;
  const { privateKey } = opened.value as { privateKey: Secret };
  expect(JSON.stringify(vault.seal({ privateKey }))).not.toContain("KEY");
});

test("a resource of the CLI keeps the fields that this engine does not know", () => {
  const json = {
    urn: "urn:pulumi:s::p::t::n",
    custom: true,
    id: "n1",
    type: "t",
    taint: true,
    inputs: { a: 1 },
  };
  const resource = readResource(json, new Vault(crypter));
  expect(writeResource(resource)).toEqual(json);
});

function snapshot(latest?: { [key: string]: Json }): { file: StackFile; snapshot: Snapshot } {
  const file = new StackFile(directory, "proj", "dev");
  return { file, snapshot: new Snapshot(file, new Vault(crypter), latest) };
}

test("a step under way is on disk as a pending operation, and gone when it has ended", () => {
  const { file, snapshot: state } = snapshot();
  const resource = emptyResource(
    "urn:pulumi:dev::proj::command:remote:Command::d1",
    "command:remote:Command",
    true,
  );
  state.begin(resource, "creating");
  expect(file.read()).toMatchObject({
    resources: [],
    pending_operations: [{ type: "creating", resource: { urn: resource.urn } }],
  });
  resource.id = "d1abc";
  state.end({ began: resource, next: resource });
  expect(file.read()).toMatchObject({ resources: [{ urn: resource.urn, id: "d1abc" }] });
  expect(file.read()).not.toHaveProperty("pending_operations");
  expect(new Snapshot(file, new Vault(crypter), file.read()).base).toHaveLength(1);
});

test("finished resources come first, then what is left of the old ones; old names are replaced", () => {
  const urn = (name: string): string => `urn:pulumi:dev::proj::t:index:T::${name}`;
  const old = ["a", "b", "c"].map((name) => ({
    urn: urn(name),
    custom: false,
    type: "t:index:T",
    ...(name === "c" ? { parent: urn("b") } : {}),
  }));
  const { snapshot: state } = snapshot({ resources: old });
  const next = emptyResource(urn("new-b"), "t:index:T", false);
  state.rename(urn("b"), urn("new-b"));
  state.end({ old: state.base[1], next });
  const written = state.serialize().resources as { urn: string; parent?: string }[];
  expect(written.map((resource) => resource.urn)).toEqual([urn("new-b"), urn("a"), urn("c")]);
  expect(written[2]?.parent).toBe(urn("new-b"));
});

test("the CLI finds its own layout", () => {
  const { file } = snapshot();
  file.write({ resources: [] });
  expect(readFileSync(join(directory, ".pulumi", "meta.yaml"), "utf8")).toBe("version: 1\n");
  const text = readFileSync(join(directory, ".pulumi", "stacks", "proj", "dev.json"), "utf8");
  expect(JSON.parse(text)).toEqual({
    version: 3,
    checkpoint: { stack: "organization/proj/dev", latest: { resources: [] } },
  });
});

test("a lock of a living process refuses, one of a dead process is removed with a warning", () => {
  const locks = join(directory, ".pulumi", "locks", "organization", "proj", "dev");
  mkdirSync(locks, { recursive: true });
  const lock = (pid: number): void =>
    writeFileSync(
      join(locks, "other.json"),
      JSON.stringify({ pid, username: "u", hostname: hostname(), timestamp: "" }),
    );
  const { file } = snapshot();
  lock(process.ppid);
  expect(() => file.acquire(() => undefined)).toThrow(/locked by u@.*pid/);
  expect(readdirSync(locks)).toEqual(["other.json"]);
  lock(2 ** 22 + 1);
  const warnings: string[] = [];
  file.acquire((message) => warnings.push(message));
  expect(warnings).toHaveLength(1);
  file.release();
  expect(readdirSync(locks)).toEqual([]);
});
