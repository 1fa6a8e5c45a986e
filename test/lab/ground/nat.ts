// NAT for a client in the real servers' own network. The real servers answer the client directly, and the client refuses
// those answers. With masquerade the real servers see the director as the client, and answer it.
import { afterAll, beforeAll, expect, it } from "vitest";
import { on, shell } from "../support/stack";
import {
  addresses,
  answers,
  balance,
  fails,
  forgetNeighbours,
  nft,
  servers,
  startFirewall,
  unbalance,
  vip,
} from "./stage";

export function nat(): void {
  beforeAll(async () => {
    await shell("d1", `ip addr replace ${vip}/32 dev eth0; sysctl -q net.ipv4.ip_forward=1`);
    await Promise.all(servers.map((host) => shell(host, `ip addr del ${vip}/32 dev lo 2>/dev/null || true`)));
    await balance(`-t ${vip}:80`, "-m");
    await forgetNeighbours();
  });

  afterAll(async () => {
    await on("d1", "sysctl", "-q", "net.ipv4.vs.conntrack=0", "net.ipv4.ip_forward=0");
    await unbalance(vip);
  });

  it("does not reach a client in the real servers' network", async () => {
    await fails(28);
  });

  it("reaches it by masquerade of nf_tables once IPVS's connections are tracked; real servers see the director", async () => {
    const rule = `ip daddr { ${addresses.join(", ")} } tcp dport 80 masquerade`;
    await nft("d1", "ip lvs", `chain postrouting { type nat hook postrouting priority 100; ${rule}; }`);
    await fails(28);
    await on("d1", "sysctl", "-q", "net.ipv4.vs.conntrack=1");
    await answers();
    const visitors = await Promise.all(
      servers.map((host) => shell(host, "tail -n 1 /var/log/nginx/access.log | cut -d' ' -f1")),
    );
    expect(visitors).toEqual(servers.map(() => "198.18.0.11"));
    await on("d1", "nft", "delete", "table", "ip", "lvs");
  });

  it("reaches it by masquerade of firewalld", async () => {
    await startFirewall("d1");
    await on("d1", "firewall-cmd", "-q", "--add-port=80/tcp");
    await on("d1", "firewall-cmd", "-q", "--add-masquerade");
    await answers();
    await on("d1", "systemctl", "stop", "firewalld");
  });
}
