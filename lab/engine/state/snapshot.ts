import type { Json } from "../wire/values.js";
import { readResource, writeResource, type Resource } from "./resource.js";
import type { StackFile } from "./stackFile.js";
import type { Vault } from "./vault.js";

export type PendingType = "creating" | "updating" | "deleting";
type PlainJson = { [key: string]: Json };

/** The stack's state during one operation: what was, what is done so far, and what is under way. */
export class Snapshot {
  readonly base: Resource[];
  readonly interrupted: number;
  private readonly finished: Resource[] = [];
  private readonly gone = new Set<Resource>();
  private readonly pending = new Map<Resource, PendingType>();
  private readonly renamed = new Map<string, string>();
  private readonly metadata: Json;

  constructor(
    private readonly file: StackFile,
    private readonly vault: Vault,
    latest: PlainJson | undefined,
    private readonly writes = true,
  ) {
    const resources = (latest?.resources ?? []) as PlainJson[];
    this.base = resources.map((json) => readResource(json, vault));
    this.interrupted = ((latest?.pending_operations ?? []) as Json[]).length;
    this.metadata = latest?.metadata ?? {};
  }

  /** Notes that a mutating step starts, on disk, so that a killed engine leaves a trace of it. */
  begin(resource: Resource, type: PendingType): void {
    this.pending.set(resource, type);
    this.save();
  }

  /** Ends a step: `next` is now part of the stack, `old` no longer is. */
  end(step: { began?: Resource; next?: Resource; old?: Resource; save?: boolean }): void {
    if (step.began) this.pending.delete(step.began);
    if (step.old) this.gone.add(step.old);
    if (step.next && !this.finished.includes(step.next)) this.finished.push(step.next);
    if (step.save !== false) this.save();
  }

  rename(alias: string, urn: string): void {
    this.renamed.set(alias, urn);
  }

  resources(): Resource[] {
    const rest = this.base.filter((resource) => !this.gone.has(resource));
    return [...this.finished.filter((resource) => !this.gone.has(resource)), ...rest];
  }

  save(): void {
    if (this.writes) this.file.write(this.serialize());
  }

  serialize(): PlainJson {
    const write = (resource: Resource): Json =>
      writeResource(this.withNewNames(resource), (map) => this.vault.seal(map));
    const deployment: PlainJson = {
      manifest: { time: new Date().toISOString(), magic: "", version: "" },
      secrets_providers: { type: "passphrase", state: { salt: this.vault.salt } },
      resources: this.resources().map(write),
    };
    if (this.pending.size > 0) {
      deployment.pending_operations = [...this.pending].map(([resource, type]) => ({
        resource: write(resource),
        type,
      }));
    }
    deployment.metadata = this.metadata;
    return deployment;
  }

  /** Whatever still names a resource by an alias of it gets its present URN. */
  private withNewNames(resource: Resource): Resource {
    if (this.renamed.size === 0) return resource;
    const now = (urn: string): string => this.renamed.get(urn) ?? urn;
    const propertyDependencies = Object.fromEntries(
      Object.entries(resource.propertyDependencies).map(([key, urns]) => [key, urns.map(now)]),
    );
    return {
      ...resource,
      parent: now(resource.parent),
      dependencies: resource.dependencies.map(now),
      propertyDependencies,
      deletedWith: now(resource.deletedWith),
    };
  }
}
