// What a director needs to forward by NAT, and what real servers need to be reached by NAT, by direct routing and by tunnels: each is changed by
// hand in each way that is possible. The next preview reports it, and the next up repairs it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fingerprint } from "../../lab/fingerprint";
import { differences } from "../../lab/fingerprint";
import { cell, hostsOf } from "./forwarding/cells";
import { forgetNeighbours, Forwarded, holds, Visitor } from "./forwarding/forwarded";
import { startServers, stopServers } from "./forwarding/servers";
import type { DriftCase } from "./support/driftCases";
import { breakAll, named } from "./support/drifted";
import { fingerprints, leftBesidesPackages, resetClusterHosts } from "./support/leftovers";
import { gained } from "./support/previewed";

const vip = "198.18.0.100";
const table = "3323068427";
const given = cell("nat", {
  traffic: ["mark"],
  realServers: ["r1", "r2", "f1"],
  own: { r2: "dr", f1: "tun" },
});
const hosts = hostsOf(given);

const sysctl = (host: string, key: string, wanted: number, found: number): DriftCase => ({
  name: `${key} of ${host}`,
  host,
  break: `sysctl -qw ${key}=${found}`,
  lines: [`lost  ${key} = ${wanted}`, `found ${key} = ${found}`],
});

const of = (host: string, name: string, line: string, lines: string[]): DriftCase => ({
  name,
  host,
  break: line,
  lines,
});

const rule = (priority: number, port: number, way: string) => `${priority}: ${selector(port)} ${way}`;
const selector = (port: number) => `from 198.18.0.21 ipproto tcp sport ${port}`;
const director = `lookup ${table}`;
const neighbours = "lookup main suppress_prefixlength 0";
const route = `default via 198.18.0.11 dev eth0 table ${table}`;

const clampBy = (size: number) =>
  `nft flush chain inet pulumi_lvs clamps
  nft add rule inet pulumi_lvs clamps ip saddr ${vip} tcp flags syn tcp option maxseg size '>' ${size} tcp option maxseg size set ${size}`;
const mark = "mark 7 tcp 80,8000 to 198.18.0.100";
const clamp = "clamp 1440 from 198.18.0.100";

// Each list changes a fact in one way at most, so no case hides another one.

const oneWay: DriftCase[] = [
  sysctl("d1", "net.ipv4.conf.eth0.forwarding", 1, 0),
  sysctl("d1", "net.ipv4.conf.all.send_redirects", 0, 1),
  sysctl("d1", "net.ipv4.conf.eth0.send_redirects", 0, 1),
  of("d1", "the rule of the mark deleted", "nft flush chain inet pulumi_lvs marks", [
    `lost  firewall ${mark}`,
  ]),
  of("r1", "the route deleted", `ip route del default table ${table}`, [`lost  route ${route}`]),
  of("r1", "a rule to the director deleted", `ip rule del priority 7114 ${selector(80)} ${director}`, [
    `lost  ip rule ${rule(7114, 80, director)}`,
  ]),
  of("r1", "a rule to neighbours deleted", `ip rule del priority 7113 ${selector(8000)} ${neighbours}`, [
    `lost  ip rule ${rule(7113, 8000, neighbours)}`,
  ]),
  of("r2", "the VIP of direct routing removed", `ip address del ${vip}/32 dev lo`, [
    `lost  ${vip}/32 dev lo`,
  ]),
  sysctl("f1", "net.ipv4.conf.tunl0.rp_filter", 2, 1),
  sysctl("f1", "net.ipv4.conf.eth0.arp_ignore", 1, 0),
  of("f1", "the VIP of the tunnel removed", `ip address del ${vip}/32 dev tunl0`, [
    `lost  ${vip}/32 dev tunl0`,
  ]),
  of("f1", "the tunnel down", "ip link set tunl0 down", [
    "lost  interface tunl0 up",
    "found interface tunl0 down",
  ]),
  of("f1", "the table of the clamp deleted", "nft delete table inet pulumi_lvs", [`lost  firewall ${clamp}`]),
];

const anotherWay: DriftCase[] = [
  of("d1", "a rule added to our table", "nft add rule inet pulumi_lvs marks tcp dport 99 drop", [
    "found firewall rule marks tcp dport 99 drop",
  ]),
  of("d1", "a weight edited", "ipvsadm -e -f 7 -r 198.18.0.22:0 -g -w 9", [
    "lost  -a -f 7 -r 198.18.0.22:0 -g -w 1",
    "found -a -f 7 -r 198.18.0.22:0 -g -w 9",
  ]),
  of("r1", "another gateway", `ip route replace default via 198.18.0.12 table ${table}`, [
    `lost  route ${route}`,
  ]),
  of(
    "r1",
    "all rules deleted",
    "ip rule flush; ip rule add priority 32766 lookup main; ip rule add priority 32767 lookup default",
    [
      `lost  ip rule ${rule(7113, 80, neighbours)}`,
      `lost  ip rule ${rule(7113, 8000, neighbours)}`,
      `lost  ip rule ${rule(7114, 80, director)}`,
      `lost  ip rule ${rule(7114, 8000, director)}`,
    ],
  ),
  of("f1", "another limit of the clamp", clampBy(1200), [
    `lost  firewall ${clamp}`,
    `found firewall ${clamp.replace("1440", "1200")}`,
  ]),
];

/** What goes with a module is lost with it. */
const withModules: DriftCase[] = [
  of("f1", "the module of the tunnel removed", "rmmod ipip", [
    "lost  module ipip",
    "lost  interface tunl0 up",
    `lost  ${vip}/32 dev tunl0`,
    "lost  net.ipv4.conf.tunl0.rp_filter = 2",
  ]),
];

describe("drift of what forwarding needs", { timeout: 600_000 }, () => {
  let before: Record<string, Fingerprint>;
  let whole: Record<string, Fingerprint>;
  let stack: Forwarded;
  let visitor: Visitor;

  beforeAll(async () => {
    await resetClusterHosts(hosts);
    before = await fingerprints(hosts);
    stack = new Forwarded(given);
    visitor = await Visitor.come(given);
    await forgetNeighbours();
    await startServers(given);
    await stack.up();
    whole = await fingerprints(hosts);
  });

  afterAll(async () => {
    await visitor.go();
    await stack.try("destroy");
    stack.forget();
    await stopServers(given.realServers);
  });

  it.each([
    ["one way", oneWay],
    ["another way", anotherWay],
    ["with modules", withModules],
  ])("is named line by line, and repaired at once: %s", async (_, cases) => {
    await breakAll(cases);
    await named(stack, hosts, cases);
    await stack.up();
    const now = await fingerprints(hosts);
    for (const host of hosts) expect(differences(whole[host]!, now[host]!), host).toEqual([]);
    await holds(visitor, given);
    expect(gained(await stack.unchanged())).toEqual({});
  });

  it("leaves nothing on a host that destroy restores", async () => {
    await breakAll(oneWay);
    const said = await stack.destroy();
    await stopServers(given.realServers);
    expect(await leftBesidesPackages(before), said).toEqual(
      Object.fromEntries(hosts.map((host) => [host, []])),
    );
  });
});
