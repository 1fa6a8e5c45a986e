// A lab's machines: they are switched on, and waited for until they answer; they are switched off at once.
import { setTimeout as delay } from "node:timers/promises";
import type { Connections } from "./connections";
import { LabError, messageOf } from "./errors";
import type { HostPlan } from "./layout";
import * as machine from "./machine";
import { isAlive, killGroup, signalGroup } from "./process";
import type { LabFolder } from "./state";

/** The longest time, in milliseconds, that a machine may take until its sshd answers. */
export const bootPatience = 120_000;

/** Shell text: firewalld, if it runs, has set its rules. systemd reports it as started before that. */
const firewallIsReady =
  "if systemctl -q is-active firewalld; then until firewall-cmd -q --state; do sleep 0.2; done; fi";

export class Machines {
  constructor(
    private readonly folder: LabFolder,
    private readonly connections: Connections,
  ) {}

  private isRunning(host: string): boolean {
    const process = this.folder.hostRecord(host)?.process;
    return process !== undefined && isAlive(process);
  }

  isReady(host: string): boolean {
    return this.isRunning(host) && this.folder.hostRecord(host)!.ready;
  }

  signal(host: string, signal: NodeJS.Signals): void {
    const process = this.folder.hostRecord(host)?.process;
    if (!process || !signalGroup(process, signal))
      throw new LabError(`${host} is not running: npm run lab -- boot ${host}`);
  }

  async switchOff(host: string): Promise<void> {
    this.connections.forget(host);
    const record = this.folder.hostRecord(host);
    if (!record?.process) return;
    await killGroup(record.process);
    this.folder.writeHostRecord({ ...record, process: undefined, ready: false });
  }

  async switchOn(plan: HostPlan, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    // The machine runs and has not answered yet: the command that started it was killed.
    if (this.isRunning(plan.name)) return this.waitUntilUp(plan, signal);
    const image = this.folder.imageOf(plan.name);
    if (!image) throw new LabError(`lab ${this.folder.lab} was taken down meanwhile`);
    const modes = {
      selinux: this.folder.selinuxOf(plan.name),
      services: this.folder.servicesOf(plan.name),
    };
    const process = machine.startMachine(this.folder, image, modes, plan);
    this.folder.writeHostRecord({ ...this.folder.hostRecord(plan.name)!, process, ready: false });
    await this.waitUntilUp(plan, signal);
  }

  /** Waits until sshd answers with the promised key and systemd has started all its units. */
  async waitUntilUp(plan: HostPlan, signal?: AbortSignal): Promise<void> {
    const deadline = Date.now() + bootPatience;
    for (;;) {
      signal?.throwIfAborted();
      if (!this.isRunning(plan.name)) throw this.bootFailure(plan, "its kernel has ended");
      try {
        await this.connections.exec(plan, "root", ["systemctl", "is-system-running", "--wait"], {
          timeout: 60_000,
        });
        if (this.folder.servicesOf(plan.name) === "default")
          await this.connections.exec(plan, "root", ["bash", "-c", firewallIsReady], { timeout: 60_000 });
        const record = this.folder.hostRecord(plan.name);
        if (record) this.folder.writeHostRecord({ ...record, ready: true });
        return;
      } catch (error) {
        if (Date.now() > deadline) throw this.bootFailure(plan, messageOf(error));
        await delay(250);
      }
    }
  }

  private bootFailure(plan: HostPlan, reason: string): LabError {
    const tail = machine.consoleTail(this.folder, plan.name).replaceAll(/^/gm, "  | ");
    return new LabError(`${plan.name} did not start: ${reason}. The end of its console:\n${tail}`);
  }
}
