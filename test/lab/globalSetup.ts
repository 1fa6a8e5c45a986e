import type { TestProject } from "vitest/node";
import { openLab } from "../../lab";

declare module "vitest" {
  interface ProvidedContext {
    lab: string;
    /** The labs of the run end with this process. */
    owner: number;
  }
}

/**
 * One lab for all scenarios of a run: two directors (most scenarios use one), three real servers, a client. Two runs side by side have a
 * lab each.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const name = `test-${process.pid}`;
  const lab = openLab(name);
  const interrupted = new AbortController();
  const end = () => interrupted.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  const owner = process.pid;
  await lab.up(
    { kernel: "full", directors: 2, realServers: 3, clients: 1, farRealServers: 1, farClients: 1, owner },
    interrupted.signal,
  );
  project.provide("lab", name);
  project.provide("owner", owner);
  return async () => {
    process.off("SIGINT", end).off("SIGTERM", end);
    await lab.down();
  };
}
