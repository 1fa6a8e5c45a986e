import { randomUUID } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, userInfo } from "node:os";
import { dirname, join } from "node:path";
import type { Json } from "../wire/values.js";

/** One stack in a directory laid out as the CLI's file backend does it. */
export class StackFile {
  readonly path: string;
  private readonly locks: string;
  private lock: string | undefined;

  constructor(
    private readonly directory: string,
    private readonly project: string,
    private readonly stack: string,
  ) {
    this.path = join(directory, ".pulumi", "stacks", project, `${stack}.json`);
    this.locks = join(directory, ".pulumi", "locks", "organization", project, stack);
  }

  read(): { [key: string]: Json } | undefined {
    if (!existsSync(this.path)) return undefined;
    const file = JSON.parse(readFileSync(this.path, "utf8")) as {
      version?: number;
      checkpoint?: { latest?: { [key: string]: Json } };
    };
    if (file.version !== 3) {
      throw new Error(
        `${this.path} is of version ${String(file.version)}: the lab's engine reads version 3 only`,
      );
    }
    return file.checkpoint?.latest;
  }

  write(latest: Json): void {
    mkdirSync(dirname(this.path), { recursive: true });
    const meta = join(this.directory, ".pulumi", "meta.yaml");
    // Without this file the CLI takes the directory for one from before there were projects in it.
    if (!existsSync(meta)) writeFileSync(meta, "version: 1\n");
    const checkpoint = { stack: `organization/${this.project}/${this.stack}`, latest };
    const next = `${this.path}.${process.pid}.new`;
    writeFileSync(next, `${JSON.stringify({ version: 3, checkpoint }, null, 4)}\n`, { mode: 0o600 });
    if (existsSync(this.path)) copyFileSync(this.path, `${this.path}.bak`);
    renameSync(next, this.path);
  }

  /** Takes the stack's lock. Locks of processes that are no more are removed with a warning. */
  acquire(warn: (message: string) => void): void {
    mkdirSync(this.locks, { recursive: true });
    const mine = join(this.locks, `${randomUUID()}.json`);
    const owner = {
      pid: process.pid,
      username: userInfo().username,
      hostname: hostname(),
      timestamp: new Date(),
    };
    writeFileSync(mine, JSON.stringify(owner));
    this.lock = mine;
    for (const name of readdirSync(this.locks)) {
      const path = join(this.locks, name);
      if (path === mine) continue;
      const other = JSON.parse(readFileSync(path, "utf8")) as {
        pid: number;
        username: string;
        hostname: string;
      };
      if (other.hostname === hostname() && !isAlive(other.pid)) {
        warn(
          `an earlier run (pid ${other.pid}) ended without giving its lock back; going on from what it saved`,
        );
        rmSync(path, { force: true });
        continue;
      }
      this.release();
      throw new Error(
        `the stack ${this.stack} is locked by ${other.username}@${other.hostname} (pid ${other.pid}): ` +
          `wait for that run to end, or remove ${path}`,
      );
    }
  }

  release(): void {
    if (this.lock) rmSync(this.lock, { force: true });
    this.lock = undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
