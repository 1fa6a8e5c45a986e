// The password of VRRP is only in the input of a Command of its own, which is secret as a whole.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { KeepalivedPair, type KeepalivedPairArgs } from "../../index";
import { isSecret, program, type Registered, type Result, secretly, type World } from "./program";
import { d1, d2, service, vip } from "./samples";

const password = "hush'#1!";

function pair(more: Partial<KeepalivedPairArgs> = {}, world?: World) {
  const args = {
    directors: [d1, d2],
    vrrpVersion: 2,
    ...(more.instances === undefined ? { vips: [vip] } : {}),
    ...more,
  };
  return program(() => void new KeepalivedPair("lb", { services: [service], ...args }), world);
}

const names = ({ commands }: Result) => [...commands.keys()].sort();
const secretText = ({ commands }: Result, host: string) =>
  String(secretly(commands.get(`lb-${host}-secrets`)?.inputs["stdin"]));

/** Everything that the engine, the hosts' probes and the log receive, except the secret inputs. */
function seen({ resources, runs, logs, error }: Result): string {
  const inputs = resources.map(({ type, name, inputs: all, options }) => ({
    ...{ type, name, options },
    inputs: { ...all, stdin: isSecret(all["stdin"]) ? "secret" : (all["stdin"] as unknown) },
  }));
  return JSON.stringify({ inputs, runs, logs, error: [error?.message, error?.stack] });
}

const both = ["lb-d1", "lb-d1-secrets", "lb-d2", "lb-d2-secrets"];

describe("the Command of a password", () => {
  test("has exactly these inputs", async () => {
    const result = await pair({ password, applyTimeout: 90 });
    expect(result.error).toBeUndefined();
    expect(names(result)).toEqual(both);
    const { connection, stdin, ...plain } = result.commands.get("lb-d1-secrets")?.inputs ?? {};
    expect(plain).toEqual({
      create: "exec timeout -k 10 90 bash /var/lib/pulumi-lvs/program secrets",
      update: "exec timeout -k 10 90 bash /var/lib/pulumi-lvs/program secrets",
      delete: "[ ! -d /var/lib/pulumi-lvs ] || exec timeout -k 10 90 bash /var/lib/pulumi-lvs/program forget",
      logging: "none",
      addPreviousOutputInEnv: false,
    });
    expect(secretly(stdin)).toBe(
      `# lvs secrets 1, owner web/prod/KeepalivedPair/lb-d1\nvrrp-VI_1\t${password}\n# end\n`,
    );
    expect(secretly(connection)).toMatchObject({ host: "198.18.0.11", user: "root" });
  });

  test("has exactly these options, and comes before the document that names the secret", async () => {
    const { commands } = await pair({ password });
    const parent = "urn:pulumi:prod::web::lvs:index:KeepalivedPair::lb";
    const own = commands.get("lb-d1-secrets");
    expect(own?.options).toEqual({
      parent,
      dependencies: [],
      additionalSecretOutputs: ["stdout", "stderr", "connection"],
      hideDiffs: [],
      deleteBeforeReplace: true,
      deletedWith: "",
    });
    const document = commands.get("lb-d1");
    expect(document?.options.dependencies).toEqual([
      "urn:pulumi:prod::web::lvs:index:KeepalivedPair$command:remote:Command::lb-d1-secrets",
    ]);
    expect(document?.inputs["stdin"]).toContain('|         auth_pass "@{secret:vrrp-VI_1}"\n');
  });

  test.each([
    ["as it is", password],
    ["as a secret", pulumi.secret(password)],
    ["as an Output", pulumi.output(password)],
  ])("holds the password, given %s, and nothing else does", async (_, given) => {
    for (const preview of [true, false]) {
      const result = await pair({ password: given }, { preview });
      expect(result.error).toBeUndefined();
      expect(secretText(result, "d2")).toContain(password);
      expect(seen(result)).not.toContain("hush");
      // A reviewer can still read the document.
      expect(isSecret(result.commands.get("lb-d1")?.inputs["stdin"])).toBe(false);
    }
  });

  test("is the same on each director, but for whose it is", async () => {
    const result = await pair({ password });
    const [first, second] = ["d1", "d2"].map((host) =>
      secretText(result, host).replace(`lb-${host}`, "lb-HOST"),
    );
    expect(first).toBe(second);
  });

  test("is the only thing that a new password changes, and of it only the stream", async () => {
    const [before, after] = [await pair({ password: "one" }), await pair({ password: "two" })];
    const shown = (each: Registered | undefined) => JSON.stringify(each);
    const changed = names(before).filter(
      (name) => shown(before.commands.get(name)) !== shown(after.commands.get(name)),
    );
    expect(changed).toEqual(["lb-d1-secrets", "lb-d2-secrets"]);
    for (const name of changed) {
      const [old, now] = [before, after].map(({ commands }) => commands.get(name));
      expect({ ...old?.inputs, stdin: "" }).toEqual({ ...now?.inputs, stdin: "" });
      expect(old?.options).toEqual(now?.options);
    }
  });

  test("is there for instances that have passwords, each by its name, their own before the pair's", async () => {
    const instances = [
      { name: "VI_1", vips: [vip] },
      { name: "inner", vips: ["198.18.1.200"], password: pulumi.secret("own") },
    ];
    const lines = async (more: Partial<KeepalivedPairArgs>) =>
      secretText(await pair({ instances, ...more }), "d1")
        .split("\n")
        .slice(1, -2);
    expect(await lines({})).toEqual(["vrrp-inner\town"]);
    expect(await lines({ password })).toEqual([`vrrp-VI_1\t${password}`, "vrrp-inner\town"]);
  });

  test("is not there without passwords", async () => {
    const result = await pair();
    expect(names(result)).toEqual(["lb-d1", "lb-d2"]);
    expect(seen(result)).not.toContain("auth_pass");
  });
});

describe("what else is secret", () => {
  const secret = pulumi.secret("logger hush");

  test.each<[string, Partial<KeepalivedPairArgs>]>([
    ["a script of the pair's", { notify: { master: secret } }],
    ["a script of an instance", { instances: [{ name: "VI_1", vips: [vip], notify: { master: secret } }] }],
    [
      "a script of an instance beside a password",
      {
        instances: [{ name: "VI_1", vips: [vip], password: pulumi.secret("p"), notify: { master: secret } }],
      },
    ],
    [
      "a script among instances that come as one Output",
      { instances: pulumi.output([{ name: "VI_1", vips: [vip], notify: { master: secret } }]) },
    ],
    [
      "a script of an instance that comes as an Output",
      { instances: [pulumi.output({ name: "VI_1", vips: [vip], notify: { master: secret } })] },
    ],
  ])("%s makes the documents secret that hold it", async (_, more) => {
    const result = await pair(more);
    expect(result.error).toBeUndefined();
    const stdin = result.commands.get("lb-d1")?.inputs["stdin"] as unknown;
    expect(isSecret(stdin)).toBe(true);
    expect(secretly(stdin)).toContain("| logger hush\n");
  });

  test("instances that come as one Output, with a password in it: it is in no document", async () => {
    const instances = pulumi.output([{ name: "VI_1", vips: [vip], password: pulumi.secret(password) }]);
    const result = await pair({ instances });
    expect(result.error).toBeUndefined();
    expect(secretText(result, "d1")).toContain(`vrrp-VI_1\t${password}\n`);
    const stdin = result.commands.get("lb-d1")?.inputs["stdin"] as unknown;
    expect(JSON.stringify(stdin)).not.toContain("hush");
    expect(seen(result)).not.toContain("hush");
  });
});

describe("a password that cannot be", () => {
  const told = "(the value is not shown)";
  const instance = (own: pulumi.Input<string>) => ({
    instances: [{ name: "VI_1", vips: [vip], password: own }],
  });

  test.each<[string, Partial<KeepalivedPairArgs>, string]>([
    [
      "too long",
      { password: "hush56789" },
      "password: is 9 characters long, and keepalived uses only the first 8 of them: give 8 at most",
    ],
    ["too long, of an instance", instance("hush56789"), "instances[0].password: is 9 characters long"],
    ["too long, in a secret", { password: pulumi.secret("hush56789") }, "password: is 9 characters long"],
    [
      "too long, in a secret of an instance",
      instance(pulumi.secret("hush56789")),
      "instances[0].password: is 9 characters long",
    ],
    ["empty", { password: "" }, "password: is not a password: give text of 1 to 8 characters"],
    [
      "of signs that end its field",
      { password: 'hush"' },
      "password: holds what keepalived's configuration cannot",
    ],
    ["no text", { password: 7 as unknown as string }, "password: is not a password"],
  ])("is refused: %s", async (_, more, reason) => {
    const result = await pair(more);
    const message = result.error?.stack ?? "";
    expect(message).toContain(reason);
    expect(message).toContain(told);
    expect(seen(result)).not.toContain("hush");
    expect([result.commands.size, result.runs.length]).toEqual([0, 0]);
  });

  test.each<[string, Partial<KeepalivedPairArgs>, string]>([
    ["a pair", { password: "hush" }, "password"],
    ["an instance", instance("hush"), "instances[0].password"],
    ["a pair, in a secret", { password: pulumi.secret("hush") }, "password"],
  ])("is refused with version 3 of VRRP: of %s", async (_, more, path) => {
    for (const vrrpVersion of [3, undefined]) {
      const result = await pair({ ...more, vrrpVersion });
      expect(result.error?.stack).toContain(
        `${path}: VRRP 3 has no passwords (RFC 9568): give vrrpVersion 2, or none`,
      );
      expect(seen(result)).not.toContain("hush");
      expect(result.commands.size).toBe(0);
    }
  });
});
