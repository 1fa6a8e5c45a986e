// A Pulumi project as the lab runs it: state and config lie beside each other, and the project's own folder stays as it is.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { LabError } from "../errors";
import { inside } from "../network";
import { providePulumi, type ProvidedPulumi } from "./provided";
import { startPulumi, type PulumiEnd, type RunningPulumi, type RunOptions } from "./running";

export interface ProjectPlace {
  /** The folder of its Pulumi.yaml. */
  directory: string;
  /** The folder of its state, which is made where it is missing. */
  state: string;
  stack?: string;
  /** The network namespace from which the hosts are reached; this machine's own network if left out. */
  namespace?: string;
}

export class Project {
  readonly directory: string;
  readonly state: string;
  readonly stack: string;
  /** The stack's config: the project's own file with what was set for the lab. */
  readonly configFile: string;
  readonly name: string;
  readonly #namespace: string | undefined;
  /** Whether its program is written in YAML, for which the CLI needs one more plugin. */
  readonly #yaml: boolean;

  constructor({ directory, state, stack = "dev", namespace }: ProjectPlace) {
    this.directory = resolve(directory);
    this.state = resolve(state);
    this.stack = stack;
    this.#namespace = namespace;
    this.configFile = join(this.state, `Pulumi.${stack}.yaml`);
    const { name, runtime } = projectFile(this.directory);
    this.name = name;
    this.#yaml = runtime === "yaml";
    mkdirSync(this.state, { recursive: true });
  }

  /**
   * Sets config values; the others stay as they are. A key without a namespace is the project's own. The project's file for
   * the stack is where it begins, and is not looked at again: what the CLI has set since must not be lost.
   */
  configure(values: Record<string, string>): void {
    const begun = existsSync(this.configFile);
    const content = read(begun ? this.configFile : join(this.directory, `Pulumi.${this.stack}.yaml`));
    const config: Record<string, unknown> = { ...(content.config as object) };
    for (const [key, value] of Object.entries(values))
      config[key.includes(":") ? key : `${this.name}:${key}`] = value;
    this.#write({ ...content, config });
  }

  /** The CLI with its environment; words for its command line come behind. The stack is made where it is missing. */
  async command(): Promise<{ argv: string[]; environment: NodeJS.ProcessEnv }> {
    const provided = await providePulumi({ yaml: this.#yaml });
    const environment = this.#environment(provided);
    if (!this.exists()) await this.#init(provided.pulumi, environment);
    const argv = this.#namespace === undefined ? [provided.pulumi] : inside(this.#namespace, provided.pulumi);
    return { argv, environment };
  }

  async start(words: string[], options: RunOptions = {}): Promise<RunningPulumi> {
    const { argv, environment } = await this.command();
    // Dots come as time passes, and say nothing.
    const quiet = { ...environment, PULUMI_OPTION_SUPPRESS_PROGRESS: "true" };
    return startPulumi([...argv, ...words, "--non-interactive", "--color=never"], quiet, options);
  }

  async run(words: string[], options: RunOptions = {}): Promise<PulumiEnd> {
    return (await this.start(words, options)).ended;
  }

  exists(): boolean {
    return existsSync(this.stateFile);
  }

  /** Where the CLI keeps the stack's resources. */
  get stateFile(): string {
    return join(this.state, ".pulumi", "stacks", this.name, `${this.stack}.json`);
  }

  #environment({ home, standIns }: ProvidedPulumi): NodeJS.ProcessEnv {
    return {
      // Types are the editor's and the linter's affair; leaving them out halves a program's start.
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      PULUMI_CONFIG_PASSPHRASE: "lab",
      ...process.env,
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${this.state}`,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // What is missing cannot be fetched from within a lab's network.
      ...(standIns.length > 0 ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } : {}),
      // Each command takes of these what it knows: some have no --config-file.
      PULUMI_OPTION_CWD: this.directory,
      PULUMI_OPTION_STACK: this.stack,
      PULUMI_OPTION_CONFIG_FILE: this.configFile,
    };
  }

  /** `stack init` writes the stack's file beside Pulumi.yaml and nowhere else: so it gets a copy of that. */
  async #init(pulumi: string, environment: NodeJS.ProcessEnv): Promise<void> {
    const copy = mkdtempSync(join(this.state, "init-"));
    try {
      copyFileSync(join(this.directory, "Pulumi.yaml"), join(copy, "Pulumi.yaml"));
      const { code, stdout, stderr } = await startPulumi(
        [pulumi, "stack", "init", "--no-select", "--non-interactive"],
        { ...environment, PULUMI_OPTION_CWD: copy },
      ).ended;
      if (code !== 0) throw new LabError(`the stack ${this.stack} could not be made:\n${stdout}${stderr}`);
      this.#write({ ...read(this.configFile), ...read(join(copy, `Pulumi.${this.stack}.yaml`)) });
    } finally {
      rmSync(copy, { recursive: true });
    }
  }

  #write(content: Record<string, unknown>): void {
    writeFileSync(`${this.configFile}.new`, stringify(content, { lineWidth: 0 }), { mode: 0o600 });
    renameSync(`${this.configFile}.new`, this.configFile);
  }
}

function read(file: string): Record<string, unknown> {
  return existsSync(file) ? ((parse(readFileSync(file, "utf8")) ?? {}) as Record<string, unknown>) : {};
}

function projectFile(directory: string): { name: string; runtime: unknown } {
  const { name, runtime } = read(join(directory, "Pulumi.yaml"));
  if (typeof name !== "string")
    throw new LabError(
      `no Pulumi.yaml with a name in ${directory}: --cwd must name a Pulumi project's folder`,
    );
  return { name, runtime: typeof runtime === "object" ? (runtime as { name?: unknown }).name : runtime };
}
