import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Hosts } from "./hosts";

const stackScript = join(__dirname, "..", "lab", "stack.ts");

export type ProgramName = "cluster" | "rules" | "pair" | "empty";

/** One of programs/, with a state of its own. */
export class Program {
  readonly #state: string;

  constructor(
    private readonly hosts: Hosts,
    private readonly name: ProgramName,
    folder: string,
  ) {
    this.#state = join(folder, "state", name);
  }

  /** Seconds of an `up`. Config values that are left out stay as they were. */
  up(config: Record<string, string> = {}): Promise<number> {
    return this.#run("up", config);
  }

  destroy(): Promise<number> {
    return this.#run("destroy", {});
  }

  /** For hosts that were made anew: nothing is there that could be destroyed. */
  forget(): void {
    rmSync(this.#state, { recursive: true, force: true });
  }

  /**
   * Straight in the lab's namespace: `--lab` would ask the lab for its status first, which is a second that says
   * nothing about an engine or a host, and would hide in both halves of a ratio.
   */
  #run(operation: string, config: Record<string, string>): Promise<number> {
    const { keyFile, directors, realServers, vips } = this.hosts;
    const given: Record<string, string> = {
      keyFile,
      vip: vips[0] ?? "",
      vips: JSON.stringify(vips),
      directors: JSON.stringify(directors),
      realServers: JSON.stringify(realServers),
      ...config,
    };
    const words = Object.entries(given).flatMap(([key, value]) => ["--config", `${key}=${value}`]);
    const place = [
      "--cwd",
      join(__dirname, "programs", this.name),
      "--state",
      this.#state,
      "--engine",
      "lab",
    ];
    return this.hosts.inside([
      process.execPath,
      "--import",
      require.resolve("tsx"),
      stackScript,
      operation,
      ...place,
      ...words,
    ]);
  }
}
