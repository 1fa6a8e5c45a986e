// A pair with one service, and, if a scenario sets it, a VirtualService on the same pair.
import * as lvs from "@pulumi-lvs/lvs";
import * as pulumi from "@pulumi/pulumi";
import { machines } from "../../../../lab/configured";

const config = new pulumi.Config();

const vip = config.require("vip");
const given = config.getObject<Partial<lvs.KeepalivedPairArgs>>("pair");
const weight = config.getNumber("weight");
const beside = config.getNumber("beside") ?? 0;
const hosts = machines(config, "realServers");
const realServers = hosts.map(
  (host) =>
    new lvs.RealServer(host.name, {
      host,
      vips: config.getObject<string[]>("vips") ?? [vip],
      webServer: { kind: "nginx" },
    }),
);

const pair = new lvs.KeepalivedPair(
  "lb",
  {
    directors: machines(config, "directors"),
    vips: given?.instances === undefined ? [vip] : undefined,
    services: [
      {
        vip,
        port: 80,
        scheduler: "rr",
        realServers: hosts.map(({ address }) => ({ address, weight })),
        healthCheck: { http: { path: "/" }, interval: 1, retries: 1, retryDelay: 1, timeout: 1 },
        ...config.getObject<Partial<lvs.PairServiceArgs>>("service"),
      },
    ],
    password: config.getSecret("password"),
    drain: 5,
    ...given,
  },
  { dependsOn: realServers },
);

if (beside > 0) {
  new lvs.VirtualService("beside", {
    pair: pair.ref,
    directors: machines(config, "directors"),
    vip,
    port: beside,
    scheduler: "rr",
    realServers: [{ address: hosts[0]!.address }],
    healthCheck: { none: true },
    drain: 5,
  });
}
