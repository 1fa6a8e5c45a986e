// One run of the CLI: its output, and its end.
import { spawn } from "node:child_process";
import { LabError } from "../errors";

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

export interface RunOptions {
  /** The input of the CLI. Default: none. */
  stdin?: string;
  /** Called with each line of its standard output as it arrives. */
  line?: (text: string) => void;
}

export function startPulumi(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  { stdin, line }: RunOptions = {},
): RunningPulumi {
  const [program = "", ...words] = argv;
  const child = spawn(program, words, { env, stdio: "pipe" });
  // If it ends without reading its input, that is no error of the caller.
  child.stdin.on("error", () => undefined).end(stdin ?? "");
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
  if (child.pid === undefined) throw new LabError(`${program} cannot be run`);
  return { pid: child.pid, ended, kill: (signal) => void child.kill(signal) };
}
