// If a director of a pair is also one of its real servers, it would, as backup, balance the master's packets again. A program that declares
// this in any way is refused before any host is changed, with the reason and what to do.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import {
  Cluster,
  Director,
  KeepalivedPair,
  type KeepalivedPairArgs,
  RealServer,
  VirtualService,
} from "../../index";
import { program } from "./program";
import { connection, d1, d2, r1, service, vip } from "./samples";

const byD2 = [{ address: "198.18.0.21" }, { address: "198.18.0.12" }];
const lb = (more: Partial<KeepalivedPairArgs> = {}) =>
  new KeepalivedPair("lb", { directors: [d1, d2], ...(more.instances ? {} : { vips: [vip] }), ...more });
const reason =
  '"198.18.0.12" is a director of this pair: as backup it has the same rules, and would balance again what the master sends it, in a loop; give a host that is no director';

describe("a director among the real servers is refused", () => {
  test.each<[string, () => unknown, string]>([
    [
      "of a pair's own service",
      () => lb({ services: [{ ...service, realServers: byD2 }] }),
      "services[0].realServers[1].address",
    ],
    [
      "of a pair's own service, in an Output",
      () => lb({ services: [{ ...service, realServers: pulumi.output(byD2) }] }),
      "services[0].realServers[1].address",
    ],
    [
      "as the sorry server of one",
      () => lb({ services: [{ ...service, sorryServer: { address: "198.18.0.12" } }] }),
      "services[0].sorryServer.address",
    ],
    [
      "of a VirtualService on the pair",
      () => new VirtualService("http", { ...service, pair: lb().ref, connection, realServers: byD2 }),
      "realServers[1].address",
    ],
    [
      "of a VirtualService on one director of the pair only",
      () => new VirtualService("http", { ...service, pair: lb().ref, directors: [d1], realServers: byD2 }),
      "realServers[1].address",
    ],
    [
      "as the sorry server of a VirtualService on the pair",
      () =>
        new VirtualService("http", {
          ...service,
          pair: lb().ref,
          connection,
          sorryServer: { address: "198.18.0.12" },
        }),
      "sorryServer.address",
    ],
  ])("%s", async (_, declare, path) => {
    const { error, commands } = await program(() => void declare());
    expect(error?.stack).toContain(`${path}: ${reason}`);
    expect([...commands.keys()].filter((name) => name.startsWith("http"))).toEqual([]);
  });
});

describe("a director by itself that wants the VIP of a pair which it belongs to", () => {
  test.each<[string, () => unknown, string]>([
    ["a Director", () => [lb(), new Director("alone", { host: d2, services: [service] })], "Director/alone"],
    [
      "a VirtualService on a host that does not say so",
      () => [new VirtualService("http", { ...service, directors: [d2] }), lb()],
      "VirtualService/http",
    ],
  ])("%s is refused", async (_, declare, alone) => {
    const { error } = await program(() => void declare());
    expect(error?.stack).toBe(
      `d2 (198.18.0.12) cannot be both: 198.18.0.100 is a VIP of the pair that it is a director of (web/prod/KeepalivedPair/lb-d2), and web/prod/${alone}-d2 wants it on this host all the time; two hosts would have it: declare its services in the same KeepalivedPair or Cluster`,
    );
  });
});

describe("a RealServer on a director of a pair", () => {
  const clash = (carrier: string) =>
    `d2 (198.18.0.12) cannot be both: 198.18.0.100 is a VIP of the pair that it is a director of (web/prod/KeepalivedPair/lb-d2), and ${carrier} has it there as a real server; as backup the host has the rules as well, and would balance again what the master sends it, in a loop: let hosts that are no directors of the pair be its real servers`;
  const onD2 = (name = "r2", vips: pulumi.Input<string[]> = [vip]) =>
    new RealServer(name, { host: d2, vips });

  test.each<[string, () => unknown, string]>([
    ["declared before the pair", () => [onD2(), lb()], "r2-d2"],
    ["declared after the pair", () => [lb(), onD2()], "r2-d2"],
    [
      "that the pair waits for",
      () => new KeepalivedPair("lb", { directors: [d1, d2], vips: [vip] }, { dependsOn: onD2() }),
      "r2-d2",
    ],
    ["with its VIPs in an Output", () => [onD2("r2", pulumi.output(["198.18.0.99", vip])), lb()], "r2-d2"],
    [
      "of one of several instances",
      () => [
        lb({
          instances: [
            { name: "a", vips: ["198.18.0.99"] },
            { name: "b", vips: [vip] },
          ],
        }),
        onD2(),
      ],
      "r2-d2",
    ],
    [
      "of a Cluster",
      () => [
        lb(),
        new Cluster("web", {
          vips: [vip],
          directors: [{ ...r1, name: "d3" }],
          realServers: [d2],
          services: [{ port: 80 }],
        }),
      ],
      "web-d2",
    ],
  ])("is refused: %s", async (_, declare, name) => {
    for (const preview of [true, false]) {
      const { error } = await program(() => void declare(), { preview });
      expect(error?.stack).toBe(clash(`web/prod/RealServer/${name}`));
    }
  });

  test.each<[string, () => unknown]>([
    ["for another VIP", () => [lb(), onD2("r2", ["198.18.0.99"])]],
    ["on another host", () => [lb(), new RealServer("r1", { host: r1, vips: [vip] })]],
    ["of another program run", () => onD2()],
  ])("is taken: %s", async (_, declare) => {
    const { error } = await program(() => void declare());
    expect(error).toBeUndefined();
  });
});
