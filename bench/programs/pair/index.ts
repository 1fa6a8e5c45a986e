// Without checks where who is master is all that is measured.
import * as lvs from "@pulumi-lvs/lvs";
import * as pulumi from "@pulumi/pulumi";
import { machines } from "../../../lab/configured";

const config = new pulumi.Config();
const vip = config.require("vip");

const behind = machines(config, "realServers");
const realServers = behind.map(
  (host) => new lvs.RealServer(host.name, { host, vips: [vip], webServer: { kind: "nginx" } }),
);
new lvs.KeepalivedPair(
  "lb",
  {
    directors: machines(config, "directors"),
    vips: [vip],
    advertInterval: config.requireNumber("advertInterval"),
    services: [
      {
        vip,
        port: 80,
        scheduler: "rr",
        realServers: behind.map(({ address }) => ({ address })),
        healthCheck: config.getObject<lvs.HealthCheckArgs>("healthCheck") ?? { none: true },
      },
    ],
  },
  { dependsOn: realServers },
);
