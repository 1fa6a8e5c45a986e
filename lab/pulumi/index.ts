// Pulumi on a lab, for programs: tests, benchmarks, the demo.
export { Project, type ProjectPlace } from "./project";
export { providePulumi, type ProvidedPulumi } from "./provided";
export type { PulumiEnd, RunningPulumi } from "./running";
