// A cluster whose directors change the packets' addresses and ports (NAT). What it is made of comes from the project's config; README.md
// lists the keys.
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

function host({ hostKey, ...machine }: Machine) {
  return { ...machine, connection: { hostKey } };
}

const cluster = new lvs.Cluster("web", {
  vips: [vip],
  connection: { user: config.get("user"), privateKey },
  directors: config.requireObject<Machine[]>("directors").map(host),
  realServers: config.requireObject<Machine[]>("realServers").map(host),
  forwarding: lvs.ForwardingMethod.Nat,
  // Where the VIP is in the real servers' own network, it can be their gateway as well.
  gateway: config.get("gateway") ?? vip,
  localClients: config.getBoolean("localClients") ?? true,
  services: [
    {
      port: config.getNumber("port") ?? 8080,
      // The port of nginx.
      realServerPort: 80,
      scheduler: config.get<lvs.Scheduler>("scheduler") ?? lvs.Scheduler.RoundRobin,
    },
  ],
  webServer: { kind: lvs.WebServerKind.Nginx },
  drift: config.get<lvs.Drift>("drift"),
  drain: config.getNumber("drain"),
  removePackages: config.getBoolean("removePackages"),
});

export const endpoints = cluster.endpoints;
