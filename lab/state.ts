// The records of a lab for the next command: one folder for each lab, and in it one for each host.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Image } from "./image";
import { planHost } from "./layout";
import { isAlive, type ProcessIdentity } from "./process";
import type { SelinuxMode } from "./selinux";
import type { ServiceSet } from "./services";

export const stateRoot = process.env.PULUMI_LVS_LAB_STATE ?? "/run/pulumi-lvs-lab";

/** What all hosts of a lab share. */
export interface LabRecord extends Image {
  lab: string;
  /** The machine's boot in which the lab runs: after another boot, only its files remain. */
  machineBoot: string;
  selinux: SelinuxMode;
  services: ServiceSet;
  /** The process that takes the lab down when it ends, if it is not killed. */
  owner?: ProcessIdentity;
}

/** A host's own record. Only the holder of the host's lock writes it. */
export interface HostRecord {
  name: string;
  process?: ProcessIdentity;
  /** Whether the running host has answered with its own key since it was started. */
  ready: boolean;
  hostKey?: string;
  /** The image of a machine that has another release than the lab. */
  image?: Image;
  /** The mode of a machine that has another mode than the lab. */
  selinux?: SelinuxMode;
  /** The services of a machine that has others than the lab. */
  services?: ServiceSet;
}

export function machineBoot(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

function read<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return undefined;
  }
}

/** Readers see the old or the new file, never a part of one. */
function write(file: string, content: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export class LabFolder {
  readonly path: string;
  /** The key that programs under test use. */
  readonly privateKey: string;
  /** The lab's own key: a host's log shows by it which logins were the lab's. */
  readonly controlKey: string;
  readonly knownHosts: string;

  constructor(readonly lab: string) {
    this.path = join(stateRoot, lab);
    this.privateKey = join(this.path, "id_ed25519");
    this.controlKey = join(this.path, "control_ed25519");
    this.knownHosts = join(this.path, "known_hosts");
  }

  exists(): boolean {
    return existsSync(this.path);
  }

  create(): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
    try {
      rmdirSync(stateRoot);
    } catch {
      // Another lab exists.
    }
  }

  record(): LabRecord | undefined {
    return read(join(this.path, "lab.json"));
  }

  writeRecord(record: LabRecord): void {
    write(join(this.path, "lab.json"), record);
  }

  hostPath(host: string): string {
    return join(this.path, "hosts", host);
  }

  hosts(): string[] {
    try {
      return readdirSync(join(this.path, "hosts")).sort();
    } catch {
      return [];
    }
  }

  hostRecord(host: string): HostRecord | undefined {
    return read(join(this.hostPath(host), "host.json"));
  }

  /** The machine's kernel and disk. */
  imageOf(host: string): Image | undefined {
    return this.hostRecord(host)?.image ?? this.record();
  }

  selinuxOf(host: string): SelinuxMode {
    return this.hostRecord(host)?.selinux ?? this.record()?.selinux ?? "off";
  }

  servicesOf(host: string): ServiceSet {
    return this.hostRecord(host)?.services ?? this.record()?.services ?? "few";
  }

  /** For ssh programs: the keys of the machines at their addresses. */
  writeKnownHosts(): void {
    const lines = this.hosts().flatMap((host) => {
      const key = this.hostRecord(host)?.hostKey;
      return key === undefined ? [] : [`${planHost(host)!.address} ${key}\n`];
    });
    writeFileSync(this.knownHosts, lines.join(""));
  }

  writeHostRecord(record: HostRecord): void {
    mkdirSync(this.hostPath(record.name), { recursive: true });
    write(join(this.hostPath(record.name), "host.json"), record);
  }
}

/** Labs whose owner has ended without taking them down. */
export function abandonedLabs(): string[] {
  const labs = existsSync(stateRoot) ? readdirSync(stateRoot) : [];
  return labs.filter((lab) => {
    const owner = new LabFolder(lab).record()?.owner;
    return owner !== undefined && !isAlive(owner);
  });
}
