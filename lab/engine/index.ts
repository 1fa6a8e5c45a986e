import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { OperationName } from "./options.js";

export type { OperationName } from "./options.js";

export interface RunOptions {
  /** The Pulumi project's directory. */
  cwd: string;
  stack?: string;
  state?: string;
  configFile?: string;
  config?: Record<string, string>;
  json?: boolean;
  diff?: boolean;
  expectNoChanges?: boolean;
  parallel?: number;
  env?: Record<string, string>;
  /** Words to put before the engine, such as `ip netns exec NAME`. */
  prefix?: string[];
  /** Words to put after all others. */
  more?: string[];
}

export interface RunResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** An engine under way, which a test can kill at a moment of its choice. */
export interface RunningEngine {
  pid: number;
  done: Promise<RunResult>;
  kill(signal: NodeJS.Signals): void;
}

export function start(operation: OperationName, options: RunOptions): RunningEngine {
  const tsx = createRequire(__filename).resolve("tsx");
  const words = [process.execPath, "--import", tsx, join(__dirname, "main.ts"), operation, ...flags(options)];
  const [program = "", ...args] = [...(options.prefix ?? []), ...words];
  const child = spawn(program, args, {
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
  const done = new Promise<RunResult>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { pid: child.pid ?? 0, done, kill: (signal) => void child.kill(signal) };
}

export const run = (operation: OperationName, options: RunOptions): Promise<RunResult> =>
  start(operation, options).done;

function flags(options: RunOptions): string[] {
  const words = ["--cwd", options.cwd, "--stack", options.stack ?? "dev"];
  if (options.state) words.push("--state", options.state);
  if (options.configFile) words.push("--config-file", options.configFile);
  for (const [key, value] of Object.entries(options.config ?? {})) words.push("--config", `${key}=${value}`);
  if (options.json) words.push("--json");
  if (options.diff) words.push("--diff");
  if (options.expectNoChanges) words.push("--expect-no-changes");
  if (options.parallel) words.push("--parallel", String(options.parallel));
  return [...words, ...(options.more ?? [])];
}
