import { randomBytes } from "node:crypto";
import { detail, diffMaps, type DetailedDiff } from "../wire/diff.js";
import {
  containsUnknown,
  encodeValue,
  equal,
  isInternal,
  isObject,
  Refused,
  reveal,
  Secret,
  unknown,
  type PropertyMap,
  type Value,
} from "../wire/values.js";
import type { Connection } from "./connection.js";
import { runLocally, type LocalRun } from "./localRun.js";
import { runRemotely } from "./remoteRun.js";
import type { Output, RunContext } from "./run.js";

/** The two resources and the one function of @pulumi/command that the lab's engine knows. */
export const remoteCommand = "command:remote:Command";
export const localCommand = "command:local:Command";
export const localRunFunction = "command:local:run";

const shared = [
  "create",
  "update",
  "delete",
  "triggers",
  "stdin",
  "logging",
  "environment",
  "addPreviousOutputInEnv",
];
const inputNames: Record<string, string[]> = {
  [remoteCommand]: [...shared, "connection"],
  [localCommand]: [...shared, "interpreter", "dir"],
};
const connectionSecrets = ["password", "privateKey", "privateKeyPassword"];
const connectionNames = [
  "user",
  "host",
  "port",
  "agentSocketPath",
  "dialErrorLimit",
  "perDialTimeout",
  "hostKey",
];

export const isSupported = (type: string): boolean => type in inputNames;

/** Completes the inputs as the provider does; what it does not know is refused by its name only. */
export function check(type: string, inputs: PropertyMap): PropertyMap {
  const names = inputNames[type] ?? [];
  const stray = Object.keys(inputs).find((key) => !names.includes(key) && !isInternal(key));
  if (stray) throw new Refused(`the property ${JSON.stringify(stray)} of ${type}`);
  if (type !== remoteCommand) return inputs;
  const environment = reveal(inputs.environment ?? null);
  if (isObject(environment) && Object.keys(environment).length > 0) {
    throw new Refused(`environment on ${type} (default servers refuse it: put values into stdin)`);
  }
  return { ...inputs, connection: new Secret(checkConnection(reveal(inputs.connection ?? null), true)) };
}

/** Keys and passwords are secrets of their own inside the secret connection; the state says so too. */
function checkConnection(connection: Value, proxyAllowed: boolean): Value {
  if (!isObject(connection)) return connection;
  const entries = Object.entries(connection).map(([key, value]): [string, Value] => {
    if (connectionSecrets.includes(key)) return [key, new Secret(reveal(value))];
    if (key === "proxy" && proxyAllowed) return [key, checkConnection(value, false)];
    if (!connectionNames.includes(key))
      throw new Refused(`the property ${JSON.stringify(key)} of a connection`);
    return [key, value];
  });
  return Object.fromEntries(entries);
}

export function diff(oldInputs: PropertyMap, newInputs: PropertyMap): DetailedDiff {
  const changes = detail(diffMaps(oldInputs, newInputs));
  const triggers = changes.get("triggers");
  if (triggers) triggers.replace = true;
  return changes;
}

/** What a preview can know of the outputs: whatever echoes an input is known, the rest may change. */
export function previewOutputs(
  inputs: PropertyMap,
  old?: { inputs: PropertyMap; outputs: PropertyMap },
): PropertyMap {
  const steady = old && equal(old.inputs, inputs) && !containsUnknown(inputs);
  return {
    ...inputs,
    stdout: steady ? (old.outputs.stdout ?? "") : unknown,
    stderr: steady ? (old.outputs.stderr ?? "") : unknown,
  };
}

export const newId = (name: string): string => name + randomBytes(4).toString("hex");

const nothing: Output = { stdout: "", stderr: "" };
type Verb = "create" | "update" | "delete";

/** Runs what the resource has for this verb (an update without a command of its own creates again). */
export async function perform(
  type: string,
  verb: Verb,
  inputs: PropertyMap,
  previous: PropertyMap | undefined,
  context: RunContext,
): Promise<PropertyMap> {
  const plain = plainOf(inputs) as Record<string, unknown>;
  const command = (verb === "update" ? (plain.update ?? plain.create) : plain[verb]) as string | undefined;
  const before = { stdout: outputText(previous?.stdout), stderr: outputText(previous?.stderr) };
  const output = command === undefined ? before : await execute(type, command, plain, before, context);
  return { ...inputs, ...output };
}

export async function invokeRun(args: PropertyMap, context: RunContext): Promise<PropertyMap> {
  const plain = plainOf(args) as Record<string, unknown>;
  for (const key of ["assetPaths", "archivePaths"]) {
    if (key in plain) throw new Refused(`the property ${JSON.stringify(key)} of ${localRunFunction}`);
  }
  return { ...args, ...(await execute(localCommand, plain.command as string, plain, nothing, context)) };
}

function execute(
  type: string,
  command: string,
  plain: Record<string, unknown>,
  previous: Output,
  context: RunContext,
): Promise<Output> {
  const environment = { ...(plain.environment as Record<string, string> | undefined) };
  if (plain.addPreviousOutputInEnv !== false) {
    if (previous.stdout !== "") environment.PULUMI_COMMAND_STDOUT = previous.stdout;
    if (previous.stderr !== "") environment.PULUMI_COMMAND_STDERR = previous.stderr;
  }
  const run: LocalRun = {
    command,
    stdin: plain.stdin as string | undefined,
    environment,
    logging: (plain.logging as string | undefined) ?? "stdoutAndStderr",
    interpreter: plain.interpreter as string[] | undefined,
    dir: plain.dir as string | undefined,
  };
  if (type === remoteCommand) return runRemotely(plain.connection as Connection, run, context);
  return runLocally(run, context);
}

const plainOf = (map: PropertyMap): unknown =>
  encodeValue(map, (secret) => encodeValue(reveal(secret), plainSecret));
const plainSecret = (secret: Secret): ReturnType<typeof encodeValue> =>
  encodeValue(reveal(secret), plainSecret);
function outputText(value: Value | undefined): string {
  const text = reveal(value ?? "");
  return typeof text === "string" ? text : "";
}
