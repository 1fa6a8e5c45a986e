// The hosts' kernel and disk, which the setup script builds where they are missing.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "./errors";
import { kernelNames, type Kernel, type KernelWish } from "./kernel";
import type { Release } from "./release";

export interface Image {
  release: Release;
  kernel: Kernel;
  /** The disk that all hosts of the release share and none writes to. */
  disk: string;
}

/** Waits for whoever builds them at the same time. */
export function provideImage(release: Release, kernel: KernelWish): Promise<Image> {
  return new Promise((resolve, reject) => {
    const script = join(__dirname, "setup.sh");
    const words = [script, "--quiet", "--no-build", `--image=${release}`, `--kernel=${kernel}`];
    const child = spawn("bash", words, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", (error) => reject(new LabError(`bash cannot be run: ${error.message}`)));
    child.on("close", (code) => {
      const image = code === 0 ? imageOf(release, output) : undefined;
      if (image) resolve(image);
      else reject(new LabError("the machine is not ready for a lab; the reason is above"));
    });
  });
}

function imageOf(release: Release, output: string): Image | undefined {
  const kernel = /^kernel (\S+) (.+)$/m.exec(output);
  const disk = /^disk (.+)$/m.exec(output)?.[1];
  const name = kernelNames.find((known) => known === kernel?.[1]);
  const folder = kernel?.[2];
  if (name === undefined || folder === undefined || disk === undefined) return undefined;
  const version = readFileSync(join(folder, "version"), "utf8").trim();
  return { release, kernel: { name, version, folder }, disk };
}
