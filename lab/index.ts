// The lab for programs: tests, benchmarks, the demo.
import { Lab } from "./lab";

export { Lab, type LabExecOptions, type LabPlan } from "./lab";
export { LabError } from "./errors";
export type { ExecResult } from "./process";
export {
  type CentosRelease,
  centosReleases,
  defaultRelease,
  isDebian,
  type Release,
  releases,
} from "./release";
export { kinds, type Kind, type KindName } from "./kinds";
export { holdersOf, type MasterFailure, masterFailures, masterOf } from "./masters";
export { succeed } from "./succeed";
export { mendWebServer, webServerFailures } from "./webServers";
export type { HostStatus, LabStatus } from "./status";

/** The lab of that name, whether it is up or not. */
export function openLab(name = "default"): Lab {
  return new Lab(name);
}
