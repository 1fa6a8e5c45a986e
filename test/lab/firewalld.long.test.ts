// Hosts on which firewalld is in charge, tested with packets: what is opened, what stays closed, what somebody else does to it, and how it is
// given back.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { holdersOf } from "../../lab";
import { Client } from "../../lab/client";
import { type Fingerprint, fingerprint } from "../../lab/fingerprint";
import { patience, startFirewall } from "./ground/stage";
import { answerHttp } from "./support/answering";
import { leftBesidesPackages, ofEach, resetClusterHosts } from "./support/leftovers";
import { bothDirectors, on, shell, Stack, theLab } from "./support/stack";
import { answersInTurn, requests, tally } from "./support/traffic";

const program = `${__dirname}/programs/cluster`;
const vip = "198.18.0.100";
const everyone = ["d1", "d2", "r1", "r2", "r3"];
const rich = (end: string, what: string) => `rule family="ipv4" ${end} ${what} accept`;
const toVip = (port: number) => rich(`destination address="${vip}"`, `port port="${port}" protocol="tcp"`);

const service = { port: 80, scheduler: "rr" };
const one = { services: [service], webServer: { kind: "nginx" } };
const two = { ...one, services: [service, { port: 443 }] };

const clusterOf = (cluster: object) => JSON.stringify({ vips: [vip], ...cluster });

/** The rich rules of both halves. */
const rules = (host: string) =>
  Promise.all(
    ["", " --permanent"].map(async (half) =>
      (await shell(host, `firewall-cmd${half} --zone=public --list-rich-rules`))
        .split("\n")
        .filter(Boolean)
        .sort(),
    ),
  );

/** The exit status of a visit: 7 for a refusal (firewalld rejects), 28 for silence. */
async function status(port = 80, client = "c1"): Promise<number> {
  const url = `http://${vip}:${port}/`;
  return (await theLab().exec(client, ["curl", "-s", "-m", "3", "-o", "/dev/null", url])).code;
}

/** Which of the first ports of the VIP take a connection. */
async function openPorts(): Promise<number[]> {
  const scan = `
    const connect = (port) => new Promise((done) => {
      const socket = require("node:net").connect({ host: ${JSON.stringify(vip)}, port, timeout: 10000 });
      const end = (open) => { socket.destroy(); done(open ? [port] : []); };
      socket.on("connect", () => end(true)).on("error", () => end(false)).on("timeout", () => end(false));
    });
    const ports = Array.from({ length: 1024 }, (_, index) => index + 1);
    Promise.all(ports.map(connect)).then((open) => console.log(JSON.stringify(open.flat())));`;
  return JSON.parse(await on("c1", process.execPath, "-e", scan)) as number[];
}

/** The states of IPVS's connections. */
async function states(host: string): Promise<Record<string, number>> {
  const lines = (await on(host, "ipvsadm", "-Lnc")).split("\n").map((line) => line.split(/\s+/));
  return tally(lines.filter(([protocol]) => protocol === "TCP").map((fields) => fields[2]!));
}

/** As on CentOS, where firewalld brings nft along, firewalld runs after each boot. */
async function withFirewalld(hosts: string[]): Promise<Record<string, Fingerprint>> {
  await resetClusterHosts(everyone);
  await Promise.all(
    hosts.map(async (host) => {
      await shell(
        host,
        "dnf -y -q install nftables ipvsadm keepalived conntrack-tools; systemctl -q enable firewalld",
      );
      await startFirewall(host);
    }),
  );
  return ofEach((host) => fingerprint(theLab(), host), hosts);
}

const nothing = (before: Record<string, unknown>) =>
  Object.fromEntries(Object.keys(before).map((host) => [host, []]));

describe("firewalld on a director and a real server of direct routing", { timeout: 600_000 }, () => {
  let stack: Stack;
  let before: Record<string, Fingerprint>;

  beforeAll(async () => {
    before = await withFirewalld(["d1", "r1"]);
    // (It ends with the machines.)
    await answerHttp(81, 443);
    stack = new Stack(program, {
      hosts: JSON.stringify(["d1", "r1", "r2", "r3"]),
      cluster: clusterOf({ ...two, firewall: "off" }),
    });
  });

  afterAll(async () => {
    stack.forget();
    await resetClusterHosts(everyone);
  });

  it('with firewall: "off" has the VIP closed', async () => {
    await stack.up();
    expect(await status()).toBe(7);
    await stack.unchanged();
  });

  it('with "check" is told what is closed, and by which command it opens; nothing is touched', async () => {
    const files = await ofEach(
      (host) => shell(host, "find /etc/firewalld -type f | xargs sha256sum"),
      ["d1", "r1"],
    );
    stack.config.cluster = clusterOf({ ...two, firewall: "check" });
    await stack.up();
    const { stdout, stderr } = await stack.try("preview");
    for (const host of ["d1 (198.18.0.11)", "r1 (198.18.0.21)"])
      expect(`${stdout}${stderr}`).toContain(
        `${host}: firewalld has no rule to accept 80/tcp to ${vip} dev eth0 (zone public, permanent): firewall-cmd --zone=public --permanent --add-rich-rule='${toVip(80)}'`,
      );
    expect(`${stdout}${stderr}`).toContain("d1 (198.18.0.11): firewalld drops the last packets");
    expect(`${stdout}${stderr}`).not.toContain("r2 (198.18.0.22): firewalld");
    expect(await status()).toBe(7);
    expect(
      await ofEach((host) => shell(host, "find /etc/firewalld -type f | xargs sha256sum"), ["d1", "r1"]),
    ).toEqual(files);
  });

  it("is opened on exactly the declared ports, and connections end as they should", async () => {
    stack.config.cluster = clusterOf(two);
    await stack.up();
    const both = [toVip(443), toVip(80)].sort();
    for (const host of ["d1", "r1"]) expect(await rules(host)).toEqual([both, both]);
    await answersInTurn();
    expect(await status(443)).toBe(0);
    expect(await status(81)).toBe(7);
    // (firewalld's zone has the port of sshd open from the beginning, on each address.)
    expect(await openPorts()).toEqual([22, 80, 443]);
    // The director's own address has the port closed, and so has the real server's.
    for (const address of ["198.18.0.11", "198.18.0.21"])
      expect((await theLab().exec("c1", ["curl", "-s", "-m", "3", `http://${address}/`])).code).toBe(7);
    await expect.poll(() => states("d1"), patience).toEqual({ FIN_WAIT: expect.any(Number) as number });
    await stack.unchanged();
  });

  it("stays so when somebody reloads firewalld, or cuts the power", async () => {
    for (const host of ["d1", "r1"]) await on(host, "firewall-cmd", "-q", "--reload");
    await answersInTurn();
    await stack.unchanged();
    await Promise.all(["d1", "r1"].map((host) => theLab().crash(host)));
    await Promise.all(["d1", "r1"].map((host) => theLab().boot(host)));
    for (const host of ["d1", "r1"]) await startFirewall(host);
    await on("c1", "ip", "neigh", "flush", "dev", "eth0");
    await expect.poll(() => status(), patience).toBe(0);
    await answersInTurn();
    await expect.poll(() => states("d1"), patience).toEqual({ FIN_WAIT: expect.any(Number) as number });
    await stack.unchanged();
  });

  it("is named and repaired when somebody removes one half of a rule, or lets packets be tracked", async () => {
    await on("d1", "firewall-cmd", "-q", "--remove-rich-rule", toVip(80));
    await on("r1", "firewall-cmd", "-q", "--permanent", "--remove-rich-rule", toVip(80));
    await on("d1", "nft", "flush", "chain", "inet", "pulumi_lvs", "untracked");
    expect(await status()).toBe(7);
    const preview = await stack.preview();
    const fact = `firewalld accept 80/tcp to ${vip} dev eth0`;
    expect(preview).toContain(`found ${fact} permanent only`);
    expect(preview).toContain(`found ${fact} runtime only`);
    expect(preview).toContain(`lost  firewall notrack tcp 80 to ${vip}`);
    await stack.up();
    await answersInTurn();
    await stack.unchanged();
  });

  it("closes the port of a service that goes, and keeps the others open", async () => {
    stack.config.cluster = clusterOf(one);
    await stack.up();
    for (const host of ["d1", "r1"]) expect(await rules(host)).toEqual([[toVip(80)], [toVip(80)]]);
    await answersInTurn();
    expect(await status(443)).toBe(7);
    await stack.unchanged();
  });

  it("fails no request of a load while services and a real server come and go", async () => {
    const client = new Client(theLab());
    const all = stack.config.hosts!;
    const seen = async () => {
      const now = await client.call("seen");
      expect(now.failures).toEqual([]);
      return requests(now);
    };
    try {
      await client.call("load", { url: `http://${vip}/`, visitors: 2 });
      await expect.poll(seen, patience).toBeGreaterThan(0);
      for (const [hosts, cluster] of [
        [all, two],
        [JSON.stringify(["d1", "r2", "r3"]), two],
        [all, two],
        [all, one],
      ] as const) {
        const before = await seen();
        Object.assign(stack.config, { hosts, cluster: clusterOf(cluster) });
        await stack.up();
        expect(await rules("r1")).toEqual(
          hosts === all
            ? [cluster, cluster].map(({ services }) => services.map(({ port }) => toVip(port)).sort())
            : [[], []],
        );
        await expect.poll(seen, patience).toBeGreaterThan(before + 75);
      }
    } finally {
      await client.end();
    }
    await stack.unchanged();
  });

  it("moves with the interface to another zone", async () => {
    const permanently = ["firewall-cmd", "-q", "--permanent", "--zone=dmz"];
    await on("d1", ...permanently, "--add-interface=eth0");
    await on("d1", "firewall-cmd", "-q", "--reload");
    expect(await status()).toBe(7);
    expect(await stack.preview()).toContain(`lost  firewalld accept 80/tcp to ${vip} dev eth0`);
    await stack.up();
    await answersInTurn();
    expect(await rules("d1")).toEqual([[], []]);
    await on("d1", ...permanently, "--remove-interface=eth0");
    await on("d1", "firewall-cmd", "-q", "--reload");
    await stack.up();
    // (This file is that of whoever has moved the interface.)
    await shell("d1", "rm /etc/firewalld/zones/dmz.xml*; firewall-cmd -q --reload");
    await answersInTurn();
    await stack.unchanged();
  });

  it("is given back to the byte: files of firewalld, its rules, and all tables", async () => {
    await stack.destroy();
    expect(await leftBesidesPackages(before)).toEqual(nothing(before));
    expect(await status()).not.toBe(0);
  });
});

describe("firewalld that is started only later", { timeout: 600_000 }, () => {
  let stack: Stack;

  beforeAll(async () => {
    await resetClusterHosts(everyone);
    await shell("d1", "dnf -y -q install nftables");
    stack = new Stack(program, {
      hosts: JSON.stringify(["d1", "r1", "r2", "r3"]),
      cluster: clusterOf(one),
    });
    await stack.up();
  });

  afterAll(async () => {
    stack.forget();
    await resetClusterHosts(everyone);
  });

  it("is drift, which an update repairs", async () => {
    await answersInTurn();
    expect((await theLab().exec("d1", ["nft", "list", "table", "inet", "pulumi_lvs"])).code).not.toBe(0);
    await startFirewall("d1");
    expect(await status()).toBe(7);
    const preview = await stack.preview();
    expect(preview).toContain(`lost  firewalld accept 80/tcp to ${vip} dev eth0`);
    expect(preview).toContain(`lost  firewall notrack tcp 80 to ${vip}`);
    await stack.up();
    await answersInTurn();
    await stack.unchanged();
  });

  it("and stopped again is given back all the same", async () => {
    await on("d1", "systemctl", "stop", "firewalld");
    await answersInTurn();
    await stack.unchanged();
    await stack.destroy();
    expect(await shell("d1", "ls /etc/firewalld/zones; nft list tables")).toBe("");
    await startFirewall("d1");
    expect(await rules("d1")).toEqual([[], []]);
  });
});

describe("firewalld on every host of a pair", { timeout: 600_000 }, () => {
  let before: Record<string, Fingerprint>;
  let stack: Stack;

  beforeAll(async () => {
    await withFirewalld(everyone);
    // (A scenario's `conntrack` loads it.)
    await on("d2", "modprobe", "nf_conntrack_netlink");
    before = await ofEach((host) => fingerprint(theLab(), host), everyone);
    stack = new Stack(program, {
      ...bothDirectors(),
      hosts: JSON.stringify(everyone),
      cluster: clusterOf(one),
    });
  });

  afterAll(async () => {
    stack.forget();
    await resetClusterHosts(everyone);
  });

  const holders = () => holdersOf(theLab(), vip, ["d1", "d2"]);

  it("has one master, which checks its real servers", async () => {
    await stack.up();
    await expect.poll(holders, patience).toEqual(["d1"]);
    await answersInTurn();
    const [runtime, permanent] = await rules("d2");
    expect(runtime).toEqual(permanent);
    expect(runtime).toEqual(
      [
        toVip(80),
        rich('source address="198.18.0.11"', 'protocol value="vrrp"'),
        rich('source address="198.18.0.11"', 'port port="8848" protocol="udp"'),
      ].sort(),
    );
    await stack.unchanged();
  });

  it("has two masters for a moment where somebody drops the adverts, until an update repairs that", async () => {
    const vrrp = rich('source address="198.18.0.11"', 'protocol value="vrrp"');
    const takeOvers = async () =>
      Number(await shell("d2", "journalctl -q -u keepalived -g 'Entering MASTER STATE' | wc -l"));
    const before = await takeOvers();
    await on("d2", "firewall-cmd", "-q", "--remove-rich-rule", vrrp);
    // (conntrack still knows the adverts, and firewalld accepts what it knows.)
    await on("d2", "conntrack", "-F");
    await expect.poll(takeOvers, patience).toBeGreaterThan(before);
    // (The other director's adverts now count as answers of its own, so it soon is a backup again, until the next time.)
    expect(await stack.preview()).toContain(
      "found firewalld accept vrrp from 198.18.0.11 dev eth0 permanent only",
    );
    await stack.up();
    await expect.poll(holders, patience).toEqual(["d1"]);
    const [runtime] = await rules("d2");
    expect(runtime).toContain(vrrp);
    await stack.unchanged();
  });

  it("is given back to the byte", async () => {
    await stack.destroy();
    expect(await leftBesidesPackages(before)).toEqual(nothing(before));
  });
});

describe("firewalld on a director and real servers of other methods", { timeout: 600_000 }, () => {
  const hosts = ["d1", "r1", "r2", "r3"];
  let before: Record<string, Fingerprint>;
  let stack: Stack;

  beforeAll(async () => {
    before = await withFirewalld(hosts);
    stack = new Stack(program, { hosts: JSON.stringify(hosts), cluster: "" });
  });

  afterAll(async () => {
    stack.forget();
    await resetClusterHosts(everyone);
  });

  it.each(["ipip", "gre", "gue"])("lets in what comes by a tunnel: %s", async (type) => {
    stack.config.cluster = clusterOf({ ...one, forwarding: "tun", tunnel: { type } });
    await stack.up();
    await answersInTurn();
    expect(await status(81)).toBe(7);
    await stack.unchanged();
  });

  it("says that replies of NAT need conntrack of IPVS, and serves with it", async () => {
    const nat = { ...one, forwarding: "nat", localClients: true };
    stack.config.cluster = clusterOf(nat);
    const { code, stdout, stderr } = await stack.try("preview");
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toContain("give ipvs: { conntrack: true }");
    stack.config.cluster = clusterOf({ ...nat, ipvs: { conntrack: true } });
    await stack.up();
    await answersInTurn();
    await stack.unchanged();
  });

  it("is given back to the byte", async () => {
    await stack.destroy();
    expect(await leftBesidesPackages(before)).toEqual(nothing(before));
  });
});
