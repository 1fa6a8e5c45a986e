// A director of direct routing sees half of each connection. Its conntrack takes the client's FIN for invalid, and
// firewalld drops what is invalid: visits look healthy, and IPVS keeps each connection as established for a quarter of an
// hour, which the schedulers that count connections go by. Packets that are not tracked have no such trouble.
import { afterAll, beforeAll, expect, it } from "vitest";
import { on } from "../stack";
import { tally, visits } from "../traffic";
import { answers, balance, directRouting, nft, patience, unbalance, vip } from "./stage";

/** IPVS's connections by their state. */
async function states(): Promise<Record<string, number>> {
  const lines = (await on("d1", "ipvsadm", "-Lnc")).split("\n").filter((line) => line.startsWith("TCP"));
  return tally(lines.map((line) => line.split(/\s+/)[2]!));
}

export function invalid(): void {
  beforeAll(async () => {
    await directRouting(vip);
    await on("d1", "systemctl", "start", "firewalld");
    await on("d1", "firewall-cmd", "-q", "--add-port=80/tcp");
  });

  afterAll(async () => {
    await on("d1", "nft", "delete", "table", "inet", "lvs");
    await on("d1", "systemctl", "stop", "firewalld");
    await unbalance(vip);
  });

  it("drops the end of each connection, though all visits are answered", async () => {
    await balance(`-t ${vip}:80`, "-g");
    expect(await visits(6)).toHaveLength(6);
    await expect.poll(states, patience).toEqual({ ESTABLISHED: 6 });
  });

  it("lets it through where the VIP's packets are not tracked, also after a reload", async () => {
    const rule = `ip daddr ${vip} tcp dport 80 notrack`;
    await nft("d1", "inet lvs", `chain prerouting { type filter hook prerouting priority -300; ${rule}; }`);
    await on("d1", "firewall-cmd", "-q", "--reload");
    await on("d1", "firewall-cmd", "-q", "--add-port=80/tcp");
    // A table of connections by itself.
    await on("d1", "ipvsadm", "-C");
    await balance(`-t ${vip}:80`, "-g");
    await answers();
    await expect.poll(states, patience).toEqual({ FIN_WAIT: 6 });
  });
}
