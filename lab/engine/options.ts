import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

export const operations = ["preview", "up", "destroy", "refresh", "export"] as const;
export type OperationName = (typeof operations)[number];

export interface EngineOptions {
  operation: OperationName;
  directory: string;
  stack: string;
  stateDirectory: string;
  configFile: string;
  config: string[];
  json: boolean;
  diff: boolean;
  expectNoChanges: boolean;
  showSecrets: boolean;
  truncate: boolean;
  parallel: number;
}

export class UsageError extends Error {}

const flags = {
  cwd: { type: "string", short: "C" },
  stack: { type: "string", short: "s", default: "dev" },
  state: { type: "string" },
  "config-file": { type: "string" },
  config: { type: "string", short: "c", multiple: true, default: [] as string[] },
  json: { type: "boolean", short: "j", default: false },
  diff: { type: "boolean", default: false },
  "expect-no-changes": { type: "boolean", default: false },
  "show-secrets": { type: "boolean", default: false },
  "show-full-output": { type: "boolean", default: false },
  parallel: { type: "string", short: "p" },
  // Taken and without effect: there is nobody to ask, and no preview comes before an up.
  yes: { type: "boolean", short: "y", default: false },
  "skip-preview": { type: "boolean", short: "f", default: false },
  "non-interactive": { type: "boolean", default: false },
} as const;

export function parseOptions(argv: string[]): EngineOptions {
  const [verb, ...rest] = argv;
  const operation = operations.find((name) => name === verb);
  if (!operation)
    throw new UsageError(`unknown operation ${JSON.stringify(verb ?? "")}: wanted ${operations.join(", ")}`);
  const { values } = parse(rest);
  const directory = resolve(values.cwd ?? ".");
  const stateDirectory = resolve(values.state ?? join(directory, ".pulumi-lab"));
  const parallel = Number(values.parallel ?? process.env.PULUMI_PARALLEL ?? availableParallelism() * 4);
  if (!Number.isInteger(parallel) || parallel < 1)
    throw new UsageError(`--parallel must be a number from 1, not ${values.parallel}`);
  return {
    operation,
    directory,
    stack: values.stack,
    stateDirectory,
    configFile: resolve(values["config-file"] ?? join(directory, `Pulumi.${values.stack}.yaml`)),
    config: values.config,
    json: values.json,
    diff: values.diff,
    expectNoChanges: values["expect-no-changes"],
    showSecrets: values["show-secrets"],
    truncate: !values["show-full-output"],
    parallel,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: flags, strict: true, allowPositionals: false });
  } catch (error) {
    throw new UsageError(
      `${(error as Error).message.split(". ")[0]} (the lab's engine knows --${Object.keys(flags).join(", --")})`,
    );
  }
}
