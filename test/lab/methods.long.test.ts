// A cluster whose method of forwarding changes while clients are connected: no request fails, and hosts keep nothing of a method that is gone.
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, type Held } from "../../lab/client";
import type { Fingerprint } from "../../lab/fingerprint";
import { putPage, removePage } from "./pairs/moving";
import { fingerprints, leftBesidesPackages } from "./support/leftovers";
import { repository, shell, Stack, theLab } from "./support/stack";
import { rules } from "./support/table";
import { requests, vip, visits } from "./support/traffic";

const hosts = ["d1", "r1", "r2"];

const flags: Record<string, string> = { dr: "-g", tun: "-i", nat: "-m" };

/** What each method has on a real server, beside what all have. */
const there = "ip -o -4 address show to 198.18.0.100; ls -d /sys/class/net/tunl0; ip rule show priority 7114";
const traces: Record<string, RegExp> = {
  dr: /^\d+: lo .*198\.18\.0\.100\/32.*$/,
  tun: /^\d+: tunl0 .*198\.18\.0\.100\/32.*\n\/sys\/class\/net\/tunl0$/,
  nat: /^7114:\tfrom 198\.18\.0\.21 ipproto tcp sport 80 lookup 3323068427 *$/,
};

// A machine that is busy with other things takes several times as long.
describe("a cluster that changes to", { timeout: 600_000 }, () => {
  let stack: Stack;
  let client: Client;
  let clean: Record<string, Fingerprint>;

  const declare = (forwarding: string, rest: object = {}) =>
    (stack.config.cluster = JSON.stringify({
      // Longer than a test that is busy takes.
      drain: 300,
      ...rest,
      vips: [vip],
      forwarding,
      ...(forwarding === "nat" ? { localClients: true } : {}),
      services: [{ port: 80, scheduler: "rr" }],
      webServer: { kind: "nginx" },
    }));

  beforeAll(async () => {
    await Promise.all(hosts.map((host) => theLab().reset(host)));
    clean = await fingerprints(hosts);
    stack = new Stack(`${repository}/test/lab/programs/cluster`, { hosts: JSON.stringify(hosts) });
    declare("dr");
    await stack.up();
    // (Only for its settings: a connection takes as many questions as anybody asks.)
    await putPage(["r1", "r2"]);
    client = new Client(theLab());
  });

  afterAll(async () => {
    await client.end();
    await stack.destroy();
    stack.forget();
  });

  const hostRoutes = () => shell("d1", "ip -4 route show via 198.18.0.21; ip -4 route show via 198.18.0.22");
  const reached = async (method: string) =>
    (await rules("d1")).filter((line) => line.startsWith("-a") && line.includes(` ${flags[method]} `))
      .length === 2;

  /** Asks over connections that stay open, again and again, until this is true and a little longer. */
  async function askUntil(held: Held[], enough: () => Promise<boolean>): Promise<void> {
    let further = 5;
    for (let look = 0; further > 0; look++) {
      if (look > 600) throw new Error("the table has not changed after 600 looks");
      for (const each of held) expect(await each.ask()).toBe(each.answered);
      if (await enough()) further -= 1;
      await delay(200);
    }
  }

  it.each(["tun", "nat", "tun", "dr", "nat", "dr"])(
    "%s loses no request, breaks no open connection, and is as if it had been made that way",
    async (method) => {
      const held = await client.hold(4, vip);
      await client.call("load", { url: `http://${vip}/`, visitors: 4 });
      declare(method);
      const up = stack.up();
      // (So that a failure of the update is not one that nobody handles.)
      up.catch(() => undefined);
      await askUntil(held, () => reached(method));
      for (const each of held) await each.close();
      await up;
      const { answers, failures } = await client.call("unload");
      expect(failures).toEqual([]);
      expect(Object.keys(answers).sort()).toEqual(["<h1>r1</h1>", "<h1>r2</h1>"]);
      await stack.unchanged();
      // (Not in turn: a client whose port was used a moment ago may be sent to the same real server.)
      expect([...new Set(await visits(12))].sort()).toEqual(["<h1>r1</h1>", "<h1>r2</h1>"]);
      expect((await shell("r1", `${there} 2>/dev/null || :`)).trim()).toMatch(traces[method]!);
      if (method === "dr") expect((await hostRoutes()).split("\n")).toHaveLength(2);
      else expect(await hostRoutes()).toBe("");
    },
  );

  it("dr answers new connections also when older ones outlast the drain", async () => {
    declare("nat");
    await stack.up();
    const held = await client.hold(4, vip);
    declare("dr", { drain: 2 });
    await stack.up();
    await client.call("load", { url: `http://${vip}/`, visitors: 4 });
    // What they send still goes by NAT, and no answer comes back.
    const unanswered = held.map((each) => each.ask().catch(() => undefined));
    await expect
      .poll(async () => requests(await client.call("seen")), { timeout: 60_000 })
      .toBeGreaterThan(200);
    expect((await client.call("unload")).failures).toEqual([]);
    expect(await hostRoutes()).not.toBe("");
    await stack.unchanged();
    for (const each of held) await each.close();
    await Promise.all(unanswered);
  });

  it("nothing gives its hosts back", async () => {
    await removePage(["r1", "r2"]);
    await stack.destroy();
    expect(await leftBesidesPackages(clean)).toEqual(Object.fromEntries(hosts.map((host) => [host, []])));
  });
});
