// One of the lab's plugins, bundled and started as for the CLI, and spoken to as the CLI speaks to it.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceError } from "@grpc/grpc-js";

export interface StartedPlugin {
  process: ChildProcess;
  address: string;
  /** Its exit status, once it has ended. */
  ended: Promise<number | null>;
}

/** `name` is the plugin's folder, as the CLI looks for it: `resource-command-v2.0.0`. */
export async function startPlugin(name: string): Promise<StartedPlugin> {
  const home = mkdtempSync(join(tmpdir(), "lvs-plugins-"));
  execFileSync("bash", [join(__dirname, "../../../lab/pulumi/plugins.sh"), "1.0.0", "2.0.0", home]);
  const file = `pulumi-${name.replace(/-v[0-9.]+$/, "")}`;
  // Nobody listens at the engine's address: logs are lost.
  const child = spawn(join(home, "plugins", name, file), ["127.0.0.1:1"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit").then(([code]) => {
    rmSync(home, { recursive: true });
    return code as number | null;
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { process: child, address: `127.0.0.1:${line.toString().trim()}`, ended };
}

/** The answer, or the error in its place. */
export function call<Response>(
  ask: (callback: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    ask((error, response) => (error ? reject(error) : resolve(response)));
  });
}
