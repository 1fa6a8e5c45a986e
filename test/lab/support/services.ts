import type * as lvs from "@pulumi-lvs/lvs";
import { join } from "node:path";
import { repository, Stack } from "./stack";

export const realServers = ["198.18.0.21", "198.18.0.22", "198.18.0.23"];

/** A service with all three real servers, equal and in turn. */
export function service(vip: string, port: number, rest: Partial<lvs.ServiceArgs> = {}): lvs.ServiceArgs {
  return { vip, port, scheduler: "rr", realServers: realServers.map((address) => ({ address })), ...rest };
}

/** The arguments of test/lab/programs/services. */
export interface Declared {
  vips?: string[];
  webServers?: Record<string, lvs.WebServerArgs>;
  director?: Omit<lvs.DirectorArgs, "host">;
  virtualServices?: Record<string, lvs.ServiceArgs>;
  common?: Pick<lvs.DirectorArgs, "drain" | "removePackages" | "drift">;
}

/** A stack of that program. Several stacks at a time need different names. */
export class Services extends Stack {
  constructor(declared: Declared, name = "dev") {
    super(join(repository, "test/lab/programs/services"), {}, name);
    this.declare(declared);
  }

  /** Changes the config for the next operations. Values that are left out stay as they were. */
  declare(declared: Declared): void {
    for (const [key, value] of Object.entries(declared)) this.config[key] = JSON.stringify(value);
  }
}
