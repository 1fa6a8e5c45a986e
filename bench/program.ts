import { rmSync } from "node:fs";
import { join } from "node:path";
import { Project } from "../lab/pulumi";
import type { Hosts } from "./hosts";
import { timed } from "./timed";

export type ProgramName = "cluster" | "rules" | "pair" | "forwarding" | "empty";

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

  /** From the CLI's start to its end; what the lab does before, such as making the stack, is not counted. */
  async #run(operation: string, config: Record<string, string>): Promise<number> {
    const { keyFile, directors, realServers, vips } = this.hosts;
    const project = new Project({
      directory: join(__dirname, "programs", this.name),
      state: this.#state,
      namespace: this.hosts.lab.status().namespace,
    });
    project.configure({
      keyFile,
      vip: vips[0] ?? "",
      vips: JSON.stringify(vips),
      directors: JSON.stringify(directors),
      realServers: JSON.stringify(realServers),
      ...config,
    });
    const unasked = ["--yes", "--skip-preview", "--non-interactive", "--color=never"];
    const { argv, environment } = await project.command([operation, ...unasked]);
    return timed(argv, { environment });
  }
}
