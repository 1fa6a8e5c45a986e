// `npm run stack` for the demo: one operation after the other on the example, with a state of its own.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../..");

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

export class Pulumi {
  private readonly state = mkdtempSync(join(tmpdir(), "pulumi-lvs-demo-"));
  private running: { pid: number | undefined; closed: Promise<unknown> } | undefined;
  private over = false;

  constructor(
    private readonly lab: string,
    /** The project's folder, below the repository's. */
    readonly example: string,
  ) {}

  /** `line` hears each line of the output as it comes. */
  run(
    operation: string,
    flags: string[] = [],
    line: (text: string) => void = () => undefined,
  ): Promise<Ended> {
    if (this.over) return Promise.reject(new Error("the demo is over"));
    const words = ["--import", require.resolve("tsx"), join(root, "lab/stack.ts"), operation, ...flags];
    const where = ["--cwd", join(root, this.example), "--lab", this.lab, "--state", this.state];
    // A process group of its own, so that an interruption can end all of it at once.
    const child = spawn(process.execPath, [...words, ...where, "--config", "removePackages=true"], {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended: Ended = { code: 255, stdout: "", stderr: "" };
    let rest = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      ended.stdout += text;
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      lines.forEach(line);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (ended.stderr += text));
    const closed = new Promise<Ended>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        this.running = undefined;
        resolve({ ...ended, code: code ?? 255 });
      });
    });
    this.running = { pid: child.pid, closed: closed.catch(() => undefined) };
    return closed;
  }

  /** Ends what is under way, at once: the hosts go anyway. */
  async end(): Promise<void> {
    this.over = true;
    const { pid, closed } = this.running ?? {};
    try {
      if (pid !== undefined) process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await closed;
    rmSync(this.state, { recursive: true, force: true });
  }
}
