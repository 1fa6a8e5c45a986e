// Processes of this machine: run one to its end, and know whether a recorded one still lives.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { LabError } from "./errors";
import { quoteAll } from "./quoting";

export interface ExecOptions {
  /** The input of the program. Default: none. */
  stdin?: string | Buffer;
  /** After this number of milliseconds the program is ended and the call fails. @default 60000 */
  timeout?: number;
}

export interface ExecResult {
  /** The exit status; for a program ended by a signal 128 + the signal's number, as in a shell. */
  code: number;
  stdout: string;
  stderr: string;
}

export function exitCode(code: number | null, signal: string | null | undefined): number {
  return code ?? 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
}

/** Runs a program to its end, whatever its exit status. */
export function execLocal(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0]!, argv.slice(1), { stdio: "pipe" });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const timeout = options.timeout ?? 60_000;
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new LabError(`${quoteAll(argv)} did not end within ${timeout} ms`));
    }, timeout);
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    // If a program ends without reading its input, that is no error of the caller.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.stdin ?? "");
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(new LabError(`${argv[0]} cannot be run: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({
        code: exitCode(code, signal),
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
  });
}

/** Runs a program that must succeed, and returns its output. */
export async function run(...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await execLocal(argv);
  if (code !== 0) throw new LabError(`${quoteAll(argv)} failed (exit ${code}): ${stderr.trim()}`);
  return stdout;
}

/** The start time of a process, in ticks since the machine started. With its id, it identifies a process for ever. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A dead process whose parent has not waited for it yet counts as dead.
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

export interface ProcessIdentity {
  pid: number;
  startTime: string;
}

export function identify(pid: number): ProcessIdentity | undefined {
  const startTime = startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return startTimeOf(identity.pid) === identity.startTime;
}

/** Sends a signal to a whole process group, if its leader is still the recorded process. */
export function signalGroup(leader: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isAlive(leader)) return false;
  try {
    process.kill(-leader.pid, signal);
    return true;
  } catch {
    return false;
  }
}

export async function killGroup(leader: ProcessIdentity): Promise<void> {
  if (!signalGroup(leader, "SIGKILL")) return;
  for (let tries = 0; isAlive(leader); tries += 1) {
    if (tries === 500) throw new LabError(`process ${leader.pid} does not end, even by SIGKILL`);
    await delay(10);
  }
}

/** This process and those that started it. */
export function ownAncestry(): Set<number> {
  const pids = new Set<number>();
  for (let pid = process.pid; pid > 1 && !pids.has(pid);) {
    pids.add(pid);
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      pid = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    } catch {
      break;
    }
  }
  return pids;
}
