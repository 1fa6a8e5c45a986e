import * as lvs from "@pulumi-lvs/lvs";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();

const web = new lvs.Cluster("web", {
  vips: ["198.18.0.100"],
  connection: { privateKey: config.requireSecret("privateKey"), knownHosts: config.require("knownHosts") },
  directors: [
    { name: "d1", address: "198.18.0.11" },
    { name: "d2", address: "198.18.0.12" },
  ],
  realServers: [
    { name: "r1", address: "198.18.0.21", weight: 2 },
    { name: "r2", address: "198.18.0.22" },
  ],
  services: [
    { port: 80, scheduler: "wrr", healthCheck: { http: { path: "/" } } },
    { port: 443, persistence: { timeout: 300 }, healthCheck: { none: true } },
  ],
  webServer: { kind: "nginx" },
});

export const endpoints = web.endpoints;
