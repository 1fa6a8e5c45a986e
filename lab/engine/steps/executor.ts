import { isSupported, newId, perform, previewOutputs } from "../command/provider.js";
import type { RunContext } from "../command/run.js";
import type { Resource } from "../state/resource.js";
import type { Snapshot } from "../state/snapshot.js";
import { urnName } from "../wire/urn.js";
import { Secret, type PropertyMap } from "../wire/values.js";
import type { Listener } from "./listener.js";
import { resourceOf, type Step } from "./step.js";

/** A deletion that protection forbids. It keeps what it rests on, but does not end the operation. */
class ProtectedError extends Error {}

export interface ExecutorOptions {
  dryRun: boolean;
  parallel: number;
  directory: string;
  signal: AbortSignal;
  /** URNs deleted so far: what is deleted with one of them needs no command of its own. */
  deleted: Set<string>;
}

/** Runs steps, several chains at once. The first failure lets running steps end and starts no more. */
export class Executor {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private idle: (() => void)[] = [];
  failed = false;
  /** What stays although it was to be deleted. */
  readonly kept: Resource[] = [];
  /** Set when a registration could not even be planned: nothing new may start then either. */
  halted = false;

  constructor(
    private readonly snapshot: Snapshot,
    private readonly options: ExecutorOptions,
    private readonly listener: Listener,
  ) {}

  get stopped(): boolean {
    return this.failed || this.halted || this.options.signal.aborted;
  }

  /** One registration's steps, in order. False if they did not all succeed. */
  async chain(steps: Step[]): Promise<boolean> {
    if (this.running >= this.options.parallel)
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running++;
    try {
      for (const step of steps) {
        if (this.stopped || !(await this.attempt(step))) return false;
      }
      return true;
    } finally {
      this.running--;
      this.waiting.shift()?.();
      if (this.running === 0) for (const resolve of this.idle.splice(0)) resolve();
    }
  }

  /** Resolves once nothing runs. */
  async settled(): Promise<void> {
    if (this.running > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private async attempt(step: Step): Promise<boolean> {
    const start = Date.now();
    this.listener.started(step);
    try {
      await this.apply(step);
    } catch (error) {
      if (error instanceof ProtectedError) this.kept.push(resourceOf(step));
      else this.failed = true;
      this.listener.failed(step, (error as Error).message);
      return false;
    }
    this.listener.finished(step, Date.now() - start);
    return true;
  }

  private async apply(step: Step): Promise<void> {
    const { old, next } = step;
    switch (step.operation) {
      case "same":
        if (old && next) Object.assign(next, { id: old.id, outputs: old.outputs });
        return this.snapshot.end({ old, next, save: false });
      case "create":
      case "create-replacement":
        return this.create(next as Resource, old, step.deleteOldLater === true);
      case "update":
        return this.update(old as Resource, next as Resource);
      case "delete":
      case "delete-replaced":
        return this.delete(old as Resource, step.operation === "delete-replaced");
      case "remove-pending-replace":
        return this.snapshot.end({ old });
      case "replace":
      case "refresh":
        return;
    }
  }

  private async create(next: Resource, old: Resource | undefined, deleteOldLater: boolean): Promise<void> {
    if (isSupported(next.type)) {
      next.id = newId(urnName(next.urn));
      next.outputs = await this.mutate(next, "creating", () => this.run(next, "create", next.inputs));
    }
    next.created = next.modified = new Date().toISOString();
    if (old && deleteOldLater) old.delete = true;
    this.snapshot.end({ next, old: deleteOldLater ? undefined : old });
  }

  private async update(old: Resource, next: Resource): Promise<void> {
    next.id = old.id;
    if (isSupported(next.type)) {
      next.outputs = await this.mutate(next, "updating", () => this.run(next, "update", next.inputs, old));
    }
    next.modified = new Date().toISOString();
    this.snapshot.end({ old, next });
  }

  private async delete(old: Resource, replaced: boolean): Promise<void> {
    if (!replaced && old.protect) {
      throw new ProtectedError(
        `resource ${JSON.stringify(old.urn)} cannot be deleted\nbecause it is protected. To unprotect the resource, ` +
          "either remove the `protect` flag from the resource in your Pulumi program and run `pulumi up`, or use " +
          `the command:\n\`pulumi state unprotect '${old.urn}'\``,
      );
    }
    const goesWithAnother = old.deletedWith !== "" && this.options.deleted.has(old.deletedWith);
    if (isSupported(old.type) && !this.options.dryRun && !old.retainOnDelete && !goesWithAnother) {
      await this.mutate(old, "deleting", () => this.run(old, "delete", old.outputs, old));
    }
    // Deleted ahead of its replacement it stays in the state, so that an interrupted run can go on.
    const pending = replaced && !old.delete;
    if (pending) old.pendingReplacement = true;
    this.snapshot.end({ old: pending ? undefined : old });
  }

  private async mutate<T>(
    resource: Resource,
    type: "creating" | "updating" | "deleting",
    action: () => Promise<T>,
  ): Promise<T> {
    this.snapshot.begin(resource, type);
    try {
      const result = await action();
      // The caller writes the state next, with the outcome in it.
      this.snapshot.end({ began: resource, save: false });
      return result;
    } catch (error) {
      this.snapshot.end({ began: resource });
      throw error;
    }
  }

  private async run(
    resource: Resource,
    verb: "create" | "update" | "delete",
    inputs: PropertyMap,
    old?: Resource,
  ): Promise<PropertyMap> {
    const context: RunContext = {
      signal: this.options.signal,
      directory: this.options.directory,
      line: (text) => this.listener.line(resource.urn, text),
    };
    const outputs = this.options.dryRun
      ? previewOutputs(inputs, old)
      : await perform(resource.type, verb, inputs, old?.outputs, context);
    return withSecrets(outputs, resource.additionalSecretOutputs);
  }
}

function withSecrets(outputs: PropertyMap, names: string[]): PropertyMap {
  const result = { ...outputs };
  for (const name of names) {
    const value = result[name];
    if (value !== undefined && !(value instanceof Secret)) result[name] = new Secret(value);
  }
  return result;
}
