// Whatever a scenario declares: real servers that carry `vips`, a director with what `director` says of it, and the
// services by themselves of `virtualServices`, each by its name.
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

const common = config.getObject<Pick<lvs.DirectorArgs, "drain" | "removePackages" | "drift">>("common");
const vips = config.getObject<string[]>("vips") ?? [];
const webServers = config.getObject<Record<string, lvs.WebServerArgs>>("webServers") ?? {};
const director = config.getObject<Omit<lvs.DirectorArgs, "host">>("director");
const virtualServices =
  config.getObject<Record<string, Omit<lvs.VirtualServiceArgs, "directors">>>("virtualServices") ?? {};

if (vips.length > 0) {
  for (const host of machines("realServers")) {
    const name = host.name ?? "";
    const { removePackages, drift } = common ?? {};
    new lvs.RealServer(name, { host, vips, webServer: webServers[name], removePackages, drift });
  }
}
for (const host of machines("directors")) {
  const own =
    director === undefined ? undefined : new lvs.Director(host.name ?? "", { host, ...director, ...common });
  for (const [name, service] of Object.entries(virtualServices)) {
    new lvs.VirtualService(name, { directors: [own?.host ?? host], ...service, ...common });
  }
}
