// One of the lab's plugins, started as the CLI starts it, and spoken to as the CLI speaks to it.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ServiceError } from "@grpc/grpc-js";

export interface StartedPlugin {
  process: ChildProcess;
  address: string;
  /** Its exit status, once it has ended. */
  ended: Promise<number | null>;
}

export async function startPlugin(file: string): Promise<StartedPlugin> {
  const source = join(__dirname, "../../../lab/pulumi/plugins", file);
  // Nobody listens at the engine's address: what is logged there is lost.
  const child = spawn(process.execPath, ["--import", "tsx", source, "127.0.0.1:1"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { process: child, address: `127.0.0.1:${line.toString().trim()}`, ended };
}

/** An answer, or the error that came instead. */
export function call<Response>(
  ask: (callback: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    ask((error, response) => (error ? reject(error) : resolve(response)));
  });
}
