// The provider's two resources and its one function: the differences, the outputs that a preview knows, and the commands that run.
import { randomBytes } from "node:crypto";
import type { Connection } from "./connection";
import { diffMaps, type DetailedDiff } from "./diff";
import { remoteCommand } from "./inputs";
import { runLocally, type LocalRun } from "./localRun";
import { runRemotely } from "./remoteRun";
import type { Output, RunContext } from "./run";
import { encodeValue, equal, reveal, unknown, type PropertyMap, type Secret, type Value } from "./values";

export function diff(oldInputs: PropertyMap, newInputs: PropertyMap): DetailedDiff {
  const changes = diffMaps(oldInputs, newInputs);
  // Elements of it (`triggers[0]`) become replacements by an option that the SDK sends with the resource.
  const triggers = changes.get("triggers");
  if (triggers) triggers.replace = true;
  return changes;
}

/** The outputs that a preview knows: those that repeat an input are known, the others may change. */
export function previewOutputs(inputs: PropertyMap, old?: PropertyMap): PropertyMap {
  const names = new Set([...Object.keys(inputs), ...Object.keys(old ?? {})]);
  for (const output of ["stdout", "stderr"]) names.delete(output);
  const differs = (name: string): boolean =>
    inputs[name] === unknown ||
    (old !== undefined && name in old && !equal(old[name] ?? null, inputs[name] ?? null));
  if (old === undefined || [...names].some(differs)) return { ...inputs, stdout: unknown, stderr: unknown };
  return { ...inputs, stdout: old.stdout ?? "", stderr: old.stderr ?? "" };
}

export const newId = (name: string): string => name + randomBytes(4).toString("hex");

const nothing: Output = { stdout: "", stderr: "" };
export type Verb = "create" | "update" | "delete";

/** Runs the resource's command for this verb (an update without a command of its own runs `create` again). */
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
  return { ...args, ...(await execute("local", plain.command as string, plain, nothing, context)) };
}

function execute(
  type: string,
  command: string,
  plain: Record<string, unknown>,
  previous: Output,
  context: RunContext,
): Promise<Output> {
  const earlier: Record<string, string> = {};
  if (plain.addPreviousOutputInEnv !== false) {
    if (previous.stdout !== "") earlier.PULUMI_COMMAND_STDOUT = previous.stdout;
    if (previous.stderr !== "") earlier.PULUMI_COMMAND_STDERR = previous.stderr;
  }
  const run: LocalRun = {
    command,
    stdin: (plain.stdin as string | null) ?? undefined,
    environment: { ...(plain.environment as Record<string, string> | null), ...earlier },
    logging: (plain.logging as string | null) ?? "stdoutAndStderr",
    interpreter: (plain.interpreter as string[] | null) ?? undefined,
    dir: (plain.dir as string | null) ?? undefined,
  };
  if (type === remoteCommand) return runRemotely(plain.connection as Connection, run, context);
  return runLocally(run, context);
}

const plainOf = (map: PropertyMap): unknown => encodeValue(map, plainSecret);
const plainSecret = (secret: Secret): ReturnType<typeof encodeValue> =>
  encodeValue(reveal(secret), plainSecret);
function outputText(value: Value | undefined): string {
  const text = reveal(value ?? "");
  return typeof text === "string" ? text : "";
}
