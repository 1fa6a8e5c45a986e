// The output of `lab status --json`, on which everything outside this folder may rely.
import type { Kernel } from "./kernel";
import {
  namespaceOf,
  networks,
  planHost,
  vips,
  type HostPlan,
  type Network,
  type NetworkName,
} from "./layout";
import { namespaceExists } from "./network";
import { isAlive } from "./process";
import type { Release } from "./release";
import type { SelinuxMode } from "./selinux";
import type { ServiceSet } from "./services";
import { machineBoot, type HostRecord, type LabFolder } from "./state";

export interface HostStatus extends HostPlan {
  state: "up" | "down" | "booting";
  /** The machine's system: plain Debian, or a release of CentOS that it looks like. Machines only. */
  release?: Release;
  /** Machines only. */
  selinux?: SelinuxMode;
  /** Machines only. */
  services?: ServiceSet;
  /** `ssh-ed25519 AAAA…`; machines only. */
  hostKey?: string;
  /** The process id of the running machine's kernel. */
  pid?: number;
  /** The namespace in which a client's programs run. Clients only. */
  namespace?: string;
}

export interface LabStatus {
  lab: string;
  state: "up" | "down";
  directory: string;
  /** The network namespace from which all hosts can be reached. */
  namespace: string;
  networks: Readonly<Record<NetworkName, Network>>;
  /** Addresses for virtual services. */
  vip: readonly string[];
  user: string;
  privateKeyFile: string;
  /** The release of machines that are added. */
  release?: Release;
  selinux?: SelinuxMode;
  services?: ServiceSet;
  /** The kernel of the lab's machines. */
  kernel?: Kernel;
  image: string;
  hosts: HostStatus[];
}

export function describe(folder: LabFolder): LabStatus {
  const namespace = namespaceOf(folder.lab);
  const record = folder.record();
  const living = record?.machineBoot === machineBoot() && namespaceExists(namespace);
  return {
    lab: folder.lab,
    state: living ? "up" : "down",
    directory: folder.path,
    ...{ namespace, networks },
    vip: vips,
    user: "root",
    privateKeyFile: folder.privateKey,
    ...(living && {
      release: record.release,
      selinux: record.selinux,
      services: record.services,
      kernel: record.kernel,
    }),
    image: record?.disk ?? "",
    hosts: living ? folder.hosts().flatMap((host) => describeHost(folder, host)) : [],
  };
}

function describeHost(folder: LabFolder, name: string): HostStatus[] {
  const plan = planHost(name);
  const record = folder.hostRecord(name);
  if (!plan || !record) return [];
  if (plan.substrate === "namespace") {
    const namespace = namespaceOf(folder.lab, name);
    return [{ ...plan, state: namespaceExists(namespace) ? "up" : "down", namespace }];
  }
  const pid = record.process && isAlive(record.process) ? record.process.pid : undefined;
  return [
    {
      ...plan,
      state: stateOf(record, pid),
      release: folder.imageOf(name)?.release,
      selinux: folder.selinuxOf(name),
      services: folder.servicesOf(name),
      hostKey: record.hostKey,
      ...(pid !== undefined && { pid }),
    },
  ];
}

function stateOf(record: HostRecord, pid: number | undefined): HostStatus["state"] {
  if (pid === undefined) return "down";
  return record.ready ? "up" : "booting";
}
