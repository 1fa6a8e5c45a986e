import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { DeploymentFacts } from "./monitor.js";
import type { Project } from "./state/project.js";

/** How long a program that was told to end may take before it is killed, as the CLI's host has it. */
const patience = 5000;

export interface ProgramEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The user's program, started by the SDK's own `cmd/run` as the language host starts it. */
export class Program {
  readonly ended: Promise<ProgramEnd>;
  private readonly child: ChildProcess;

  constructor(
    project: Project,
    facts: DeploymentFacts,
    address: string,
    print: (stream: "stdout" | "stderr", text: string) => void,
  ) {
    const fromProgram = createRequire(join(project.directory, "index.js"));
    const run = join(dirname(fromProgram.resolve("@pulumi/pulumi/package.json")), "cmd", "run", "index.js");
    const flags: Record<string, string> = {
      monitor: address,
      engine: address,
      organization: facts.organization,
      project: facts.project,
      "root-directory": project.directory,
      stack: facts.stack,
      pwd: project.directory,
      parallel: String(facts.parallel),
    };
    const options = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
    if (facts.dryRun) options.push("--dry-run");
    this.child = spawn(process.execPath, [...project.nodeArguments, run, ...options, project.entry], {
      cwd: project.directory,
      env: { ...process.env, ...programEnvironment(project, facts) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout?.on("data", (chunk: Buffer) => print("stdout", chunk.toString("utf8")));
    this.child.stderr?.on("data", (chunk: Buffer) => print("stderr", chunk.toString("utf8")));
    this.ended = new Promise((resolve, reject) => {
      this.child.on("error", reject);
      this.child.on("close", (code, signal) => resolve({ code, signal }));
    });
  }

  interrupt(): void {
    this.child.kill("SIGINT");
    this.killLater();
  }

  /** After its monitor has gone: a program then ends by itself, or is made to. What it says of that is left out. */
  async stop(): Promise<void> {
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.removeAllListeners("data").resume();
    this.killLater();
    await this.ended;
  }

  private killLater(): void {
    setTimeout(() => this.child.kill("SIGKILL"), patience).unref();
  }
}

function programEnvironment(project: Project, facts: DeploymentFacts): Record<string, string> {
  const config = Object.entries(facts.config).map(([key, value]) => [
    key.replace(/^([^:]+):/, "$1:config:"),
    value,
  ]);
  const environment: Record<string, string> = {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(config)),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(facts.secretKeys),
    PULUMI_NODEJS_TYPESCRIPT: JSON.stringify(project.options.typescript ?? true),
  };
  if (typeof project.options.tsconfig === "string")
    environment.PULUMI_NODEJS_TSCONFIG_PATH = project.options.tsconfig;
  return environment;
}
