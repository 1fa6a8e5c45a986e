import type { Diagnostic, Listener } from "../steps/listener.js";
import { resourceOf, type Operation, type Step } from "../steps/step.js";
import { displayType, isStackUrn, urnName, urnType } from "../wire/urn.js";
import { EventLog } from "./events.js";
import { digest, recordStep, type RecordedStep } from "./digest.js";
import { DiffView, isInternalStep, isShown } from "./diffView.js";
import type { Style } from "./style.js";
import { summary } from "./summary.js";
import { treeView } from "./treeView.js";

export interface ReporterOptions {
  view: "tree" | "diff" | "digest" | "events";
  planning: boolean;
  truncate: boolean;
  verb: string;
  stack: string;
  config: Record<string, string>;
  style: Style;
  out: (text: string) => void;
  error: (text: string) => void;
}

const pastTense: Record<Operation, string> = {
  same: "unchanged",
  create: "created",
  update: "updated",
  delete: "deleted",
  replace: "replaced",
  "create-replacement": "created replacement",
  "delete-replaced": "deleted original",
  "remove-pending-replace": "removed",
  refresh: "refreshed",
};

/** Shows an operation as it goes, and sums it up. */
export class Reporter implements Listener {
  readonly changes: Record<string, number> = {};
  private readonly steps: RecordedStep[] = [];
  private readonly latest = new Map<string, Step>();
  private readonly failures = new Set<string>();
  private readonly diagnostics: Diagnostic[] = [];
  private readonly diffView: DiffView;
  private readonly events: EventLog | undefined;
  private readonly start = Date.now();

  constructor(private readonly options: ReporterOptions) {
    this.diffView = new DiffView(options.style, options);
    this.events = options.view === "events" ? new EventLog(options.out) : undefined;
    this.events?.prelude(options.config);
    if (options.view === "tree" || options.view === "diff")
      options.out(`${options.verb} (${options.stack}):\n`);
  }

  started(step: Step): void {
    if (isInternalStep(step)) return;
    this.steps.push(recordStep(step));
    this.events?.step("resourcePreEvent", step);
    // The step that a replacement is known by is the logical one.
    if (step.logical || !this.latest.has(step.urn)) this.latest.set(step.urn, step);
    if (this.options.view === "diff") this.options.out(this.diffView.step(step));
  }

  finished(step: Step, milliseconds: number): void {
    if (isInternalStep(step)) return;
    this.events?.step("resOutputsEvent", step);
    if (step.logical) this.changes[step.operation] = (this.changes[step.operation] ?? 0) + 1;
    if (this.options.view === "diff" && resourceOf(step).custom)
      this.options.out(this.diffView.outputs(step));
    const narrated = this.options.view === "tree" && !this.options.planning && step.operation !== "replace";
    if (narrated && (isShown(step) || !step.logical) && step.operation !== "same") {
      const { style } = this.options;
      const took = resourceOf(step).custom ? ` (${(milliseconds / 1000).toFixed(1)}s)` : "";
      const text = style.operation(step.operation, pastTense[step.operation]);
      this.options.out(` ${style.prefix(step.operation)} ${nameOf(step.urn)} ${text}${took}\n`);
    }
  }

  failed(step: Step, message: string): void {
    this.failures.add(step.urn);
    this.events?.step("resOpFailedEvent", step);
    if (this.options.view === "tree" && !this.options.planning) {
      const { style } = this.options;
      this.options.out(
        ` ${style.prefix(step.operation)} ${nameOf(step.urn)} ${style.mark("error", "failed")}\n`,
      );
    }
    const text = this.options.planning ? `Preview failed: ${message}` : message;
    this.diagnostic({ urn: step.urn, severity: "error", message: text });
  }

  outputs(urn: string): void {
    const step = this.latest.get(urn);
    if (step && this.options.view === "diff") this.options.out(this.diffView.outputs(step));
  }

  diagnostic(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic);
    this.events?.diagnostic(diagnostic, this.prefix(diagnostic));
    if (this.options.view === "diff")
      this.options.error(`${this.prefix(diagnostic)}${diagnostic.message.trimEnd()}\n`);
  }

  line(urn: string, text: string): void {
    if (this.options.view === "digest" || this.options.view === "events" || text.trim() === "") return;
    this.options.error(`    ${urn ? `${nameOf(urn)}: ` : ""}${text}\n`);
  }

  end(): void {
    const { view, planning, config, style, out } = this.options;
    const milliseconds = Date.now() - this.start;
    if (this.events) return this.events.summary(this.changes, milliseconds);
    if (view === "digest") {
      const diagnostics = this.diagnostics.map((entry) => ({ ...entry, prefix: this.prefix(entry) }));
      out(
        `${digest({ config, steps: this.steps, diagnostics, milliseconds, changeSummary: this.changes })}\n`,
      );
      return;
    }
    if (view === "tree") {
      if (planning) out(`${treeView([...this.latest.values()], this.failures, planning, style)}\n`);
      out(this.diagnosticsText());
      const stack = [...this.latest.values()].find((step) => isStackUrn(step.urn));
      const outputs = stack && this.diffView.outputProperties(stack, 1);
      if (outputs) out(`\n${style.mark("headline", "Outputs:")}\n${outputs}`);
    }
    // The diff view has no line between the last step and the summary; the tree has one.
    out(view === "diff" ? "" : "\n");
    out(summary(this.changes, this.errored(), planning, milliseconds, style));
  }

  /** The tree counts whatever an error was reported against, the diff view only the steps that failed. */
  private errored(): number {
    if (this.options.view === "diff") return this.failures.size;
    return new Set(this.diagnostics.filter(({ severity }) => severity === "error").map(({ urn }) => urn))
      .size;
  }

  private prefix({ severity }: Diagnostic): string {
    if (severity === "error") return this.options.style.mark("error", "error: ");
    return severity === "warning" ? this.options.style.mark("warning", "warning: ") : "";
  }

  private diagnosticsText(): string {
    const { style } = this.options;
    const groups = new Map<string, Diagnostic[]>();
    for (const entry of this.diagnostics) groups.set(entry.urn, [...(groups.get(entry.urn) ?? []), entry]);
    if (groups.size === 0) return "";
    const blocks = [...groups].map(([urn, entries]) => {
      const lines = entries.flatMap((entry) => (this.prefix(entry) + entry.message.trimEnd()).split("\n"));
      const title = urn ? `${displayType(urnType(urn))} (${urnName(urn)}):` : `${this.options.stack}:`;
      return `  ${style.mark("resource", title)}\n${lines.map((line) => `    ${line}`.trimEnd()).join("\n")}\n`;
    });
    return `\n${style.mark("headline", "Diagnostics:")}\n${blocks.join("\n")}`;
  }
}

const nameOf = (urn: string): string => `${displayType(urnType(urn))} ${urnName(urn)}`;
