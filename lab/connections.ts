// The connections of one process to the machines of a lab.
import { Connection } from "./connection";
import { LabError } from "./errors";
import { namespaceOf, type HostPlan } from "./layout";
import type { ExecOptions, ExecResult } from "./process";
import type { LabFolder } from "./state";

interface Kept {
  host: string;
  connection: Connection;
  connected: Promise<void>;
}

export class Connections {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly folder: LabFolder) {}

  async exec(
    plan: HostPlan,
    user: string,
    argv: readonly string[],
    options: ExecOptions,
  ): Promise<ExecResult> {
    const connection = await this.connection(plan, user);
    return connection.exec(argv, options);
  }

  private async connection(plan: HostPlan, user: string): Promise<Connection> {
    const id = `${user}@${plan.name}`;
    let kept = this.kept.get(id);
    if (!kept) {
      kept = this.open(plan, user);
      this.kept.set(id, kept);
    }
    try {
      await kept.connected;
      // Another process may have switched the machine off meanwhile.
      if (kept.connection.usable) return kept.connection;
    } catch (error) {
      if (this.kept.get(id) === kept) this.kept.delete(id);
      throw error;
    }
    if (this.kept.get(id) === kept) this.kept.delete(id);
    return this.connection(plan, user);
  }

  private open(plan: HostPlan, user: string): Kept {
    const hostKey = this.folder.hostRecord(plan.name)?.hostKey;
    if (!hostKey) throw new LabError(`${plan.name}: no host key of it is known`);
    const connection = new Connection({
      host: plan.name,
      address: plan.address,
      namespace: namespaceOf(this.folder.lab),
      user,
      privateKeyFile: this.folder.controlKey,
      hostKey,
    });
    return { host: plan.name, connection, connected: connection.connect(30_000) };
  }

  /** Closes the connections to one host, which is about to lose its power. */
  forget(host: string): void {
    for (const [id, kept] of this.kept) {
      if (kept.host !== host) continue;
      kept.connection.close();
      this.kept.delete(id);
    }
  }

  close(): void {
    for (const { connection } of this.kept.values()) connection.close();
    this.kept.clear();
  }
}
