import { execFileSync, spawn } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { parse, stringify } from "yaml";
import { labConfig } from "./config";
import type { LabStatus } from "./status";

/** `npm run stack -- OPERATION …`: a Pulumi project, on a lab or not, by the CLI or by the lab's engine. */
const usage =
  "usage: npm run stack -- preview|up|destroy|refresh|export --cwd DIR [--stack NAME] [--lab NAME] [--json] [--diff] " +
  "[--expect-no-changes] [--engine pulumi|lab] [--config key=value …] [--state DIR]";

const flags = {
  cwd: { type: "string", default: "." },
  stack: { type: "string", default: "dev" },
  lab: { type: "string" },
  engine: { type: "string" },
  state: { type: "string" },
  config: { type: "string", multiple: true, default: [] as string[] },
  json: { type: "boolean", default: false },
  diff: { type: "boolean", default: false },
  "expect-no-changes": { type: "boolean", default: false },
  "show-secrets": { type: "boolean", default: false },
  "show-full-output": { type: "boolean", default: false },
  parallel: { type: "string" },
} as const;

const parsed = () =>
  parseArgs({ args: process.argv.slice(2), options: flags, allowPositionals: true, strict: true });
type Values = ReturnType<typeof parsed>["values"];

const operations = ["preview", "up", "destroy", "refresh", "export"];
const passedOn = ["json", "diff", "expect-no-changes", "show-secrets", "show-full-output"] as const;
const commandPlugin = "1.2.1";

function main(): void {
  const { values, positionals } = parsed();
  const [operation = ""] = positionals;
  if (!operations.includes(operation) || positionals.length !== 1) throw new Error(usage);
  const directory = resolve(values.cwd);
  const state = resolve(values.state ?? join(directory, ".pulumi-lab"));
  mkdirSync(state, { recursive: true });
  const lab = values.lab === undefined ? undefined : labStatus(values.lab);
  const configFile = join(state, `Pulumi.${values.stack}.yaml`);
  writeConfig(configFile, directory, values, lab);

  const environment: NodeJS.ProcessEnv = {
    // Types are the editor's and the linter's affair; leaving them out halves a program's start.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    ...process.env,
    PULUMI_CONFIG_PASSPHRASE: process.env.PULUMI_CONFIG_PASSPHRASE ?? "lab",
  };
  const engine = values.engine ?? (cliIsThere() ? "pulumi" : "lab");
  if (engine !== "pulumi" && engine !== "lab")
    throw new Error(`--engine must be pulumi or lab, not ${engine}`);
  const common = [
    "--cwd",
    directory,
    "--stack",
    values.stack,
    ...passedOn.flatMap((flag) => (values[flag] ? [`--${flag}`] : [])),
  ];
  if (values.parallel) common.push("--parallel", values.parallel);
  const words =
    engine === "pulumi"
      ? cliWords(operation, common, { directory, state, configFile, stack: values.stack, environment })
      : engineWords(operation, [...common, "--state", state, "--config-file", configFile]);
  execute(lab ? ["ip", "netns", "exec", lab.namespace, ...words] : words, environment);
}

function labStatus(name: string): LabStatus {
  const words = [...tsx(), join(__dirname, "cli.ts"), "status", "--json", "--lab", name];
  const text = execFileSync(words[0] ?? "", words.slice(1), {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const status = JSON.parse(text) as LabStatus;
  if (status.state !== "up") {
    throw new Error(
      `the lab ${name} is ${status.state}, not up: start it with npm run lab -- up --lab ${name}`,
    );
  }
  return status;
}

/** The project's own stack file stays as it is: what the lab and --config add goes into a copy beside the state. */
function writeConfig(file: string, directory: string, values: Values, lab: LabStatus | undefined): void {
  const own = join(directory, `Pulumi.${values.stack}.yaml`);
  const read = (path: string): Record<string, unknown> =>
    existsSync(path) ? ((parse(readFileSync(path, "utf8")) ?? {}) as Record<string, unknown>) : {};
  const project = read(join(directory, "Pulumi.yaml")).name as string | undefined;
  if (!project)
    throw new Error(
      `no Pulumi.yaml with a name in ${directory}: --cwd must name a Pulumi project's directory`,
    );
  const [base, before] = [read(own), read(file)];
  const config: Record<string, unknown> = { ...(before.config as object), ...(base.config as object) };
  const set = (key: string, value: string): void => {
    config[key.includes(":") ? key : `${project}:${key}`] = value;
  };
  for (const [key, value] of Object.entries(lab ? labConfig(lab) : {})) set(key, value);
  for (const pair of values.config) {
    const at = pair.indexOf("=");
    if (at < 1) throw new Error(`--config must be key=value, not ${JSON.stringify(pair)}`);
    set(pair.slice(0, at), pair.slice(at + 1));
  }
  writeFileSync(file, stringify({ ...before, ...base, config }, { lineWidth: 0 }), { mode: 0o600 });
}

/** The CLI is of use only together with the command provider, which it would otherwise download. */
function cliIsThere(): boolean {
  const onPath = (program: string): boolean =>
    (process.env.PATH ?? "").split(delimiter).some((directory) => existsSync(join(directory, program)));
  const home = process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const cached = existsSync(join(home, "plugins", `resource-command-v${commandPlugin}`));
  return onPath("pulumi") && (onPath("pulumi-resource-command") || cached);
}

interface CliPlace {
  directory: string;
  state: string;
  configFile: string;
  stack: string;
  environment: NodeJS.ProcessEnv;
}

function cliWords(operation: string, common: string[], place: CliPlace): string[] {
  place.environment.PULUMI_BACKEND_URL = `file://${place.state}`;
  const project = (parse(readFileSync(join(place.directory, "Pulumi.yaml"), "utf8")) as { name: string })
    .name;
  if (!existsSync(join(place.state, ".pulumi", "stacks", project, `${place.stack}.json`))) {
    // It writes a stack file beside Pulumi.yaml, wherever the other operations have theirs: here it does so in a copy.
    const copy = mkdtempSync(join(place.state, "init-"));
    copyFileSync(join(place.directory, "Pulumi.yaml"), join(copy, "Pulumi.yaml"));
    try {
      const words = ["stack", "init", place.stack, "--no-select", "--cwd", copy];
      execFileSync("pulumi", words, { env: place.environment, stdio: ["ignore", "ignore", "inherit"] });
    } finally {
      rmSync(copy, { recursive: true });
    }
  }
  if (operation === "export") return ["pulumi", "stack", "export", ...common];
  const unasked = operation === "preview" ? [] : ["--yes", "--skip-preview"];
  return ["pulumi", operation, ...unasked, ...common, "--config-file", place.configFile];
}

const tsx = (): string[] => [process.execPath, "--import", require.resolve("tsx")];

const engineWords = (operation: string, rest: string[]): string[] => [
  ...tsx(),
  join(__dirname, "engine", "main.ts"),
  operation,
  ...rest,
];

function execute(words: string[], environment: NodeJS.ProcessEnv): void {
  const child = spawn(words[0] ?? "", words.slice(1), { env: environment, stdio: "inherit" });
  // Ctrl-C reaches the engine by itself: it decides how to end, and this process with it.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", fail);
  child.on("close", (code) => (process.exitCode = code ?? 255));
}

function fail(error: Error): void {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 2;
}

try {
  main();
} catch (error) {
  fail(error as Error);
}
