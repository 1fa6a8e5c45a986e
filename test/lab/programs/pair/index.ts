// A pair with one service, and another service by itself on the same pair where a scenario asks for it.
import * as lvs from "@pulumi-lvs/lvs";
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";

interface Machine {
  name: string;
  address: string;
  hostKey: string;
  interface: string;
}

const config = new pulumi.Config();
const privateKey = pulumi.secret(readFileSync(config.require("keyFile"), "utf8"));
const machines = (key: string): lvs.HostArgs[] =>
  config
    .requireObject<Machine[]>(key)
    .map(({ hostKey, ...machine }) => ({ ...machine, connection: { privateKey, hostKey } }));

const vip = config.require("vip");
const weight = config.getNumber("weight");
const beside = config.getNumber("beside") ?? 0;
const hosts = machines("realServers");
const realServers = hosts.map(
  (host) => new lvs.RealServer(host.name ?? "", { host, vips: [vip], webServer: { kind: "nginx" } }),
);

const pair = new lvs.KeepalivedPair(
  "lb",
  {
    directors: machines("directors"),
    vip,
    services: [
      {
        vip,
        port: 80,
        scheduler: "rr",
        realServers: hosts.map(({ address }) => ({ address, weight })),
        healthCheck: { http: { path: "/" }, interval: 1, retries: 1, retryDelay: 1 },
      },
    ],
    verbatim: config.get("verbatim"),
    drain: 5,
  },
  { dependsOn: realServers },
);

if (beside > 0) {
  new lvs.VirtualService("beside", {
    directors: pair.directors,
    vip,
    port: beside,
    scheduler: "rr",
    realServers: [{ address: hosts[0]!.address }],
    healthCheck: { none: true },
    drain: 5,
  });
}
