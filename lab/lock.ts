// A lock between processes, which needs no file and ends with its holder: the name of an abstract socket.
import { createServer, type Server } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { LabError } from "./errors";

function tryToBind(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen(`\0pulumi-lvs-lab/${name}`, () => resolve(server));
  });
}

/** Runs `work` while no other process runs anything under the same name. */
export async function withLock<T>(name: string, patience: number, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + patience;
  let server = await tryToBind(name);
  while (!server) {
    if (Date.now() > deadline) {
      throw new LabError(
        `${name} is being worked on by another process for over ${patience / 1000} s; try again when it has ended`,
      );
    }
    await delay(100);
    server = await tryToBind(name);
  }
  try {
    return await work();
  } finally {
    server.close();
  }
}

/** The same under several names. */
export function withLocks<T>(names: readonly string[], patience: number, work: () => Promise<T>): Promise<T> {
  const [name, ...others] = names;
  if (name === undefined) return work();
  return withLock(name, patience, () => withLocks(others, patience, work));
}
