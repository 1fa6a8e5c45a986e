import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { OutputCollector, type CommandRun, type Output, type RunContext } from "./run";

const signalNames: Record<string, string> = {
  SIGKILL: "killed",
  SIGTERM: "terminated",
  SIGINT: "interrupt",
  SIGHUP: "hangup",
  SIGSEGV: "segmentation fault",
  SIGABRT: "aborted",
  SIGPIPE: "broken pipe",
};

export interface LocalRun extends CommandRun {
  interpreter?: string[];
  dir?: string;
}

export function runLocally(run: LocalRun, context: RunContext): Promise<Output> {
  const [program = "/bin/sh", ...options] = run.interpreter?.length ? run.interpreter : ["/bin/sh", "-c"];
  const collector = new OutputCollector(run, context);
  if (context.signal.aborted) return Promise.reject(collector.failure("context canceled"));
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...options, run.command], {
      cwd: run.dir ?? context.directory,
      env: { ...process.env, ...run.environment },
      stdio: [run.stdin ? "pipe" : "ignore", "pipe", "pipe"],
      // A process group of its own, so that all processes of the command end with it.
      detached: true,
    });
    const cut = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      } catch {
        // The process has just ended.
      }
    };
    context.signal.addEventListener("abort", cut, { once: true });
    // If a command ends without reading its input, it closes the pipe: that is no error of ours.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(run.stdin);
    child.stdout?.on("data", (chunk: Buffer) => collector.take("stdout", chunk));
    child.stderr?.on("data", (chunk: Buffer) => collector.take("stderr", chunk));
    child.on("error", (error) => reject(collector.failure(startFailure(error, program, run.dir))));
    child.on("close", (code, signal) => {
      context.signal.removeEventListener("abort", cut);
      const output = collector.finish();
      if (code === 0) resolve(output);
      else
        reject(
          collector.failure(signal ? `signal: ${signalNames[signal] ?? signal}` : `exit status ${code}`),
        );
    });
  });
}

/** Why a program could not be started, in the provider's words. */
function startFailure(error: Error & { code?: string }, program: string, directory?: string): string {
  if (error.code === "EACCES") return `fork/exec ${program}: permission denied`;
  if (error.code !== "ENOENT") return error.message;
  if (directory !== undefined && !existsSync(directory))
    return `chdir ${directory}: no such file or directory`;
  if (program.includes("/")) return `fork/exec ${program}: no such file or directory`;
  return `exec: "${program}": executable file not found in $PATH`;
}
