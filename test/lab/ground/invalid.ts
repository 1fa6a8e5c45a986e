// With direct routing a director sees half of each connection. Its conntrack takes the client's FIN for invalid, and
// firewalld drops invalid packets. Visits succeed, but IPVS reports each connection as established for a quarter of an hour,
// and some schedulers count connections. This does not happen if the packets are not tracked.
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { on } from "../support/stack";
import { tally, visits } from "../support/traffic";
import { answers, balance, directRouting, nft, patience, startFirewall, unbalance } from "./stage";

/** A VIP for each test: IPVS keeps a connection's entry longer than its service. */
const [tracked, untracked] = ["198.18.0.102", "198.18.0.103"] as const;

/** IPVS's connections to a VIP by their state. */
async function states(vip: string): Promise<Record<string, number>> {
  const lines = (await on("d1", "ipvsadm", "-Lnc")).split("\n").map((line) => line.split(/\s+/));
  return tally(lines.filter((fields) => fields[4] === `${vip}:80`).map((fields) => fields[2]!));
}

export function invalid(): void {
  beforeAll(async () => {
    await directRouting(tracked, untracked);
    for (const vip of [tracked, untracked]) await balance(`-t ${vip}:80`, "-g");
    await startFirewall("d1");
    await on("d1", "firewall-cmd", "-q", "--add-port=80/tcp");
  });

  afterAll(async () => {
    await on("d1", "nft", "delete", "table", "inet", "lvs");
    await on("d1", "systemctl", "stop", "firewalld");
    await unbalance(tracked, untracked);
  });

  it("drops the last packets of each connection, though all visits are answered", async () => {
    expect(await visits(6, `http://${tracked}/`)).toHaveLength(6);
    await expect.poll(() => states(tracked), patience).toEqual({ ESTABLISHED: 6 });
    // They stay so. (A FIN that arrives changes the state within a second.)
    await delay(3000);
    expect(await states(tracked)).toEqual({ ESTABLISHED: 6 });
  });

  it("accepts them if the VIP's packets are not tracked, also after a reload", async () => {
    const rule = `ip daddr ${untracked} tcp dport 80 notrack`;
    await nft("d1", "inet lvs", `chain prerouting { type filter hook prerouting priority -300; ${rule}; }`);
    await on("d1", "firewall-cmd", "-q", "--reload");
    await on("d1", "firewall-cmd", "-q", "--add-port=80/tcp");
    await answers(`http://${untracked}/`);
    await expect.poll(() => states(untracked), patience).toEqual({ FIN_WAIT: 6 });
  });
}
