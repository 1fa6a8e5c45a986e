// One cluster with a VIP of IPv4 and one of IPv6. Each service is on both.
import * as lvs from "@pulumi-lvs/lvs";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const web = new lvs.Cluster("web", {
  vips: ["198.18.0.100", "fd18::100"],
  connection: { privateKey: config.requireSecret("privateKey"), knownHosts: config.require("knownHosts") },
  // Direct routing needs an address of each VIP's family on each host.
  directors: [
    { name: "d1", address: "198.18.0.11", address6: "fd18::11" },
    { name: "d2", address: "198.18.0.12", address6: "fd18::12" },
  ],
  realServers: [
    { name: "r1", address: "198.18.0.21", address6: "fd18::21" },
    { name: "r2", address: "198.18.0.22", address6: "fd18::22" },
  ],
  services: [{ port: 80, scheduler: "rr", healthCheck: { http: { path: "/" } } }],
  webServer: { kind: "nginx" },
});

export const endpoints = web.endpoints;
