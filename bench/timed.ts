import { execFile, spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";

export interface TimedOptions {
  /** What the process reads. */
  stdin?: string;
  environment?: NodeJS.ProcessEnv;
}

/** Runs a process to its end and gives the seconds that it took. Fails with what it said if it fails. */
export function timed(argv: readonly string[], options: TimedOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const [program = "", ...rest] = argv;
    const child = spawn(program, rest, { env: { ...process.env, ...options.environment }, stdio: "pipe" });
    let said = "";
    const keep = (chunk: Buffer) => (said = (said + chunk.toString("utf8")).slice(-20_000));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    // A program may end before it has read its input. Its exit status tells whether that is a failure.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.stdin ?? "");
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve((performance.now() - started) / 1000);
      else reject(new Error(`${argv.join(" ").slice(0, 300)} ended with ${code}:\n${said}`));
    });
  });
}

/** What a process of this machine prints. Fails with what it said if it fails. */
export async function output(argv: readonly string[]): Promise<string> {
  const [program = "", ...rest] = argv;
  const { stdout } = await promisify(execFile)(program, rest, { timeout: 300_000, maxBuffer: 2 ** 24 });
  return stdout;
}
