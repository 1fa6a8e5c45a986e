// The lab for programs: tests, benchmarks, the demo.
import { Lab } from "./lab";

export { Lab, type LabExecOptions, type LabPlan } from "./lab";
export type { SshConnections } from "./logins";
export { LabError } from "./errors";
export type { ExecResult } from "./process";
export type { Counts, HostKind, HostPlan, Role } from "./layout";
export type { KernelName, KernelWish } from "./kernel";
export { defaultRelease, releases, type Release } from "./release";
export { holdersOf, type MasterFailure, masterFailures, masterOf } from "./masters";
export type { SelinuxMode } from "./selinux";
export { succeed } from "./succeed";
export { mendWebServer, webServerFailures } from "./webServers";
export type { HostStatus, LabStatus } from "./status";

/** The lab of that name, whether it is up or not. */
export function openLab(name = "default"): Lab {
  return new Lab(name);
}
