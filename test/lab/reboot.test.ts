import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answering } from "./support/arp";
import { on, Stack, theLab } from "./support/stack";
import { tally, visits } from "./support/traffic";

const hosts = ["d1", "r1", "r2", "r3"];

describe("a cluster whose hosts all lose their power at once", () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = new Stack();
    await stack.up();
    // Without a delay: everything that `up` has reported as done must be on the disks.
    await Promise.all(hosts.map((host) => theLab().crash(host)));
    await Promise.all(hosts.map((host) => theLab().boot(host)));
  });

  afterAll(async () => {
    await stack.destroy();
    stack.forget();
  });

  it("answers by itself, from every real server in turn", async () => {
    expect(tally(await visits(30))).toEqual({ "<h1>r1</h1>": 10, "<h1>r2</h1>": 10, "<h1>r3</h1>": 10 });
  });

  it("lets only the director answer ARP for the VIP", async () => {
    expect(await answering(10)).toEqual({ [await on("d1", "cat", "/sys/class/net/eth0/address")]: 10 });
  });

  it("has no unit that failed", async () => {
    for (const host of hosts)
      expect(await on(host, "systemctl", "list-units", "--failed", "--plain", "--no-legend")).toBe("");
  });

  it("is as declared: the next preview shows nothing", async () => {
    await stack.unchanged();
  });
});
