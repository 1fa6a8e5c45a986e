import type * as lvs from "@pulumi-lvs/lvs";
import { join } from "node:path";
import { repository, Stack } from "./stack";

export const realServers = ["198.18.0.21", "198.18.0.22", "198.18.0.23"];

/** A service as the lab's tests mostly want it: all three real servers alike, in turn. */
export function service(vip: string, port: number, rest: Partial<lvs.ServiceArgs> = {}): lvs.ServiceArgs {
  return { vip, port, scheduler: "rr", realServers: realServers.map((address) => ({ address })), ...rest };
}

/** What test/lab/programs/services declares. */
export interface Declared {
  vips?: string[];
  webServers?: Record<string, lvs.WebServerArgs>;
  director?: Omit<lvs.DirectorArgs, "host">;
  virtualServices?: Record<string, lvs.ServiceArgs>;
  common?: Pick<lvs.DirectorArgs, "drain" | "removePackages" | "drift">;
}

/** A stack of that program, with a name of its own where there are several. */
export class Services extends Stack {
  constructor(declared: Declared, name = "dev") {
    super(join(repository, "test/lab/programs/services"), {}, name);
    this.declare(declared);
  }

  /** From the next operation on, with what was said before where nothing else is said now. */
  declare(declared: Declared): void {
    for (const [key, value] of Object.entries(declared)) this.config[key] = JSON.stringify(value);
  }
}
