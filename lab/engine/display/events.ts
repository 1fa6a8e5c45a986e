import type { Diagnostic } from "../steps/listener.js";
import type { Step } from "../steps/step.js";
import type { Json } from "../wire/values.js";
import { digestStep, recordStep } from "./digest.js";

/** The JSON events of `up --json` and `destroy --json`, one a line. */
export class EventLog {
  private sequence = 0;

  constructor(private readonly out: (text: string) => void) {}

  prelude(config: Record<string, string>): void {
    this.emit("preludeEvent", { config });
  }

  step(kind: "resourcePreEvent" | "resOutputsEvent" | "resOpFailedEvent", step: Step): void {
    // The events' names differ from the digest's for the same things.
    const { oldState, newState, diffReasons, replaceReasons, detailedDiff, ...fields } = digestStep(
      recordStep(step),
    ) as {
      [key: string]: Json;
    };
    const metadata = { ...fields, type: (step.next ?? step.old)?.type ?? "", logical: step.logical };
    this.emit(kind, {
      metadata: {
        ...metadata,
        old: oldState ?? null,
        new: newState ?? null,
        detailedDiff: kinds(detailedDiff as Kinds | null),
        diffs: diffReasons ?? null,
        keys: replaceReasons ?? null,
      },
    });
  }

  diagnostic(diagnostic: Diagnostic, prefix: string): void {
    this.emit("diagnosticEvent", { ...diagnostic, prefix, color: "never" });
  }

  summary(resourceChanges: Record<string, number>, milliseconds: number): void {
    this.emit("summaryEvent", {
      maybeCorrupt: false,
      durationSeconds: Math.round(milliseconds / 1000),
      resourceChanges,
    });
    this.emit("cancelEvent", {});
  }

  private emit(kind: string, payload: Json): void {
    const event = { sequence: this.sequence++, timestamp: Math.floor(Date.now() / 1000), [kind]: payload };
    this.out(`${JSON.stringify(event)}\n`);
  }
}

type Kinds = Record<string, { kind: string; inputDiff: boolean }>;

function kinds(detailed: Kinds | null): Json {
  if (!detailed) return null;
  return Object.fromEntries(
    Object.entries(detailed).map(([path, { kind, inputDiff }]) => [path, { diffKind: kind, inputDiff }]),
  );
}
