// Tunnels other than IP in IP, by packets: each from its creation to its end (forwarding/prove.ts), with the director's messages "fragmentation needed" lost;
// a tunnel that changes under open connections; what somebody does to one by hand; hosts that cannot have one; and VIPs of IPv6.
import type * as lvs from "@pulumi-lvs/lvs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fingerprint } from "../../lab/fingerprint";
import { Client } from "../../lab/client";
import { type Cell, cell, hostsOf, vipOf } from "./forwarding/cells";
import { forgetNeighbours, Forwarded, holds, Visitor } from "./forwarding/forwarded";
import { loseMessages, loseNoMessages, prove } from "./forwarding/prove";
import { downloadSize, startServers, stopServers } from "./forwarding/servers";
import { fingerprints, leftBesidesPackages, resetClusterHosts } from "./support/leftovers";
import { on, shell, Stack, theLab } from "./support/stack";

const over = (tunnel: lvs.TunnelArgs, more: Partial<Cell> = {}) =>
  cell("tun", { tunnel: tunnel as Cell["tunnel"], ...more });

// A machine that is busy with other things takes several times as long.
const limits = { timeout: 600_000 };

describe("a cluster that forwards by tunnels", limits, () => {
  const blackHole = true;
  it.each<[string, Cell]>([
    ["GUE", over({ type: "gue" }, { blackHole })],
    [
      "GUE at another port, with remote checksum offload",
      over({ type: "gue", port: 7000, checksum: "remcsum" }, { blackHole }),
    ],
    ["GRE", over({ type: "gre" }, { blackHole })],
    [
      "one of each type",
      over(
        { type: "gue", checksum: "csum" },
        { blackHole, ownTunnels: { r2: { type: "gre" }, f1: { type: "ipip" } } },
      ),
    ],
    ["GUE, with two directors", over({ type: "gue" }, { blackHole, pair: true })],
  ])("of %s", (_, given) => prove(given));
});

describe("a cluster whose tunnel", limits, () => {
  const hosts = ["r1", "f1"];
  const first = over({ type: "gue" }, { realServers: hosts });
  let before: Record<string, Fingerprint>;
  let stack: Forwarded;
  let visitor: Visitor;

  beforeAll(async () => {
    await resetClusterHosts(hostsOf(first));
    before = await fingerprints(hostsOf(first));
    stack = new Forwarded(first);
    visitor = await Visitor.come(first);
    await forgetNeighbours();
    await startServers(first);
    await stack.up();
  });

  afterAll(async () => {
    await visitor.go();
    await stack.try("destroy");
    stack.forget();
    await stopServers(hosts);
  });

  it.each<lvs.TunnelType>(["gre", "ipip", "gue"])(
    "becomes %s goes on answering, on open connections as well",
    async (type) => {
      const next = over({ type }, { realServers: hosts });
      const client = new Client(theLab(), "x1");
      try {
        const held = await client.hold(2, vipOf(first));
        expect(held.map(({ answered }) => answered).sort()).toEqual(["<h1>f1</h1>", "<h1>r1</h1>"]);
        stack.declare(next);
        await stack.up();
        for (const each of held) expect(await each.ask()).toBe(each.answered);
        visitor.visits(next);
        await holds(visitor, next);
        await stack.unchanged();
      } finally {
        await client.end();
      }
    },
  );

  it("is closed by hand is told in a preview, and repaired", async () => {
    await on("r1", "ip", "fou", "del", "port", "6080");
    await on("f1", "ip", "link", "set", "tunl0", "down");
    await on("d1", "ipvsadm", "-e", "-t", `${vipOf(first)}:80`, "-r", "198.18.0.21:80", "-i", "-w", "1");
    const said = await stack.preview();
    for (const line of [
      "lost  UDP port 6080 gue",
      "lost  interface tunl0 up",
      "found interface tunl0 down",
      "lost  -a -t 198.18.0.100:80 -r 198.18.0.21:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum",
      "found -a -t 198.18.0.100:80 -r 198.18.0.21:80 -i -w 1",
    ])
      expect(said).toContain(line);
    await stack.up();
    await holds(visitor, first);
    await stack.unchanged();
  });

  it("would arrive at a port that a program has is refused in a preview", async () => {
    stack.declare(over({ type: "gue", port: 6099 }, { realServers: hosts }));
    await on("f1", "systemd-run", "-q", "--unit=taken", "python3", "-c", taker);
    await shell("f1", "until ss -Hlnu sport = 6099 | grep -q .; do sleep 0.1; done");
    const { code, stdout, stderr } = await stack.try("preview");
    await on("f1", "systemctl", "stop", "taken");
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toMatch(/f1.*UDP port 6099 of this host is in use/s);
    stack.declare(first);
    await stack.unchanged();
  });

  it("needs a module that a host does not have is refused in a preview", async () => {
    const module = await on("r1", "modinfo", "-F", "filename", "ip_gre");
    await shell("r1", `mv ${module} /root/ip_gre.ko; depmod -a`);
    stack.declare(over({ type: "gre" }, { realServers: hosts }));
    const { code, stdout, stderr } = await stack.try("preview");
    await shell("r1", `mv /root/ip_gre.ko ${module}; depmod -a`);
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toMatch(/r1.*kernel \S+ of this host has no module ip_gre/s);
    stack.declare(first);
    await stack.unchanged();
  });

  it("has a port of somebody else beside it leaves that one there", async () => {
    await on("r1", "ip", "fou", "add", "port", "5555", "ipproto", "4");
    await stack.destroy();
    expect(await on("r1", "ip", "fou", "show")).toMatch(/^port 5555 ipproto 4 *$/);
    await shell("r1", "ip fou del port 5555; rmmod fou");
    await stopServers(hosts);
    // (What fou needs was left with it.)
    await shell("r1", "rmmod ip6_udp_tunnel udp_tunnel ip_tunnel 2>/dev/null || :");
    expect(await leftBesidesPackages(before)).toEqual(
      Object.fromEntries(hostsOf(first).map((host) => [host, []])),
    );
  });
});

const taker = `
import socket, time
taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
taken.bind(("", 6099))
time.sleep(600)
`;

describe("VIPs of both families by tunnels", limits, () => {
  const vips = ["198.18.0.160", "fd18::160"];
  const hosts = ["d1", "r1", "f1"];

  it.each<[string, lvs.TunnelArgs, object]>([
    [
      "GUE, in the VIP's own family",
      { type: "gue" },
      { r1: { address6: "fd18::21" }, f1: { address6: "fd19::21" } },
    ],
    ["GUE, in IPv4 and in IPv6", { type: "gue", checksum: "csum" }, { f1: { address: "fd19::21" } }],
    ["GRE, in IPv4", { type: "gre" }, {}],
    [
      "GRE, in the VIP's own family",
      { type: "gre" },
      { r1: { address6: "fd18::21" }, f1: { address6: "fd19::21" } },
    ],
    ["GRE, in IPv4 and in IPv6", { type: "gre" }, { f1: { address: "fd19::21" } }],
  ])("%s", async (_, tunnel, own) => {
    await resetClusterHosts(hosts);
    const before = await fingerprints(hosts);
    const stack = new Stack(`${__dirname}/programs/cluster`, {
      hosts: JSON.stringify(hosts),
      own: JSON.stringify({ d1: { address6: "fd18::11" }, ...own }),
      cluster: JSON.stringify({
        vips,
        forwarding: "tun",
        tunnel,
        services: [
          { port: 80, scheduler: "rr" },
          { port: 8000, scheduler: "rr" },
        ],
        webServer: { kind: "nginx" },
      }),
    });
    const answering = cell("tun", { realServers: ["r1", "f1"] });
    try {
      await startServers(answering);
      await stack.up();
      await forgetNeighbours();
      await stack.unchanged();
      await loseMessages(answering);
      for (const vip of ["198.18.0.160", "[fd18::160]"]) {
        const pages = await shell(
          "x1",
          `for i in 1 2 3 4 5 6; do curl -s -g -m 5 http://${vip}/ || echo failed; done`,
        );
        expect([vip, [...new Set(pages.split("\n"))].sort()]).toEqual([vip, ["<h1>f1</h1>", "<h1>r1</h1>"]]);
        const upload = `cd $(mktemp -d); head -c ${downloadSize} /dev/urandom >sent; sha256sum <sent | cut -d' ' -f1
          curl -s -g -m 60 -H Expect: --data-binary @sent http://${vip}:8000/; echo; rm sent`;
        for (let visit = 0; visit < 2; visit++) {
          const [sum, answer] = (await shell("x1", upload)).split("\n");
          expect([vip, answer?.split(" ")[1]]).toEqual([vip, sum]);
        }
      }
      await loseNoMessages(["d1"]);
      const said = await stack.destroy();
      await stopServers(answering.realServers);
      expect(await leftBesidesPackages(before), said).toEqual(
        Object.fromEntries(hosts.map((host) => [host, []])),
      );
    } finally {
      await stack.try("destroy");
      stack.forget();
    }
  });
});
