// The SELinux boolean that a pair's health checks need: with it keepalived may connect to any port.
import { expect, test } from "vitest";
import type { GivenPairService } from "../../../components/model/keepalived/service/complete";
import { pairDocument } from "../../../components/render/keepalived/pair";
import { d1, pairService, wish } from "./samples";

const booleansOf = (...services: Partial<GivenPairService>[]) =>
  pairDocument(d1, wish({ services: services.map(pairService) })).booleans;

const any = ["keepalived_connect_any"];
const at = (port: number) => ({
  realServers: [{ address: "198.18.0.21", port }],
  forwarding: "nat" as const,
});

test.each<[string, Partial<GivenPairService>[], string[]]>([
  ["no service", [], []],
  ["the default check of port 80", [{}], []],
  ["one of HTTPS", [{ port: 443, healthCheck: { https: { path: "/" } } }], []],
  ["the default check of port 8080", [{ port: 8080 }], any],
  ["one of port 80, and one of port 8080", [{}, { port: 8080 }], any],
  ["a real server with another port", [at(8080)], any],
  ["a real server with another port that is allowed", [at(8443)], []],
  ["another port for the check", [{ healthCheck: { tcp: { port: 8081 } } }], any],
  ["another port for the check, that is allowed", [{ port: 8080, healthCheck: { http: { port: 80 } } }], []],
  ["a page at another port", [{ healthCheck: { http: { path: "/", port: 8081 } } }], any],
  ["mail", [{ port: 25, healthCheck: { smtp: {} } }], []],
  ["mail at another port", [{ port: 2525, healthCheck: { smtp: {} } }], any],
  ["no check", [{ port: 8080, healthCheck: { none: true } }], []],
  ["a script", [{ port: 8080, healthCheck: { script: { script: "true" } } }], []],
  ["a ping", [{ port: 8080, healthCheck: { ping: {} } }], []],
])("%s", (_, services, booleans) => {
  expect(booleansOf(...services)).toEqual(booleans);
});
