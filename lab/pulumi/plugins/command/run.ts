import { quote, trimNewline } from "./goText";

/** The parts of the provider that a running command may use. */
export interface RunContext {
  /** Aborted when the operation is cancelled: running commands are then ended. */
  signal: AbortSignal;
  /** The provider's working directory, which is the program's. */
  directory: string;
  /** A line of output, shown while the command runs and not kept. */
  line(text: string): void;
  /** A warning, which stays. */
  warn(text: string): void;
}

export interface CommandRun {
  command: string;
  stdin?: string;
  environment: Record<string, string>;
  logging: string;
}

export interface Output {
  stdout: string;
  stderr: string;
}

/** Gathers a command's two streams apart, together, and as log lines. */
export class OutputCollector {
  private readonly chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[], merged: [] as Buffer[] };
  private partial = "";

  constructor(
    private readonly run: CommandRun,
    private readonly context: RunContext,
  ) {}

  take(stream: "stdout" | "stderr", chunk: Buffer): void {
    this.chunks[stream].push(chunk);
    this.chunks.merged.push(chunk);
    if (this.run.logging !== stream && this.run.logging !== "stdoutAndStderr") return;
    const lines = (this.partial + chunk.toString("utf8")).split("\n");
    this.partial = lines.pop() ?? "";
    for (const line of lines) this.context.line(line.replace(/\r$/, ""));
  }

  finish(): Output {
    if (this.partial !== "") this.context.line(this.partial);
    return { stdout: trimNewline(this.text("stdout")), stderr: trimNewline(this.text("stderr")) };
  }

  failure(reason: string): Error {
    return new Error(`${reason}: running ${quote(this.run.command)}:\n${this.text("merged")}`);
  }

  private text(stream: keyof OutputCollector["chunks"]): string {
    return Buffer.concat(this.chunks[stream]).toString("utf8");
  }
}
