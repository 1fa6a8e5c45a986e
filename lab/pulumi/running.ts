// One run of the CLI: its output, and its end.
import { spawn } from "node:child_process";

export interface PulumiEnd {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A run under way, which may be killed at any moment. */
export interface RunningPulumi {
  pid: number;
  ended: Promise<PulumiEnd>;
  kill(signal: NodeJS.Signals): void;
}

/** `line` hears each line of its standard output as it comes. */
export function startPulumi(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  line?: (text: string) => void,
): RunningPulumi {
  const [program = "", ...words] = argv;
  const child = spawn(program, words, { env, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr, rest] = ["", "", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (line === undefined) return;
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(line);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<PulumiEnd>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { pid: child.pid ?? 0, ended, kill: (signal) => void child.kill(signal) };
}
