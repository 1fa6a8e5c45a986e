import type { LabPlan } from "../../lab";

/** The lab of each release: the same hosts and kernel as the lab of test/lab/globalSetup.ts. */
export const plan = { kernel: "full", directors: 2, realServers: 3, clients: 1 } satisfies LabPlan;
