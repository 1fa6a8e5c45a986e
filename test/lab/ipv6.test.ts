// VIPs of IPv6, and of both families in one declaration, tested with packets: each method of forwarding, and what remains when the cluster
// is given back.
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { leftBehind, type Fingerprint, fingerprint } from "../../lab/fingerprint";
import { bothDirectors, on, shell, Stack, theLab } from "./support/stack";

const hosts = ["d1", "d2", "r1", "r2", "f1"];
const vips = ["198.18.0.160", "fd18::160"];
const [vip4 = "", vip6 = ""] = vips;

/** Each host's address of IPv6, as the lab gives it. */
const own = (names: string[]) =>
  Object.fromEntries(
    names.map((name) => {
      const number = Number(name.slice(1)) + (name.startsWith("d") ? 10 : 20);
      return [name, { address6: `${name.startsWith("f") ? "fd19" : "fd18"}::${number}` }];
    }),
  );

/** The pages that a client gets in this number of visits, sorted, each once; with the errors of failed visits. */
async function seen(client: string, vip: string, port = 80, times = 6): Promise<string[]> {
  const place = vip.includes(":") ? `[${vip}]` : vip;
  const pages = await shell(
    client,
    `for i in $(seq ${times}); do curl -s -m 3 http://${place}:${port}/ || echo failed $?; done`,
  );
  return [...new Set(pages.split("\n"))].sort();
}

const pages = (...names: string[]) => names.map((name) => `<h1>${name}</h1>`);

function cluster(names: string[], wish: object, more: Record<string, object> = {}): Stack {
  return new Stack(`${__dirname}/programs/cluster`, {
    ...bothDirectors(),
    hosts: JSON.stringify(names),
    own: JSON.stringify({ ...own(names), ...more }),
    cluster: JSON.stringify({
      vips,
      services: [{ port: 80, scheduler: "rr" }],
      webServer: { kind: "nginx" },
      removePackages: true,
      ...wish,
    }),
  });
}

describe("a cluster with VIPs of both families", () => {
  let clean: Record<string, Fingerprint>;
  let stack: Stack | undefined;

  async function fingerprints(): Promise<Record<string, Fingerprint>> {
    const all = await Promise.all(hosts.map((host) => fingerprint(theLab(), host)));
    return Object.fromEntries(hosts.map((host, index) => [host, all[index]!]));
  }

  /** Sets it up, and checks that a second run changes nothing. */
  async function up(next: Stack): Promise<void> {
    stack = next;
    await stack.up();
    await on("x1", "ip", "-6", "neigh", "flush", "dev", "eth0");
    await stack.unchanged();
  }

  /** Gives it back, and checks that nothing is left. */
  async function down(): Promise<void> {
    await stack!.destroy();
    stack!.forget();
    stack = undefined;
    const after = await fingerprints();
    for (const host of hosts) expect([host, leftBehind(clean[host]!, after[host]!)]).toEqual([host, []]);
  }

  beforeAll(async () => {
    clean = await fingerprints();
  });

  // (The next scenario finds clean hosts.)
  afterEach(async () => {
    if (stack === undefined) return;
    await stack.try("destroy");
    stack.forget();
    stack = undefined;
  });

  it("by direct routing", async () => {
    await up(cluster(["d1", "r1", "r2"], {}));
    for (const vip of vips)
      for (const client of ["c1", "x1"]) expect(await seen(client, vip)).toEqual(pages("r1", "r2"));
    // For a neighbour, the VIP is on the director, and on no real server.
    await on("c1", "ip", "neigh", "flush", "dev", "eth0");
    await seen("c1", vip6, 80, 1);
    expect(await shell("c1", `ip -6 neigh show ${vip6} | grep -o 'lladdr [^ ]*'`)).toBe(
      "lladdr 02:4c:c6:12:00:0b",
    );
    await down();
  });

  it("by NAT, with another port", async () => {
    await up(
      cluster(["d1", "r1", "r2"], {
        forwarding: "nat",
        services: [{ port: 8080, realServerPort: 80, scheduler: "rr" }],
      }),
    );
    for (const vip of vips) expect(await seen("x1", vip, 8080)).toEqual(pages("r1", "r2"));
    // A large answer arrives, and the real server's other traffic keeps its way.
    expect(await shell("r1", "ip -6 route get fd19::31")).toContain("via fd18::1 ");
    await down();
  });

  it("by NAT, with clients in the real servers' network", async () => {
    await up(cluster(["d1", "r1", "r2"], { forwarding: "nat", localClients: true }));
    for (const vip of vips)
      for (const client of ["c1", "x1"]) expect(await seen(client, vip)).toEqual(pages("r1", "r2"));
    await down();
  });

  it("by tunnels of the same family", async () => {
    await up(cluster(["d1", "r1", "f1"], { forwarding: "tun" }));
    for (const vip of vips)
      for (const client of ["c1", "x1"]) expect(await seen(client, vip)).toEqual(pages("f1", "r1"));
    await down();
  });

  it("by tunnels of IPv4 and of IPv6 for both", async () => {
    await up(cluster(["d1", "r1", "f1"], { forwarding: "tun" }, { r1: {}, f1: { address: "fd19::21" } }));
    for (const vip of vips)
      for (const client of ["c1", "x1"]) expect(await seen(client, vip)).toEqual(pages("f1", "r1"));
    await down();
  });

  it.each(["dr", "nat"])("on a pair, by %s, over a take-over", async (forwarding) => {
    const gateways = forwarding === "nat" ? { gateway: "198.18.0.165", gateway6: "fd18::165" } : {};
    await up(cluster(["d1", "d2", "r1", "r2"], { forwarding, ...gateways }));
    for (const vip of vips) expect(await seen("x1", vip)).toEqual(pages("r1", "r2"));
    await on("d1", "systemctl", "stop", "keepalived");
    for (const vip of vips) expect(await seen("x1", vip)).toEqual(pages("r1", "r2"));
    expect(await shell("d2", "ip -br -6 address show dev eth0")).toContain(`${vip6}/128`);
    expect(await shell("d1", "ip -br address show dev eth0")).not.toMatch(new RegExp(`${vip4}/|${vip6}/`));
    await on("d1", "systemctl", "start", "keepalived");
    await down();
  });
});
