// A master that fails, in each way in which a master can fail: the backup answers, open connections continue, and the VIP does not move a
// second time.
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { masterFailures } from "../../../lab";
import { Client } from "../../../lab/client";
import { on, shell, theLab } from "../support/stack";
import { vip } from "../support/traffic";
import { Moving, putPage, removePage } from "./moving";
import { all, answers, directors, holders, leave, Pair, patience } from "./pair";

const webServers = ["r1", "r2", "r3"];

/** `cuts`: how many times in a row the master loses its power. */
export function takeOver({ cuts }: { cuts: number }): void {
  let pair: Pair;
  let client: Client;
  const advert = 0.1;

  beforeAll(async () => {
    pair = new Pair({ pair: { advertInterval: advert } });
    await pair.up();
    await putPage(webServers);
    client = new Client(theLab());
  });

  // After each failure the next scenario finds a pair that works.
  afterEach(async () => {
    for (const host of directors) {
      await theLab().boot(host);
      theLab().resume(host);
    }
    if ((await pair.try("preview", { expectNoChanges: true })).code !== 0) await pair.up();
  });

  afterAll(async () => {
    await client.end();
    await removePage(webServers);
    await pair.destroy();
    pair.forget();
  });

  /** Opens a connection that the backup knows as well: the kernel sends new connections to it after up to two seconds. */
  async function open(): Promise<Moving> {
    const [held] = await client.hold(1, vip);
    const moving = new Moving(held!);
    await delay(4_000);
    await moving.goesOn();
    return moving;
  }

  for (const { what, strike, mend, mute } of masterFailures) {
    it(`goes on when its master ${what}, with the connections that are open`, async () => {
      const { master, backup } = pair;
      await answers(all);
      const moving = await open();
      await strike(theLab(), master);
      await expect.poll(() => holders([backup]), patience).toEqual([backup]);
      await moving.goesOn();
      if (!mute) await expect.poll(holders, patience).toEqual([backup]);
      await mend(theLab(), master);
      await pair.who();
      await moving.goesOn();
      await moving.end();
      await answers(all);
      await expect.poll(() => on(master, "systemctl", "is-active", "keepalived"), patience).toBe("active");
      await pair.unchanged();
    });
  }

  it("does not move back when the old master returns", async () => {
    const { master, backup } = pair;
    await theLab().crash(master);
    await expect.poll(() => holders([backup]), patience).toEqual([backup]);
    const moving = await open();
    await theLab().boot(master);
    await delay(3_000);
    await moving.goesOn();
    await moving.end();
    expect(await holders()).toEqual([backup]);
    await pair.who();
  });

  it("hands over before its master stops and leaves the pair: no visitor is refused", async () => {
    const { master, backup } = pair;
    await answers(all);
    const moving = await open();
    await client.call("load", { url: `http://${vip}/`, visitors: 4 });
    await delay(1_000);
    await leave(master);
    await delay(1_000);
    const { failures } = await client.call("unload");
    // The other director may not know a request yet that has just begun: at most one for each visitor.
    expect(failures.filter((each) => !each.endsWith(" read ECONNRESET"))).toEqual([]);
    expect(failures.length).toBeLessThanOrEqual(4);
    await moving.goesOn();
    await moving.end();
    expect(await holders()).toEqual([backup]);
    expect(await shell(master, "systemctl is-active keepalived || :")).toBe("inactive");
    await pair.up();
    expect(pair.master).toBe(backup);
    await pair.unchanged();
  });

  it("has one master again after a split of the segment, and the client knows it", async () => {
    const addresses: Record<string, string> = { d1: "198.18.0.11", d2: "198.18.0.12" };
    const { master, backup } = pair;
    await answers(all);
    const split = (host: string, other: string) =>
      shell(
        host,
        `tc qdisc add dev eth0 clsact
        tc filter add dev eth0 egress protocol ip flower dst_ip ${addresses[other]} action drop`,
      );
    await Promise.all([split(master, backup), split(backup, master)]);
    await expect.poll(holders, patience).toHaveLength(2);
    await answers(all);
    // Both at the same instant, from which the time is measured.
    const heal = "tc qdisc del dev eth0 clsact";
    await Promise.all([shell(master, heal), shell(backup, heal)]);
    await delay(3_000 * advert);
    expect(await holders()).toHaveLength(1);
    await pair.who();
    // The test has not flushed the client's table: the master has announced itself.
    const mac = await on(pair.master, "cat", "/sys/class/net/eth0/address");
    await expect.poll(() => on("c1", "ip", "neigh", "show", vip, "dev", "eth0"), patience).toContain(mac);
    await answers(all);
    await pair.unchanged();
  });

  for (let cut = 1; cut <= cuts; cut += 1) {
    it(`keeps a connection that moves data when its master loses its power (${cut} of ${cuts})`, async () => {
      const { master, backup } = pair;
      const moving = await open();
      await theLab().crash(master);
      await moving.goesOn(10);
      await moving.end();
      expect(await holders([backup])).toEqual([backup]);
      await theLab().boot(master);
      await pair.who();
    });
  }
}
