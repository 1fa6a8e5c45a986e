// The lab's own scripts that find or build something, and print where it is.
import { spawn } from "node:child_process";
import { LabError } from "./errors";

/** The output of a script, or `failure` if it fails: it has printed the reason itself. All its processes end with this process. */
export function runScript(words: string[], failure: string, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    // A process group of its own: compilers are in it.
    const child = spawn("bash", words, { stdio: ["ignore", "pipe", "inherit"], detached: true });
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
      } catch {
        // The script has just ended.
      }
    };
    process.once("exit", end);
    signal?.addEventListener("abort", end, { once: true });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", (error) => reject(new LabError(`bash cannot be run: ${error.message}`)));
    child.on("close", (code) => {
      process.off("exit", end);
      signal?.removeEventListener("abort", end);
      if (code === 0) resolve(output);
      else reject(new LabError(failure));
    });
  });
}
