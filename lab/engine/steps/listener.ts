import type { Step } from "./step.js";

export interface Diagnostic {
  urn: string;
  severity: "info" | "info#err" | "warning" | "error";
  message: string;
}

/** Whoever shows what an operation does. */
export interface Listener {
  started(step: Step): void;
  finished(step: Step, milliseconds: number): void;
  failed(step: Step, message: string): void;
  /** A component (or the stack) has its outputs; its step is the one given before. */
  outputs(urn: string): void;
  diagnostic(diagnostic: Diagnostic): void;
  /** A line that a running command printed. */
  line(urn: string, text: string): void;
}
