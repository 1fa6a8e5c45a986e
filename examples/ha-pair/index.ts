// Two directors of which one is master, and real servers behind them. What it is made of comes from the project's config;
// README.md lists the keys.
import * as lvs from "@pulumi-lvs/lvs";
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";

/** A host as it stands in the config. */
interface Machine {
  name: string;
  address: string;
  hostKey: string;
  interface?: string;
  weight?: number;
}

const config = new pulumi.Config();
const privateKey = pulumi.secret(readFileSync(config.require("keyFile"), "utf8"));
const vip = config.require("vip");
const removePackages = config.getBoolean("removePackages");

/** How to log in to each of them. */
const connection = { privateKey };

function host({ name, address, interface: device, hostKey }: Machine): lvs.HostArgs {
  return { name, address, interface: device, connection: { hostKey } };
}

const machines = config.requireObject<Machine[]>("realServers");
const realServers = machines.map(
  (machine) =>
    new lvs.RealServer(machine.name, {
      host: host(machine),
      connection,
      vips: [vip],
      webServer: { kind: "nginx" },
      removePackages,
    }),
);

const pair = new lvs.KeepalivedPair(
  "lb",
  {
    directors: config.requireObject<Machine[]>("directors").map(host),
    connection,
    vips: [vip],
    advertInterval: config.getNumber("advertInterval"),
    services: [
      {
        vip,
        port: 80,
        scheduler: config.get<lvs.Scheduler>("scheduler") ?? lvs.Scheduler.RoundRobin,
        realServers: machines.map(({ address, weight }) => ({ address, weight })),
        healthCheck: { http: { path: "/" }, interval: 2, retries: 1, retryDelay: 1 },
      },
    ],
    removePackages,
    drift: config.get<lvs.Drift>("drift"),
  },
  // The master sends clients to no real server before it is ready.
  { dependsOn: realServers },
);

export const vips = pair.vips;
