// The hosts' kernel and disk, which the setup script builds where they are missing.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { LabError } from "./errors";
import type { Release } from "./release";

export interface Image {
  release: Release;
  /** Folder of the kernel: `host` starts it, `arguments` are its own. */
  kernel: string;
  /** The disk that all hosts of the release share and none writes to. */
  disk: string;
}

/** Waits for whoever builds them at the same time. */
export function provideImage(release: Release): Promise<Image> {
  return new Promise((resolve, reject) => {
    const words = [join(__dirname, "setup.sh"), "--quiet", "--no-build", `--image=${release}`];
    const child = spawn("bash", words, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", (error) => reject(new LabError(`bash cannot be run: ${error.message}`)));
    child.on("close", (code) => {
      const found = new Map(output.split("\n").map((line) => line.split(" ", 2) as [string, string]));
      const kernel = found.get("kernel");
      const disk = found.get("disk");
      if (code === 0 && kernel && disk) resolve({ release, kernel, disk });
      else reject(new LabError("the machine is not ready for a lab; the reason is above"));
    });
  });
}
