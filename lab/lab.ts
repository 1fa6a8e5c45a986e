import { rmSync } from "node:fs";
import { checkMachineOptions, resolveMachineOptions } from "./machineOptions";
import { Connections } from "./connections";
import { LabError, messageOf, notUp } from "./errors";
import { provideImage } from "./image";
import type { KernelWish } from "./kernel";
import * as layout from "./layout";
import type { Counts, HostPlan } from "./layout";
import { withLock, withLocks } from "./lock";
import { countLogins, type SshConnections } from "./logins";
import { discardDisks, writeIdentity } from "./machine";
import { bootPatience, Machines } from "./machines";
import * as net from "./network";
import { execLocal, identify, killGroup, run, type ExecOptions, type ExecResult } from "./process";
import { type Release } from "./release";
import type { SelinuxMode } from "./selinux";
import type { ServiceSet } from "./services";
import { abandonedLabs, LabFolder, machineBoot, type LabRecord } from "./state";
import { describe, type LabStatus } from "./status";

export interface LabExecOptions extends ExecOptions {
  /** The user that runs it on a machine: root, pulumi (sudo without a password) or nosudo. @default "root" */
  user?: string;
}

/** The hosts, and the properties of the machines. */
export interface LabPlan extends Partial<Counts> {
  /** A release of CentOS, or plain Debian. A lab keeps the one that it was made with. @default 9 */
  release?: Release;
  /** The kernel of the machines. A lab keeps the one that it was made with. @default "any": the full one if it has been built */
  kernel?: KernelWish;
  /** The mode of SELinux. A lab keeps the mode that it was made with. @default "off" */
  selinux?: SelinuxMode;
  /** The services that start at boot. A lab keeps those that it was made with. @default "few" */
  services?: ServiceSet;
  /** The process that takes the new lab down when it ends. If it is killed, the next `up` of any lab does that. */
  owner?: number;
}

/** A lab: hosts on a network of their own. Made by `openLab`; exists from `up` to `down`. */
export class Lab {
  private readonly folder: LabFolder;
  private readonly connections: Connections;
  private readonly machines: Machines;

  constructor(readonly name: string) {
    if (!layout.isLabName(name)) {
      throw new LabError(`lab name "${name}": small letters, digits and hyphens are possible, 31 at most`);
    }
    this.folder = new LabFolder(name);
    this.connections = new Connections(this.folder);
    this.machines = new Machines(this.folder, this.connections);
  }

  status(): LabStatus {
    return describe(this.folder);
  }

  /** Starts those of the planned hosts that are missing. Existing hosts are left alone. */
  async up(plan: LabPlan = {}, signal?: AbortSignal): Promise<LabStatus> {
    const {
      release: _release,
      kernel: _kernel,
      selinux: _selinux,
      services: _services,
      owner: _owner,
      ...counts
    } = plan;
    // This ends every wait for a machine's answer.
    signal?.addEventListener("abort", () => this.connections.close());
    // A lab that cannot be taken down now is left for the next time.
    for (const lab of abandonedLabs()) {
      signal?.throwIfAborted();
      await new Lab(lab).downIfAbandoned().catch(() => undefined);
    }
    const owner = plan.owner === undefined ? undefined : identify(plan.owner);
    const { release, kernel, selinux, services } = resolveMachineOptions(this.status(), plan);
    const image = await provideImage(release, kernel, signal).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
    return withLock(this.name, 5 * 60_000, async () => {
      const record = await this.livingRecord();
      if (record && owner) this.folder.writeRecord({ ...record, owner });
      // Another process may have made this lab meanwhile.
      resolveMachineOptions(this.status(), plan);
      const added: string[] = [];
      try {
        if (!record)
          await this.create({
            lab: this.name,
            machineBoot: machineBoot(),
            selinux,
            services,
            owner,
            ...image,
          });
        const wanted = layout.planHosts({
          ...(record ? layout.countsOf(this.folder.hosts()) : layout.defaultCounts),
          ...counts,
        });
        await this.addHosts(wanted, added, signal);
      } catch (error) {
        if (!record) await this.removeEverything();
        else for (const host of added) await this.removeHost(host);
        // Errors that an interruption has caused need no explanation.
        signal?.throwIfAborted();
        throw error;
      }
      return this.status();
    });
  }

  /** (This is decided under the lock: another process may have made a lab of that name meanwhile.) */
  private async downIfAbandoned(): Promise<void> {
    await withLock(this.name, 10_000, async () => {
      if (abandonedLabs().includes(this.name)) await this.removeEverything();
    });
  }

  /** Ends and deletes the whole lab; does nothing if there is no such lab. */
  async down(): Promise<void> {
    this.close();
    await withLock(this.name, 5 * 60_000, () => this.removeEverything());
  }

  /** Runs a program on a host to its end, whatever its exit status. */
  async exec(host: string, argv: readonly string[], options: LabExecOptions = {}): Promise<ExecResult> {
    const plan = this.present(host);
    if (plan.substrate === "namespace") {
      return execLocal(net.inside(layout.namespaceOf(this.name, host), ...argv), options);
    }
    return this.connections.exec(plan, options.user ?? "root", argv, options);
  }

  /** Switches the power off: data that is not yet on the disk is lost. */
  async crash(host: string): Promise<void> {
    await this.onMachine(host, () => this.machines.switchOff(host));
  }

  /** Switches the power on again, with the same disk. */
  async boot(host: string): Promise<void> {
    await this.onMachine(host, async (plan) => {
      if (!this.machines.isReady(host)) await this.machines.switchOn(plan);
    });
  }

  /**
   * Replaces a machine by another one with the same name, address and host key, and a clean disk. The given options are different from now
   * on.
   */
  async reset(
    host: string,
    { release, selinux, services }: Pick<LabPlan, "release" | "selinux" | "services"> = {},
  ): Promise<void> {
    this.presentMachine(host);
    const { kernel, release: present } = this.folder.imageOf(host)!;
    checkMachineOptions({
      release: release ?? present,
      kernel: kernel.name,
      selinux: selinux ?? this.folder.selinuxOf(host),
      services: services ?? this.folder.servicesOf(host),
    });
    const image = release && { ...(await provideImage(release, kernel.name)), kernel };
    await this.onMachine(host, async (plan) => {
      await this.machines.switchOff(host);
      discardDisks(this.folder, host);
      const record = this.folder.hostRecord(host)!;
      this.folder.writeHostRecord({
        ...record,
        ...(image && { image }),
        ...(selinux && { selinux }),
        ...(services && { services }),
      });
      await this.machines.switchOn(plan);
    });
  }

  /** Stops the machine as if it hung: its connections stay open and it answers nothing. */
  suspend(host: string): void {
    this.present(host);
    this.machines.signal(host, "SIGSTOP");
  }

  resume(host: string): void {
    this.present(host);
    this.machines.signal(host, "SIGCONT");
  }

  /** Call it after a command that restarts a machine from inside: waits until it is up again. */
  async waitFor(host: string): Promise<void> {
    await this.onMachine(host, (plan) => this.machines.waitUntilUp(plan));
  }

  sshConnections(host: string): Promise<SshConnections> {
    return countLogins((argv) => this.exec(host, argv), this.folder.controlKey);
  }

  /** Closes this process's connections to the hosts; the lab stays as it is. */
  close(): void {
    this.connections.close();
  }

  /** The lab's record, if the lab is running. Leftovers of a lab that is not (its machine was restarted) are removed. */
  private async livingRecord(): Promise<LabRecord | undefined> {
    const record = this.folder.record();
    if (record?.machineBoot === machineBoot() && net.namespaceExists(layout.namespaceOf(this.name)))
      return record;
    await this.removeEverything();
    return undefined;
  }

  private async create(record: LabRecord): Promise<void> {
    this.folder.create();
    for (const key of [this.folder.privateKey, this.folder.controlKey]) {
      await run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", `lab ${this.name}`, "-f", key);
    }
    await net.createNetwork(this.name);
    this.folder.writeRecord(record);
  }

  private async addHosts(wanted: HostPlan[], added: string[], signal?: AbortSignal): Promise<void> {
    for (const plan of wanted) {
      signal?.throwIfAborted();
      if (this.folder.hostRecord(plan.name)) continue;
      added.push(plan.name);
      if (plan.substrate === "namespace") {
        await net.createClient(this.name, plan);
        this.folder.writeHostRecord({ name: plan.name, ready: true });
      } else {
        await net.attachMachine(this.name, plan);
        const hostKey = await writeIdentity(this.folder, plan);
        this.folder.writeHostRecord({ name: plan.name, ready: false, hostKey });
      }
    }
    this.folder.writeKnownHosts();
    const machines = wanted.filter((plan) => plan.substrate === "uml" && !this.machines.isReady(plan.name));
    const boots = machines.map((plan) =>
      withLock(`${this.name}/${plan.name}`, bootPatience, () => this.machines.switchOn(plan, signal)),
    );
    // All boots end before anything is removed, so that no boot finds its folder missing.
    const outcomes = await Promise.allSettled(boots);
    const failures = outcomes.filter((outcome) => outcome.status === "rejected");
    if (failures.length > 0) {
      throw new LabError(failures.map((failure) => messageOf(failure.reason)).join("\n"));
    }
  }

  private async removeHost(host: string): Promise<void> {
    const plan = layout.planHost(host)!;
    if (plan.substrate === "namespace") await net.removeNamespace(layout.namespaceOf(this.name, host));
    else {
      await this.machines.switchOff(host);
      await net.detachMachine(this.name, plan);
    }
    rmSync(this.folder.hostPath(host), { recursive: true, force: true });
    this.folder.writeKnownHosts();
  }

  private async removeEverything(): Promise<void> {
    const hosts = this.folder.hosts();
    // A process that waits for one of them to answer notices that it has ended, and releases its lock.
    await this.killMachines(hosts);
    const locks = hosts.map((host) => `${this.name}/${host}`);
    await withLocks(locks, bootPatience, async () => {
      await this.killMachines(hosts);
      // Machines that were started but not yet recorded run in these namespaces, too.
      for (const namespace of await net.namespacesOf(this.name)) await net.removeNamespace(namespace);
      this.folder.remove();
    });
  }

  private async killMachines(hosts: readonly string[]): Promise<void> {
    if (this.folder.record()?.machineBoot !== machineBoot()) return;
    for (const host of hosts) {
      const process = this.folder.hostRecord(host)?.process;
      if (process) await killGroup(process);
    }
  }

  private present(host: string): HostPlan {
    const plan = layout.planHost(host);
    if (plan && this.folder.hostRecord(host)) return plan;
    const hosts = this.folder.hosts();
    if (hosts.length === 0) throw new LabError(notUp(this.name));
    throw new LabError(`lab ${this.name} has no host ${host}; it has ${hosts.join(" ")}`);
  }

  private presentMachine(host: string): HostPlan {
    const plan = this.present(host);
    if (plan.substrate !== "uml")
      throw new LabError(`${host} is a network namespace of this machine: it has no power to cut`);
    return plan;
  }

  private async onMachine(host: string, work: (plan: HostPlan) => Promise<void>): Promise<void> {
    this.presentMachine(host);
    // The previous holder of the lock may have taken the lab down.
    await withLock(`${this.name}/${host}`, bootPatience, () => work(this.presentMachine(host)));
  }
}
