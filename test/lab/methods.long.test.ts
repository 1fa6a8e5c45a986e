// A cluster whose method of forwarding changes: it continues to answer, and hosts keep nothing of a method that is gone.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fingerprint, leftBehind, type Fingerprint, withoutNewPackages } from "../../lab/fingerprint";
import { ofEach } from "./support/leftovers";
import { repository, shell, Stack, theLab } from "./support/stack";
import { answersInTurn, vip } from "./support/traffic";

const hosts = ["d1", "r1", "r2"];

/** The facts of each method on a real server, in addition to those of all methods. */
const there = "ip -o -4 address show to 198.18.0.100; ls -d /sys/class/net/tunl0; ip rule show priority 7114";
const traces: Record<string, RegExp> = {
  dr: /^\d+: lo .*198\.18\.0\.100\/32.*$/,
  tun: /^\d+: tunl0 .*198\.18\.0\.100\/32.*\n\/sys\/class\/net\/tunl0$/,
  nat: /^7114:\tfrom 198\.18\.0\.21 ipproto tcp sport 80 lookup 3323068427 *$/,
};

// A machine that is busy with other things takes several times as long.
describe("a cluster that changes to", { timeout: 600_000 }, () => {
  let stack: Stack;
  let clean: Record<string, Fingerprint>;

  const declare = (forwarding: string) =>
    (stack.config.cluster = JSON.stringify({
      vips: [vip],
      forwarding,
      ...(forwarding === "nat" ? { localClients: true } : {}),
      services: [{ port: 80, scheduler: "rr" }],
      webServer: { kind: "nginx" },
    }));

  beforeAll(async () => {
    await Promise.all(hosts.map((host) => theLab().reset(host)));
    clean = await ofEach((host) => fingerprint(theLab(), host), hosts);
    stack = new Stack(`${repository}/test/lab/programs/cluster`, { hosts: JSON.stringify(hosts) });
    declare("dr");
    await stack.up();
  });

  afterAll(async () => {
    await stack.destroy();
    stack.forget();
  });

  // No client is connected meanwhile: connections of the former method would not survive, and could prevent direct routing from working
  // (docs/forwarding.md).
  it.each(["tun", "nat", "tun", "dr", "nat", "dr"])(
    "%s is as if it had been made that way",
    async (method) => {
      declare(method);
      await stack.up();
      await stack.unchanged();
      await answersInTurn(`http://${vip}/`, ["r1", "r2"]);
      expect((await shell("r1", `${there} 2>/dev/null || :`)).trim()).toMatch(traces[method]!);
    },
  );

  it("nothing gives its hosts back", async () => {
    await stack.destroy();
    const left = await ofEach(
      async (host) => leftBehind(clean[host]!, await withoutNewPackages(theLab(), host, clean[host]!)),
      hosts,
    );
    expect(left).toEqual(Object.fromEntries(hosts.map((host) => [host, []])));
  });
});
