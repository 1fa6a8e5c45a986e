// A lab's machines, as programs on it read them from the config that config.ts makes.
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";

interface Machine {
  name: string;
  address: string;
  hostKey: string;
  interface?: string;
}

/** The machines of one role: `directors` or `realServers`. */
export function machines(config: pulumi.Config, role: string) {
  const privateKey = pulumi.secret(readFileSync(config.require("keyFile"), "utf8"));
  return config
    .requireObject<Machine[]>(role)
    .map(({ hostKey, ...machine }) => ({ ...machine, connection: { privateKey, hostKey } }));
}
