import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Step } from "../steps";
import { prepare, walk } from "../walk";
import { FakeHost } from "./host";

/** A walk on a host in a folder of its own. */
export async function walkInFolder(path: Step[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lvs-walk-"));
  try {
    const host = new FakeHost(folder);
    await prepare(host);
    expect(await host.differences()).toEqual([]);
    await walk(host, path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
