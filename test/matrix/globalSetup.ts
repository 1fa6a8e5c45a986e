import type { TestProject } from "vitest/node";
import { openLab } from "../../lab";

/** The lab of a run, by name: the scenarios bring it up themselves, once for each release. */
export default function setup(project: TestProject): () => Promise<void> {
  const name = `test-${process.pid}`;
  project.provide("lab", name);
  project.provide("owner", process.pid);
  return () => openLab(name).down();
}
