// The stand-in for the command provider: its errors about inputs, its defaults, and the outputs that it knows before anything has run.
import { expect, test } from "vitest";
import {
  completed,
  failures,
  localCommand,
  remoteCommand,
} from "../../../../lab/pulumi/plugins/command/inputs";
import { previewOutputs } from "../../../../lab/pulumi/plugins/command/resources";
import { reveal, Secret, unknown } from "../../../../lab/pulumi/plugins/command/values";

test("keys and passwords are secrets of their own, inside the secret connection", () => {
  const inputs = completed(remoteCommand, {
    connection: { host: "h", password: "p", proxy: { host: "g", privateKey: "k", port: 0 } },
  });
  expect(inputs.connection).toBeInstanceOf(Secret);
  expect(reveal(inputs.connection as Secret)).toEqual({
    ...{ user: "root", port: 22, dialErrorLimit: 10, perDialTimeout: 15 },
    ...{ host: "h", password: new Secret("p") },
    proxy: {
      ...{ user: "root", port: 0, dialErrorLimit: 10, perDialTimeout: 15 },
      ...{ host: "g", privateKey: new Secret("k") },
    },
  });
});

test("a connection that is not known yet is a secret all the same", () => {
  expect(completed(remoteCommand, { connection: unknown })).toEqual({ connection: new Secret(unknown) });
});

test.each([
  [{ connection: { host: "h" }, creat: "x" }, ["Unrecognized field 'creat' on 'remote.CommandInputs'"]],
  [{}, ["Missing required field 'connection' on 'remote.CommandInputs'"]],
  [
    { connection: { host: "h" }, create: 1 },
    ["Field 'create' on 'remote.CommandInputs' must be a 'string'; got 'float64' instead"],
  ],
  [
    { connection: { pasword: "hunter2" } },
    [
      "An error occurred decoding 'CommandInputs.connection': 2 failures decoding:\n\t" +
        "host: Missing required field 'host' on 'remote.Connection'\n\t" +
        "pasword: Unrecognized field 'pasword' on 'remote.Connection'",
    ],
  ],
  [
    { connection: { host: "h" }, triggers: [1, { a: 2 }], logging: true },
    ["Field 'logging' on 'remote.CommandInputs' must be a 'local.Logging'; got 'bool' instead"],
  ],
  [{ connection: unknown, stdin: new Secret(unknown) }, []],
])("of %j it says what cannot be used, and never a value", (inputs, reasons) => {
  expect(failures(remoteCommand, inputs).map(({ reason }) => reason)).toEqual(reasons);
});

test("words of a list and of a map are looked at one by one", () => {
  const inputs = { interpreter: ["bash", 1], environment: { A: "1", B: 2, C: unknown } };
  expect(failures(localCommand, inputs).map(({ property }) => property)).toEqual([
    "environment[B] value",
    "interpreter[1]",
  ]);
});

test("what it does not do it refuses by name", () => {
  expect(() => failures(remoteCommand, { connection: { host: "h" }, environment: { A: "1" } })).toThrow(
    "does not know the property environment of command:remote:Command",
  );
  expect(() => failures(localCommand, { assetPaths: ["*"] })).toThrow("assetPaths");
});

const old = { create: "a", stdin: "x", stdout: "out", stderr: "" };

test.each([
  ["nothing", { create: "a", stdin: "x" }, true],
  ["an input that is new", { create: "a", stdin: "x", dir: "/" }, true],
  ["a changed input", { create: "a", stdin: "y" }, false],
  ["an input that is gone", { create: "a" }, false],
  ["an input that is not known", { create: "a", stdin: "x", dir: unknown }, false],
  ["an input that has become secret", { create: "a", stdin: new Secret("x") }, false],
])("with %s in a preview, the output of before is known: %#", (_, inputs, known) => {
  expect(previewOutputs(inputs, old)).toEqual({
    ...inputs,
    stdout: known ? "out" : unknown,
    stderr: known ? "" : unknown,
  });
});

test("before the first run no output is known", () => {
  expect(previewOutputs({ create: "a" })).toEqual({ create: "a", stdout: unknown, stderr: unknown });
});
