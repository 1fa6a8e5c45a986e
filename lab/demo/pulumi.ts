// The Pulumi CLI for the demo: one operation after the other on the example, with a state of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labConfig } from "../config";
import type { Lab } from "../index";
import { Project, type PulumiEnd, type RunningPulumi } from "../pulumi";

const root = join(__dirname, "../..");

export class Pulumi {
  private readonly state = mkdtempSync(join(tmpdir(), "pulumi-lvs-demo-"));
  private running: RunningPulumi | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private over = false;

  constructor(
    private readonly lab: Lab,
    /** The project's folder, relative to the repository's. */
    readonly example: string,
    /** How many of the lab's directors its config names. */
    private readonly directors: number,
  ) {}

  run(operation: "preview" | "up" | "destroy", options: RunOptions = {}): Promise<PulumiEnd> {
    const ended = this.operate(operation, options);
    this.last = ended.catch(() => undefined);
    return ended;
  }

  private async operate(operation: string, { flags = [], config = {}, line }: RunOptions) {
    this.unlessOver();
    const status = this.lab.status();
    const { namespace } = status;
    const project = new Project({ directory: join(root, this.example), state: this.state, namespace });
    project.configure({ ...labConfig(status, this.directors), removePackages: "true", ...config });
    const unasked = operation === "preview" ? [] : ["--yes", "--skip-preview"];
    this.running = await project.start([operation, ...unasked, ...flags], { line });
    if (this.over) this.running.kill("SIGKILL");
    const end = await this.running.ended;
    this.unlessOver();
    return end;
  }

  private unlessOver(): void {
    if (this.over) throw new Error("the demo is over");
  }

  /** Ends operations under way at once, since the hosts are removed anyway. */
  async end(): Promise<void> {
    this.over = true;
    this.running?.kill("SIGKILL");
    await this.last;
    rmSync(this.state, { recursive: true, force: true });
  }
}

interface RunOptions {
  flags?: string[];
  /** In addition to the lab's own config. */
  config?: Record<string, string>;
  /** Called with each line of the output as it arrives. */
  line?: (text: string) => void;
}
