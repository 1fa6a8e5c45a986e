// One director and one real server, which is reached by each method of forwarding: a VIP for each of them.
import * as lvs from "@pulumi-lvs/lvs";
import * as pulumi from "@pulumi/pulumi";
import { machines } from "../../../lab/configured";

const config = new pulumi.Config();
/** By method. */
const vips = config.requireObject<Record<lvs.ForwardingMethod, string>>("byMethod");
const methods = Object.values(lvs.ForwardingMethod);
const [director] = machines(config, "directors");
const [host] = machines(config, "realServers");

const realServer = new lvs.RealServer(host!.name, {
  host: host!,
  vips: [vips.dr, vips.tun],
  forwarding: methods,
  returnRoute: { gateway: director!.address, tcpPorts: [80] },
  webServer: { kind: "nginx" },
});
new lvs.Director(
  director!.name,
  {
    host: director!,
    services: methods.map((forwarding) => ({
      vip: vips[forwarding],
      port: 80,
      forwarding,
      realServers: [{ address: host!.address }],
    })),
  },
  { dependsOn: realServer },
);
