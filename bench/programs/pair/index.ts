// Services without checks: who is master is all that is measured.
import * as lvs from "@pulumi-lvs/lvs";
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";

interface Machine {
  name: string;
  address: string;
  hostKey: string;
  interface?: string;
}

const config = new pulumi.Config();
const privateKey = pulumi.secret(readFileSync(config.require("keyFile"), "utf8"));
const vip = config.require("vip");
const machines = (key: string) =>
  config
    .requireObject<Machine[]>(key)
    .map(({ hostKey, ...machine }) => ({ ...machine, connection: { privateKey, hostKey } }));

const behind = machines("realServers");
const realServers = behind.map(
  (host) => new lvs.RealServer(host.name, { host, vips: [vip], webServer: { kind: "nginx" } }),
);
new lvs.KeepalivedPair(
  "lb",
  {
    directors: machines("directors"),
    vip,
    advertInterval: config.requireNumber("advertInterval"),
    services: [
      {
        vip,
        port: 80,
        scheduler: "rr",
        realServers: behind.map(({ address }) => ({ address })),
        healthCheck: { none: true },
      },
    ],
  },
  { dependsOn: realServers },
);
