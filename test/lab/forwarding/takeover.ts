// A pair that forwards by NAT or by tunnels, whose master loses its power again and again: connections continue, and the real servers'
// gateway moves with the VIP. (Direct routing: pairs/takeover.ts.)
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { holdersOf, masterOf } from "../../../lab";
import { Client } from "../../../lab/client";
import type { Fingerprint } from "../../../lab/fingerprint";
import { Moving, putPage, removePage } from "../pairs/moving";
import { fingerprints, leftBesidesPackages } from "../support/leftovers";
import { theLab } from "../support/stack";
import { cell, directorsOf, gatewayOf, hostsOf, type Method, vipOf } from "./cells";
import { forgetNeighbours, Forwarded, patience } from "./forwarded";

/** `cuts`: how many times in a row the master loses its power. */
export function takeOver(method: Method, { cuts }: { cuts: number }): void {
  const pair = cell(method, { pair: true, advertInterval: 0.1 });
  const vip = vipOf(pair);
  const gateway = gatewayOf(pair);
  const hosts = hostsOf(pair);
  let before: Record<string, Fingerprint>;
  let stack: Forwarded;
  let client: Client;

  beforeAll(async () => {
    before = await fingerprints(hosts);
    stack = new Forwarded(pair);
    await forgetNeighbours();
    await stack.up();
    await putPage([...pair.realServers]);
    client = new Client(theLab(), pair.client);
  });

  afterAll(async () => {
    await client.end();
    stack.forget();
  });

  const holders = (address: string, of = directorsOf(pair)) => holdersOf(theLab(), address, of);

  for (let cut = 1; cut <= cuts; cut += 1) {
    it(`keeps a connection that moves data when its master loses its power (${cut} of ${cuts})`, async () => {
      const master = await masterOf(theLab(), vip, directorsOf(pair));
      const backup = directorsOf(pair).find((host) => host !== master)!;
      if (gateway !== undefined) expect(await holders(gateway)).toEqual([master]);
      const [held] = await client.hold(1, vip);
      expect(pair.realServers.map((host) => `<h1>${host}</h1>`)).toContain(held!.answered);
      const moving = new Moving(held!);
      // The kernel sends a new connection to the backup after up to two seconds.
      await delay(4_000);
      await moving.goesOn();
      await theLab().crash(master);
      await moving.goesOn(10);
      await moving.end();
      expect(await holders(vip, [backup])).toEqual([backup]);
      if (gateway !== undefined) expect(await holders(gateway, [backup])).toEqual([backup]);
      await theLab().boot(master);
      expect(await masterOf(theLab(), vip, directorsOf(pair))).toBe(backup);
      const runs = () => holders(vip);
      await expect.poll(runs, patience).toEqual([backup]);
    });
  }

  it("is as declared after all that, and gives its hosts back as they were", async () => {
    await removePage([...pair.realServers]);
    await stack.unchanged();
    await stack.destroy();
    expect(await leftBesidesPackages(before)).toEqual(Object.fromEntries(hosts.map((host) => [host, []])));
  });
}
