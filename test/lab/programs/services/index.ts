// Declares what a scenario sets in its config: real servers that carry `vips`, the director of `director`, and a VirtualService
// for each entry of `virtualServices`.
import * as lvs from "@pulumi-lvs/lvs";
import * as pulumi from "@pulumi/pulumi";
import { machines } from "../../../../lab/configured";

const config = new pulumi.Config();

const common = config.getObject<Pick<lvs.DirectorArgs, "drain" | "removePackages" | "drift">>("common");
const vips = config.getObject<string[]>("vips") ?? [];
const webServers = config.getObject<Record<string, lvs.WebServerArgs>>("webServers") ?? {};
const director = config.getObject<Omit<lvs.DirectorArgs, "host">>("director");
const virtualServices =
  config.getObject<Record<string, Omit<lvs.VirtualServiceArgs, "directors">>>("virtualServices") ?? {};

if (vips.length > 0) {
  for (const host of machines(config, "realServers")) {
    const name = host.name;
    const { removePackages, drift } = common ?? {};
    new lvs.RealServer(name, { host, vips, webServer: webServers[name], removePackages, drift });
  }
}
for (const host of machines(config, "directors")) {
  if (director !== undefined) new lvs.Director(host.name, { host, ...director, ...common });
  for (const [name, service] of Object.entries(virtualServices)) {
    new lvs.VirtualService(name, { directors: [host], ...service, ...common });
  }
}
