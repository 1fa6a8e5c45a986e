// A real server that fails, in each way in which a server can fail: it is removed from the table and added again when it is healthy, and no
// request is lost in between.
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { mendWebServer, webServerFailures } from "../../../lab";
import { Client } from "../../../lab/client";
import { on, theLab } from "../support/stack";
import { rules } from "../support/table";
import { tally, vip, visits } from "../support/traffic";
import { all, answers, directors, head, Pair, patience, realServers, rule, table } from "./pair";

export function checks(): void {
  let pair: Pair;
  let client: Client;

  beforeAll(async () => {
    pair = new Pair();
    await pair.up();
    client = new Client(theLab());
  });

  // After each failure the next scenario finds r2 as it was.
  afterEach(() => mendWebServer(theLab(), "r2"));

  afterAll(async () => {
    await client.end();
    await pair.destroy();
    pair.forget();
  });

  /** Runs visitors for this number of seconds, and returns their failed requests. */
  async function failures(seconds: number): Promise<string[]> {
    await client.call("load", { url: `http://${vip}/`, visitors: 4 });
    await delay(seconds * 1000);
    return (await client.call("unload")).failures;
  }

  /** A stopped nginx is drift of its own host. What keepalived does about it is no drift of a director. */
  async function driftOfDirectors(): Promise<string[]> {
    const said = await pair.shown();
    return directors.filter((host) => host in said);
  }

  for (const { what, strike, mend } of webServerFailures) {
    it(`does without a real server that ${what}, and has it back when it is well`, async () => {
      await answers(all);
      await strike(theLab(), "r2");
      await expect.poll(() => rules(pair.master), patience).toEqual([head, rule(21), rule(23)]);
      expect(await failures(3)).toEqual([]);
      await mend(theLab(), "r2");
      await expect.poll(() => rules(pair.master), patience).toEqual(table);
      expect(await failures(2)).toEqual([]);
      await answers(all);
      await pair.unchanged();
    });
  }

  it("keeps one that fails in the table with weight 0 where that is wanted", async () => {
    pair.declare({ service: { inhibitOnFailure: true } });
    await pair.up();
    await on("r2", "systemctl", "stop", "nginx");
    await expect.poll(() => rules(pair.master), patience).toEqual([head, rule(21), rule(22, 0), rule(23)]);
    expect(await driftOfDirectors()).toEqual([]);
    await on("r2", "systemctl", "start", "nginx");
    await expect.poll(() => rules(pair.master), patience).toEqual(table);
    pair.declare({ service: {} });
    await pair.up();
  });

  it("sends clients to the sorry server when all real servers are gone", async () => {
    pair.declare({ service: { realServers: realServers(1, 1), sorryServer: { address: "198.18.0.23" } } });
    await pair.up();
    expect(tally(await visits(4))).toEqual({ "<h1>r1</h1>": 2, "<h1>r2</h1>": 2 });
    for (const host of ["r1", "r2"]) await on(host, "systemctl", "stop", "nginx");
    await expect.poll(() => rules(pair.master), patience).toEqual([head, rule(23)]);
    expect(tally(await visits(4))).toEqual({ "<h1>r3</h1>": 4 });
    expect(await driftOfDirectors()).toEqual([]);
    for (const host of ["r1", "r2"]) await on(host, "systemctl", "start", "nginx");
    await answers({ "<h1>r1</h1>": 2, "<h1>r2</h1>": 2 });
    await pair.unchanged();
  });
}
