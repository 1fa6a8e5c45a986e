// `round` changes something on every host: a page, or a weight.
// Two directors without keepalived cannot share a VIP, so each has its own, in front of the same real servers: that is
// the most work that five hosts can be given without a pair. by-hand/ does the same.
import * as lvs from "@pulumi-lvs/lvs";
import * as pulumi from "@pulumi/pulumi";
import { machines } from "../../../lab/configured";

const config = new pulumi.Config();
const round = config.requireNumber("round");
const vips = config.requireObject<string[]>("vips");

const behind = machines(config, "realServers");
const realServers = behind.map(
  (host) =>
    new lvs.RealServer(host.name, {
      host,
      vips,
      openPorts: { tcpPorts: [80] },
      webServer: { kind: lvs.WebServerKind.Nginx, content: `<h1>${host.name}, ${round}</h1>` },
    }),
);
machines(config, "directors").forEach((host, index) => {
  const vip = vips[index];
  if (vip === undefined) throw new Error(`no VIP for ${host.name}: config vips has only ${vips.length}`);
  const service = { vip, port: 80, realServers: behind.map(({ address }) => ({ address, weight: round })) };
  new lvs.Director(host.name, { host, services: [service] }, { dependsOn: realServers });
});
