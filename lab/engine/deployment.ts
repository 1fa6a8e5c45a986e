import { invokeRun, localRunFunction } from "./command/provider.js";
import { Monitor, type DeploymentFacts, type ProgramCalls, type RegisterRequest } from "./monitor.js";
import { Program } from "./program.js";
import type { Project } from "./state/project.js";
import type { Resource } from "./state/resource.js";
import type { Snapshot } from "./state/snapshot.js";
import { Executor } from "./steps/executor.js";
import { Bail, StepGenerator } from "./steps/generator.js";
import { readGoal } from "./steps/goal.js";
import { deleteLayers, reasons } from "./steps/graph.js";
import type { Diagnostic, Listener } from "./steps/listener.js";
import { resourceOf, type Step } from "./steps/step.js";
import { isStackUrn } from "./wire/urn.js";
import { Refused, type PropertyMap } from "./wire/values.js";

const never = new Promise<never>(() => undefined);

/** One preview, update or destroy of one stack: program and state in, steps and a new state out. */
export class Deployment implements ProgramCalls {
  private readonly generator: StepGenerator;
  private readonly executor: Executor;
  private readonly registered = new Map<string, Resource>();
  private stackOutputs: { urn: string; outputs: PropertyMap } | undefined;
  private stackUrn = "";
  private sawError = false;
  /** A preview goes on past what can not be done, so that all of it is seen. */
  private refused = false;
  private programEnded = false;
  private broke: () => void = () => undefined;
  private readonly broken = new Promise<void>((resolve) => (this.broke = resolve));

  constructor(
    private readonly project: Project,
    private readonly facts: DeploymentFacts,
    private readonly snapshot: Snapshot,
    private readonly listener: Listener,
    private readonly signal: AbortSignal,
  ) {
    const { dryRun, parallel, stack } = facts;
    this.generator = new StepGenerator(snapshot.base, stack, project.name, dryRun, (message, urn) => {
      this.refused = true;
      this.error(message, urn);
    });
    const options = {
      dryRun,
      parallel,
      signal,
      directory: project.directory,
      deleted: this.generator.deleted,
    };
    this.executor = new Executor(snapshot, options, listener);
  }

  /** True if all went well. */
  async run(): Promise<boolean> {
    const monitor = new Monitor(this, this.facts);
    const program = new Program(this.project, this.facts, await monitor.listen(), (stream, text) =>
      this.listener.diagnostic({
        urn: this.stackUrn,
        severity: stream === "stdout" ? "info" : "info#err",
        message: text,
      }),
    );
    const cancel = (): void => program.interrupt();
    this.signal.addEventListener("abort", cancel, { once: true });
    const end = await Promise.race([program.ended, this.broken.then(() => undefined)]);
    await this.executor.settled();
    if (end === undefined) {
      monitor.close();
      await program.stop();
    } else this.judge(end.code);
    monitor.close();
    this.signal.removeEventListener("abort", cancel);
    return this.finish();
  }

  /** Deletes everything, without a program. */
  async destroy(): Promise<boolean> {
    await this.deleteTheRest();
    return this.finish();
  }

  private judge(code: number | null): void {
    if (this.programEnded && code === 0) return;
    const known = this.stopped || this.signal.aborted;
    this.sawError = true;
    // 32 says that the program has reported its error itself.
    if (code === 32 || known) return;
    this.error(
      code === 0
        ? "the program ended without waiting for its resources"
        : `an unhandled error occurred: Program exited with non-zero exit code: ${code ?? "none, it was killed"}`,
      "",
    );
  }

  private finish(): boolean {
    const failed = this.executor.failed || this.executor.kept.length > 0;
    const good = !this.stopped && !failed && !this.signal.aborted;
    this.applyStackOutputs(good);
    this.snapshot.save();
    if (this.signal.aborted) this.error(this.facts.dryRun ? "preview canceled" : "update canceled", "");
    else if (failed || this.refused)
      this.error(this.facts.dryRun ? "preview failed" : "update failed", this.stackUrn);
    return good;
  }

  private get stopped(): boolean {
    return this.sawError || this.executor.failed;
  }

  async register(request: RegisterRequest): Promise<{ urn: string; id: string; outputs: PropertyMap }> {
    if (this.executor.stopped) return never;
    let steps: Step[];
    try {
      const goal = readGoal(request, this.project.directory);
      const provider = goal.custom ? await this.provider(goal.version) : "";
      steps = this.generator.steps(goal, provider);
    } catch (error) {
      if (error instanceof Refused) throw error;
      this.error((error as Error).message, error instanceof Bail ? error.urn : "");
      this.fail();
      return never;
    }
    const resource = steps.map((step) => step.next).find(Boolean) as Resource;
    const old = steps.at(-1)?.old;
    if (old && old.urn !== resource.urn) this.snapshot.rename(old.urn, resource.urn);
    this.registered.set(resource.urn, resource);
    if (isStackUrn(resource.urn)) this.stackUrn = resource.urn;
    if (!(await this.executor.chain(steps))) {
      this.fail();
      return never;
    }
    return { urn: resource.urn, id: resource.id, outputs: resource.custom ? resource.outputs : {} };
  }

  /** Registered before the first resource that uses it, and never shown. */
  private async provider(version: string): Promise<string> {
    const { reference, step } = this.generator.defaultProvider(version);
    if (step) this.snapshot.end({ next: step.next, old: step.old, save: false });
    return Promise.resolve(reference);
  }

  registerOutputs(urn: string, outputs: PropertyMap): void {
    if (isStackUrn(urn)) {
      // The stack's are kept back to the very end: a program that throws sends them too, and empty.
      this.stackOutputs = { urn, outputs };
      return;
    }
    const resource = this.registered.get(urn);
    if (!resource) throw new Error(`outputs of ${urn}, which was never registered`);
    resource.outputs = outputs;
    this.listener.outputs(urn);
  }

  async invoke(token: string, args: PropertyMap): Promise<PropertyMap> {
    if (token !== localRunFunction) throw new Refused(`the function ${token} (only ${localRunFunction})`);
    return invokeRun(args, {
      signal: this.signal,
      directory: this.project.directory,
      line: (text) => this.listener.line("", text),
    });
  }

  /** The program has run to its end: now, and only now, may anything be deleted. */
  async ended(): Promise<void> {
    await this.executor.settled();
    this.programEnded = true;
    if (!this.stopped && !this.signal.aborted) await this.deleteTheRest();
  }

  log(diagnostic: Diagnostic, ephemeral: boolean): void {
    if (ephemeral) this.listener.line(diagnostic.urn, diagnostic.message);
    else this.listener.diagnostic({ ...diagnostic, urn: diagnostic.urn || this.stackUrn });
  }

  private async deleteTheRest(): Promise<void> {
    for (const layer of deleteLayers(this.generator.deletions(), resourceOf)) {
      const { kept } = this.executor;
      const due = layer.filter((step) => !kept.some((resource) => reasons(resource).has(step.urn)));
      for (const step of layer) if (!due.includes(step)) kept.push(resourceOf(step));
      await Promise.all(due.map((step) => this.executor.chain([step])));
      if (this.executor.stopped) return;
    }
  }

  private applyStackOutputs(good: boolean): void {
    if (!this.stackOutputs) return;
    const { urn, outputs } = this.stackOutputs;
    const stack = this.registered.get(urn);
    if (!stack) return;
    stack.outputs = good ? outputs : { ...stack.outputs, ...outputs };
    this.listener.outputs(urn);
  }

  private fail(): void {
    this.executor.halted = true;
    this.broke();
  }

  private error(message: string, urn: string): void {
    this.sawError = true;
    this.listener.diagnostic({ urn: urn || this.stackUrn, severity: "error", message });
  }
}
