import type * as lvs from "@pulumi-lvs/lvs";
import { expect } from "vitest";
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

  /** The one sentence that says why d1 is not given what the Director wants. Fails if the operation succeeds, or says more of d1. */
  async refusal(operation: "preview" | "up"): Promise<string> {
    const { code, stdout, stderr } = await this.try(operation);
    expect(code).not.toBe(0);
    const lines = `${stdout}${stderr}`.split("\n").map((line) => line.trim());
    const at = lines.indexOf(
      `error: d1 (198.18.0.11) cannot be given what services/${this.name}/Director/d1 wants:`,
    );
    expect(at, lines.join("\n")).toBeGreaterThanOrEqual(0);
    expect(lines[at + 2]).toBe("");
    return lines[at + 1]!;
  }
}
