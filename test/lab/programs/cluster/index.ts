// Declares a Cluster as a scenario sets it in its config: `cluster`, its arguments without the hosts; `hosts`, the names of those that take part;
// `own`, further members of single hosts.
import * as lvs from "@pulumi-lvs/lvs";
import * as pulumi from "@pulumi/pulumi";
import { machines } from "../../../../lab/configured";

const config = new pulumi.Config();
const own = config.getObject<Record<string, Partial<lvs.ClusterRealServerArgs>>>("own") ?? {};
const names = config.requireObject<string[]>("hosts");
const named = (role: string) =>
  machines(config, role)
    .filter(({ name }) => names.includes(name))
    .map((host) => ({ ...host, ...own[host.name] }));

const cluster = new lvs.Cluster("web", {
  directors: named("directors"),
  realServers: [...named("realServers"), ...named("farRealServers")],
  ...config.requireObject<Omit<lvs.ClusterArgs, "directors" | "realServers">>("cluster"),
});

export const endpoints = cluster.endpoints;
