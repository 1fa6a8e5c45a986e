// A cluster whose directors send packets through tunnels (IP in IP), to real servers in any network. What it is made of comes from the
// project's config; README.md lists the keys.
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

function host({ hostKey, ...machine }: Machine) {
  return { ...machine, connection: { hostKey } };
}

const cluster = new lvs.Cluster("web", {
  vips: [config.require("vip")],
  connection: { user: config.get("user"), privateKey },
  directors: config.requireObject<Machine[]>("directors").map(host),
  realServers: [
    ...config.requireObject<Machine[]>("realServers"),
    // Those of other networks.
    ...(config.getObject<Machine[]>("farRealServers") ?? []),
  ].map(host),
  forwarding: lvs.ForwardingMethod.Tunnel,
  services: [
    {
      port: config.getNumber("port") ?? 80,
      scheduler: config.get<lvs.Scheduler>("scheduler") ?? lvs.Scheduler.RoundRobin,
    },
  ],
  webServer: { kind: lvs.WebServerKind.Nginx },
  drift: config.get<lvs.Drift>("drift"),
  drain: config.getNumber("drain"),
  removePackages: config.getBoolean("removePackages"),
});

export const endpoints = cluster.endpoints;
