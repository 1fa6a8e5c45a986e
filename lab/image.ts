// The hosts' kernel and disk, which the setup script builds if they are missing.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "./errors";
import { kernelNames, type Kernel, type KernelWish } from "./kernel";
import type { Release } from "./release";
import { runScript } from "./script";

export interface Image {
  release: Release;
  kernel: Kernel;
  /** The disk that all hosts of the release share. No host writes to it. */
  disk: string;
}

const notReady = "the machine is not ready for a lab; the reason is above";

/** Builds them if they are missing. If another process is building them, waits for it. */
export async function provideImage(
  release: Release,
  kernel: KernelWish,
  signal?: AbortSignal,
): Promise<Image> {
  const script = join(__dirname, "setup.sh");
  const words = [script, "--quiet", "--no-build", `--image=${release}`, `--kernel=${kernel}`];
  const image = imageOf(release, await runScript(words, notReady, signal));
  if (image === undefined) throw new LabError(notReady);
  return image;
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
