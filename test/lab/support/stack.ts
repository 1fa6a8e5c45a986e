import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { openLab, succeed, type Lab } from "../../../lab";
import { labConfig } from "../../../lab/config";
import { namespaceOf } from "../../../lab/layout";
import { Project, type PulumiEnd, type RunningPulumi } from "../../../lab/pulumi";

export const repository = join(__dirname, "../../..");
const drCluster = join(repository, "examples/dr-cluster");

let opened: Lab | undefined;

/** The lab of this run. All tests share this object: it keeps its connections, and a login takes half a second. */
export function theLab(): Lab {
  opened ??= openLab(inject("lab"));
  return opened;
}

/** Runs a program on a host and fails if it fails. Returns what it printed, without the last newline. */
export async function on(host: string, ...argv: string[]): Promise<string> {
  return (await succeed(theLab(), host, argv)).replace(/\n$/, "");
}

/** The same for a line of shell. */
export function shell(host: string, line: string): Promise<string> {
  return on(host, "bash", "-c", line);
}

function said({ stdout, stderr }: PulumiEnd): string {
  return `${stdout}${stderr}`;
}

/** Config with both of the lab's directors. (A Stack has the first one unless it is given this.) */
export function bothDirectors(): Record<string, string> {
  return { directors: labConfig(theLab().status()).directors! };
}

export type Operation = "preview" | "up" | "destroy" | "refresh";

export interface Flags {
  diff?: boolean;
  json?: boolean;
  expectNoChanges?: boolean;
  /** Further words for the command line. */
  more?: string[];
}

function wordsOf(operation: Operation, { diff, json, expectNoChanges, more = [] }: Flags = {}): string[] {
  return [
    operation,
    ...(operation === "preview" ? [] : ["--yes", "--skip-preview"]),
    ...(diff ? ["--diff"] : []),
    ...(json ? ["--json"] : []),
    ...(expectNoChanges ? ["--expect-no-changes"] : []),
    ...more,
  ];
}

/** A Pulumi project on the lab, with a state of its own. Values of `config` may be changed between two operations. */
export class Stack {
  readonly config: Record<string, string>;
  readonly state = mkdtempSync(join(tmpdir(), "lvs-stack-"));
  /** The client of the lab on which the CLI runs. Default: none, it runs beside the hosts, as the address of their gateway. */
  runsOn: string | undefined;

  constructor(
    readonly project = drCluster,
    config: Record<string, string> = {},
    readonly name = "dev",
  ) {
    this.config = { ...labConfig(theLab().status(), 1), ...config };
  }

  /** The project as the CLI knows it, with the values that `config` has now. */
  place(): Project {
    const namespace = namespaceOf(theLab().name, this.runsOn);
    const { project: directory, state, name: stack } = this;
    const place = new Project({ directory, state, stack, namespace });
    place.configure(this.config);
    return place;
  }

  /** Runs any command of the CLI to its end, also if it fails. */
  pulumi(...words: string[]): Promise<PulumiEnd> {
    return this.place().run(words);
  }

  /** Runs an operation to its end, also if it fails. */
  try(operation: Operation, flags: Flags = {}): Promise<PulumiEnd> {
    return this.pulumi(...wordsOf(operation, flags));
  }

  /** Starts an operation, for tests that kill it. */
  start(operation: Operation): Promise<RunningPulumi> {
    return this.place().start(wordsOf(operation));
  }

  /** Runs and fails if it fails. */
  private async succeed(operation: Operation, flags: Flags): Promise<PulumiEnd> {
    const result = await this.try(operation, flags);
    if (result.code !== 0) throw new Error(`${operation}: status ${result.code}\n${said(result)}`);
    return result;
  }

  /** The same. Returns what it printed, without the messages of components. */
  private async must(operation: Operation, flags: Flags = {}): Promise<string> {
    return (await this.succeed(operation, flags)).stdout;
  }

  async up(): Promise<string> {
    const said = await this.must("up");
    // The client may remember the MAC of another host, from an earlier scenario.
    await on("c1", "ip", "neigh", "flush", "dev", "eth0");
    return said;
  }

  preview(): Promise<string> {
    return this.must("preview", { diff: true });
  }

  /** All that an operation prints, with the messages of components. Fails if it fails. */
  async told(operation: Operation): Promise<string> {
    return said(await this.succeed(operation, { diff: operation === "preview" }));
  }

  /** A preview that fails if it shows a change. */
  unchanged(): Promise<string> {
    return this.must("preview", { diff: true, expectNoChanges: true });
  }

  destroy(): Promise<string> {
    return this.must("destroy");
  }

  /** The same stack by another name, which the CLI has given it. */
  renamed(name: string): Stack {
    return Object.assign(Object.create(Stack.prototype) as Stack, this, { name });
  }

  /** Deletes the state. The hosts are not touched. */
  forget(): void {
    rmSync(this.state, { recursive: true, force: true });
  }
}

/** A stack of a program that takes the private key as a secret of its config, and beside it this alone. */
export async function stackWithKey(program: string, config: Record<string, string>): Promise<Stack> {
  const stack = new Stack(join(repository, program));
  const key = readFileSync(stack.config.keyFile!, "utf8");
  for (const name of Object.keys(stack.config)) delete stack.config[name];
  Object.assign(stack.config, config);
  const { code, stderr } = await stack
    .place()
    .run(["config", "set", "--secret", "privateKey"], { stdin: key });
  if (code !== 0) throw new Error(stderr);
  return stack;
}

/** A stack of a program that takes from its config how to log in, and nothing else. */
export function stackWithKnownHosts(program: string): Promise<Stack> {
  const knownHosts = theLab()
    .status()
    .hosts.flatMap(({ address, hostKey }) => (hostKey ? [`${address} ${hostKey}`] : []))
    .join("\n");
  return stackWithKey(program, { knownHosts });
}
