// The return route of NAT and an administrator: the replies of logins keep their way, whatever happens to the replies of services.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { differences, type Fingerprint } from "../../lab/fingerprint";
import { addressOf, cell, hostsOf, vipOf } from "./forwarding/cells";
import { forgetNeighbours, Forwarded, holds, Visitor } from "./forwarding/forwarded";
import { startServers, stopServers } from "./forwarding/servers";
import { banner, LoginWatch } from "./forwarding/sshd";
import { fingerprints, leftBesidesPackages, ofEach } from "./support/leftovers";
import { killProgram, letGo, type Moment, reached, stopAt } from "./support/stops";

// A machine that is busy with other things takes several times as long.
describe("by NAT, for an administrator", { timeout: 600_000 }, () => {
  const byNat = cell("nat");
  const hosts = hostsOf(byNat);
  const addresses = hosts.map((host) => addressOf(host, "IPv4"));
  const nothing = Object.fromEntries(hosts.map((host) => [host, []]));
  const places = { near: undefined, "behind the old gateway": "x1" };
  let before: Record<string, Fingerprint>;
  let stack: Forwarded;
  let visitor: Visitor;

  beforeAll(async () => {
    await forgetNeighbours();
    before = await fingerprints(hosts);
    stack = new Forwarded(byNat);
    visitor = await Visitor.come(byNat);
  });

  afterEach(async () => {
    stack.runsOn = undefined;
    stack.declare(byNat);
    await ofEach(letGo, hosts);
    await stack.destroy();
    await stopServers(byNat.realServers);
  });

  afterAll(async () => {
    await visitor.go();
    stack.forget();
  });

  it("behind the old gateway every operation works, and every host can be logged in to all the time", async () => {
    stack.runsOn = "x1";
    const watches = ["x1", "c1"].map((from) => new LoginWatch(from, addresses));
    let said: string;
    try {
      await startServers(byNat);
      await stack.up();
      await holds(visitor, byNat);
      await stack.unchanged();
      await stack.up();
      said = await stack.destroy();
      await stopServers(byNat.realServers);
    } finally {
      for (const watch of watches) await watch.end();
    }
    for (const { tries, failures } of watches) {
      expect(failures).toEqual([]);
      expect(tries).toBeGreaterThan(hosts.length);
    }
    expect(await leftBesidesPackages(before), said).toEqual(nothing);
  });

  const moments: { operation: "up" | "destroy"; moment: Moment }[] = [
    { operation: "up", moment: { program: "ip", matching: "route.replace" } },
    { operation: "up", moment: { program: "ip", matching: "route.replace", after: true } },
    { operation: "up", moment: { program: "ip", matching: "rule.add", after: true } },
    { operation: "up", moment: { program: "ip", matching: "rule.add", earlier: 1, after: true } },
    { operation: "up", moment: { program: "ip", matching: "rule.add", earlier: 2 } },
    { operation: "destroy", moment: { program: "ip", matching: "rule.del", after: true } },
    { operation: "destroy", moment: { program: "ip", matching: "rule.del", earlier: 1, after: true } },
    { operation: "destroy", moment: { program: "ip", matching: "route.del" } },
    { operation: "destroy", moment: { program: "ip", matching: "route.del", after: true } },
  ];

  for (const { operation, moment } of moments) {
    const { matching, earlier = 0, after } = moment;
    const when = `${after ? "after" : "before"} ${matching!.replace(".", " ")} ${earlier + 1}`;
    it(`can log in at once where ${operation} is killed on a real server ${when}, and the next one completes it`, async () => {
      stack.runsOn = "x1";
      if (operation === "destroy") await stack.up();
      await stopAt("r1", moment);
      const engine = await stack.start(operation);
      const early = engine.ended.then(({ stdout, stderr }) => {
        throw new Error(`${operation} ended before it was killed:\n${stdout}${stderr}`);
      });
      early.catch(() => undefined);
      await Promise.race([reached("r1"), early]);
      const canLogIn = async () => {
        for (const from of ["x1", "c1"]) expect(await banner(from, addressOf("r1", "IPv4"))).toBe("SSH-");
      };
      await canLogIn();
      await killProgram("r1");
      await canLogIn();
      expect((await engine.ended).code).not.toBe(0);
      await letGo("r1");
      if (operation === "up") {
        await startServers(byNat);
        await stack.up();
        await holds(visitor, byNat);
        await stack.unchanged();
        await stopServers(byNat.realServers);
      }
      await stack.destroy();
      expect(await leftBesidesPackages(before)).toEqual(nothing);
    });
  }

  it("refuses to balance the port of his login where its replies would go to the director, before anything changes", async () => {
    const cluster = JSON.parse(stack.config.cluster!) as { services: object[] };
    stack.config.cluster = JSON.stringify({
      ...cluster,
      services: [...cluster.services, { port: 2222, realServerPort: 22 }],
    });
    stack.runsOn = places["behind the old gateway"];
    const now = await fingerprints(hosts);
    for (const operation of ["preview", "up"] as const) {
      const { code, stdout, stderr } = await stack.try(operation);
      expect(code, operation).not.toBe(0);
      for (const host of byNat.realServers) expect(`${stdout}${stderr}`).toContain(host);
      expect(`${stdout}${stderr}`).toContain("port 22 is that of this login from 198.19.0.31");
    }
    const after = await fingerprints(hosts);
    expect(hosts.map((host) => differences(now[host]!, after[host]!))).toEqual(hosts.map(() => []));

    stack.runsOn = places.near;
    await stack.up();
    await stack.unchanged();
    for (let visit = 0; visit < 3; visit += 1) expect(await banner("x1", vipOf(byNat), 2222)).toBe("SSH-");
    for (const address of addresses) expect(await banner("c1", address)).toBe("SSH-");
    await stack.destroy();
    expect(await leftBesidesPackages(before)).toEqual(nothing);
  });
});
