// A Pulumi project as the lab runs it: its state and config are in one folder, and the project's own folder does not change.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { LabError } from "../errors";
import { inside } from "../network";
import { providePulumi, type ProvidedPulumi } from "./provided";
import { startPulumi, type PulumiEnd, type RunningPulumi, type RunOptions } from "./running";

/** The state of a lab must not be committed. */
const everything = "*\n";

export interface ProjectPlace {
  /** The folder of its Pulumi.yaml. */
  directory: string;
  /** The folder of its state, which is made if it is missing. */
  state: string;
  stack?: string;
  /** The network namespace from which the hosts are reached; this machine's own network if left out. */
  namespace?: string;
}

export class Project {
  readonly directory: string;
  readonly state: string;
  readonly stack: string;
  /** The stack's config: the project's own file, with the values that were set for the lab. */
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
    this.#makeState();
  }

  /** Its .gitignore also shows that the folder is the lab's: files in a folder of the user's must not be overwritten. */
  #makeState(): void {
    mkdirSync(this.state, { recursive: true, mode: 0o700 });
    const mark = join(this.state, ".gitignore");
    const isProject = this.state === this.directory;
    if (!isProject && existsSync(mark) && readFileSync(mark, "utf8") === everything) return;
    if (isProject || readdirSync(this.state).length > 0)
      throw new LabError(
        `the folder ${this.state} holds files that are not the lab's: --state must name an empty folder, or one that is yet to be made`,
      );
    writeFileSync(mark, everything);
  }

  /**
   * Sets config values; the others stay as they are. A key without a namespace is the project's own. The project's own file for the stack
   * is only read the first time: later values of the CLI must not be lost.
   */
  configure(values: Record<string, string>): void {
    const begun = existsSync(this.configFile);
    const content = read(begun ? this.configFile : join(this.directory, `Pulumi.${this.stack}.yaml`));
    const config: Record<string, unknown> = { ...(content.config as object) };
    for (const [key, value] of Object.entries(values))
      config[key.includes(":") ? key : `${this.name}:${key}`] = value;
    this.#write({ ...content, config });
  }

  /** The CLI's command line with its environment. The stack is made if it is missing. */
  async command(words: readonly string[]): Promise<{ argv: string[]; environment: NodeJS.ProcessEnv }> {
    const provided = await providePulumi({ yaml: this.#yaml });
    const own = join(this.directory, `Pulumi.${this.stack}.yaml`);
    // destroy has other names, down and dn, and flags may come before it.
    if (optionsIn(words).some((word) => /^--remove(=|$)/.test(word)) && existsSync(own))
      throw new LabError(`--remove would remove ${own}, which is yours: run destroy, and then stack rm`);
    const inState = this.#environment(provided, this.state);
    if (!this.exists()) await this.#init(provided.pulumi, inState);
    const argv = [provided.pulumi, ...words];
    return {
      argv: this.#namespace === undefined ? argv : inside(this.#namespace, ...argv),
      // `stack rm`, `stack rename` and similar commands change the stack's file beside Pulumi.yaml; here that is the lab's file.
      environment: isOfStack(words) ? inState : this.#environment(provided, this.directory),
    };
  }

  async start(words: string[], options: RunOptions = {}): Promise<RunningPulumi> {
    const { argv, environment } = await this.command([...words, "--non-interactive", "--color=never"]);
    // Pulumi's dots only show that time passes.
    return startPulumi(argv, { ...environment, PULUMI_OPTION_SUPPRESS_PROGRESS: "true" }, options);
  }

  async run(words: string[], options: RunOptions = {}): Promise<PulumiEnd> {
    return (await this.start(words, options)).ended;
  }

  exists(): boolean {
    return existsSync(this.stateFile);
  }

  /** The file in which the CLI keeps the stack's resources. */
  get stateFile(): string {
    return join(this.state, ".pulumi", "stacks", this.name, `${this.stack}.json`);
  }

  #environment({ home, standIns }: ProvidedPulumi, directory: string): NodeJS.ProcessEnv {
    const secret = process.env.PULUMI_CONFIG_PASSPHRASE_FILE === undefined;
    return {
      // The editor and the linter check types. Without that check a program starts in half the time.
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      ...(secret ? { PULUMI_CONFIG_PASSPHRASE: "lab" } : {}),
      ...process.env,
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${this.state}`,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // A missing plugin cannot be downloaded from inside a lab's network.
      ...(standIns.length > 0 ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } : {}),
      // Each command uses those of these that it knows: some have no --config-file.
      PULUMI_OPTION_CWD: directory,
      PULUMI_OPTION_STACK: this.stack,
      PULUMI_OPTION_CONFIG_FILE: this.configFile,
      // The same as `destroy --remove`.
      PULUMI_OPTION_REMOVE: undefined,
    };
  }

  /** In the folder of the state, since `stack init` writes the stack's file beside Pulumi.yaml and nowhere else. */
  async #init(pulumi: string, environment: NodeJS.ProcessEnv): Promise<void> {
    copyFileSync(join(this.directory, "Pulumi.yaml"), join(this.state, "Pulumi.yaml"));
    const words = ["stack", "init", "--no-select", "--non-interactive"];
    const { code, stdout, stderr } = await startPulumi([pulumi, ...words], environment).ended;
    if (code !== 0) throw new LabError(`the stack ${this.stack} could not be made:\n${stdout}${stderr}`);
  }

  #write(content: Record<string, unknown>): void {
    const text = stringify(content, { lineWidth: 0 });
    if (existsSync(this.configFile) && readFileSync(this.configFile, "utf8") === text) return;
    const written = `${this.configFile}.${process.pid}`;
    writeFileSync(written, text, { mode: 0o600 });
    renameSync(written, this.configFile);
  }
}

/** The options; words after `--` are none. */
function optionsIn(words: readonly string[]): readonly string[] {
  const end = words.indexOf("--");
  return end < 0 ? words : words.slice(0, end);
}

/** Whether the operation is `stack`: before it are only flags, and words that may be a flag's value. */
function isOfStack(words: readonly string[]): boolean {
  const isFlag = (word: string | undefined) => word?.startsWith("-") ?? false;
  const at = optionsIn(words).indexOf("stack");
  return at >= 0 && words.slice(0, at).every((word, index) => isFlag(word) || isFlag(words[index - 1]));
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
