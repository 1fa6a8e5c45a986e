import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";

/** Gives each test a folder of its own, which is filled before the test and removed after it. */
export function eachFolder(fill: (folder: string) => void): void {
  let folder = "";
  beforeEach(() => fill((folder = mkdtempSync(join(tmpdir(), "lvs-host-")))));
  afterEach(() => rmSync(folder, { recursive: true }));
}
