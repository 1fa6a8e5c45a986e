// Web servers at further ports, behind a director that forwards to them by NAT: what is served, changed, repaired and given back.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "../../lab/client";
import { type Fingerprint } from "../../lab/fingerprint";
import { patience } from "./ground/stage";
import {
  fingerprints,
  hosts,
  leftBesidesPackages,
  nothing,
  ofEach,
  resetClusterHosts,
} from "./support/leftovers";
import { on, shell, Stack, theLab } from "./support/stack";
import { answersInTurn, requests, vip } from "./support/traffic";

const realServers = ["r1", "r2", "r3"];
const files = {
  nginx: "/etc/nginx/conf.d/pulumi-lvs.conf",
  httpd: "/etc/httpd/conf.d/pulumi-lvs.conf",
};
type Kind = keyof typeof files;

const clusterOf = (kind: Kind, realServerPort: number, ...ports: number[]) =>
  JSON.stringify({
    vips: [vip],
    forwarding: "nat",
    localClients: true,
    services: [{ port: 80, realServerPort, scheduler: "rr" }],
    webServer: { kind, ports },
  });

/** The main process of each web server: it stays the same over a reload. */
const processes = (kind: Kind) =>
  ofEach((host) => on(host, "systemctl", "show", "-p", "MainPID", `${kind}.service`), realServers);

/** The ports at which the host's web server listens, by family. */
async function listening(host: string): Promise<string[]> {
  const text = await shell(host, "ss -Hltnp | awk '/nginx|httpd|apache2/ { print $4 }'");
  return [...new Set(text.split("\n").map((address) => Number(address.slice(address.lastIndexOf(":") + 1))))]
    .sort((one, other) => one - other)
    .map(String);
}

describe.each(["nginx", "httpd"] as const)("%s at other ports than 80", { timeout: 600_000 }, (kind) => {
  const file = files[kind];
  let stack: Stack;
  let before: Record<string, Fingerprint>;

  beforeAll(async () => {
    await resetClusterHosts();
    // On r1 it runs before us. (httpd's package leaves an account behind, so httpd is on all of them before.)
    const there = kind === "httpd" ? realServers : ["r1"];
    await ofEach((host) => on(host, "dnf", "-y", "-q", "install", kind), there);
    await on("r1", "systemctl", "start", kind);
    before = await fingerprints();
    stack = new Stack(`${__dirname}/programs/cluster`, {
      hosts: JSON.stringify(hosts),
      cluster: clusterOf(kind, 8080, 8080),
    });
  });

  afterAll(async () => {
    stack.forget();
    await resetClusterHosts();
  });

  it("serves behind NAT, also on one that ran already", async () => {
    const { r1 } = await processes(kind);
    await stack.up();
    await answersInTurn();
    for (const host of realServers) expect(await listening(host)).toEqual(["80", "8080"]);
    await answersInTurn("http://[fd18::21]:8080/", ["r1"]);
    expect((await processes(kind)).r1).toBe(r1);
    await stack.unchanged();
  });

  it("is repaired where somebody has edited or removed the file", async () => {
    const now = await processes(kind);
    await shell("r1", `sed -i s/8080/8085/g ${file}; systemctl reload ${kind}`);
    await on("r2", "rm", file);
    const preview = await stack.preview();
    expect(preview).toContain(`lost  file ${file}`);
    expect(preview).toContain(`found file ${file}`);
    await stack.up();
    await answersInTurn();
    for (const host of realServers) expect(await listening(host)).toEqual(["80", "8080"]);
    expect(await processes(kind)).toEqual(now);
    await stack.unchanged();
  });

  it("moves to another port in three steps, and no request fails", async () => {
    const now = await processes(kind);
    const client = new Client(theLab());
    const seen = async () => {
      const all = await client.call("seen");
      expect(all.failures).toEqual([]);
      return requests(all);
    };
    try {
      await client.call("load", { url: `http://${vip}/`, visitors: 2 });
      await expect.poll(seen, patience).toBeGreaterThan(0);
      for (const [port, ...ports] of [
        [8080, 8080, 8081],
        [8081, 8080, 8081],
        [8081, 8081],
      ] as const) {
        const count = await seen();
        stack.config.cluster = clusterOf(kind, port, ...ports);
        await stack.up();
        await expect.poll(seen, patience).toBeGreaterThan(count + 50);
        for (const host of realServers) expect(await listening(host)).toEqual(["80", ...ports.map(String)]);
      }
    } finally {
      await client.end();
    }
    expect(await processes(kind)).toEqual(now);
    await stack.unchanged();
  });

  it("is refused a port that another program has, before anything changes", async () => {
    await shell("r3", "systemd-run -q --unit=squatter python3 -m http.server 8082");
    await expect.poll(() => shell("r3", "ss -Hltn | grep -c :8082 || :"), patience).toBe("1");
    stack.config.cluster = clusterOf(kind, 8081, 8081, 8082);
    const { code, stdout, stderr } = await stack.try("preview");
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toContain(`port 8082 of this host, at which ${kind}.service is to listen`);
    await on("r3", "systemctl", "stop", "squatter");
    stack.config.cluster = clusterOf(kind, 8081, 8081);
    await stack.unchanged();
  });

  it("leaves port 80 alone when the ports go, and is given back", async () => {
    stack.config.cluster = clusterOf(kind, 80);
    await stack.up();
    await answersInTurn();
    for (const host of realServers) expect(await listening(host)).toEqual(["80"]);
    stack.config.cluster = clusterOf(kind, 8080, 8080);
    await stack.up();
    await answersInTurn();
    const { r1 } = await processes(kind);
    await stack.destroy();
    expect(await leftBesidesPackages(before)).toEqual(nothing);
    expect(await listening("r1")).toEqual(["80"]);
    expect((await processes(kind)).r1).toBe(r1);
  });
});
