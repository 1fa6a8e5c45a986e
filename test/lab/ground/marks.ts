// Rules of nf_tables on a director: a mark makes one service of several VIPs and ports, and a rule lowers the segment size
// (MSS) that a client announces.
import { afterAll, beforeAll, expect, it } from "vitest";
import { on, shell } from "../support/stack";
import { tally, visits } from "../support/traffic";
import { balance, counted, directRouting, nft, unbalance, vip } from "./stage";

const second = "198.18.0.101";

export function marks(): void {
  beforeAll(() => directRouting(vip, second));

  afterAll(async () => {
    await unbalance(vip, second);
  });

  it("a mark makes one service of two VIPs, and a client stays on one real server", async () => {
    const rule = `ip daddr { ${vip}, ${second} } tcp dport 80 meta mark set 7`;
    await nft("d1", "ip lvs", `chain prerouting { type filter hook prerouting priority -150; ${rule}; }`);
    await balance("-f 7", "-g", "-p 60");
    const seen = [...(await visits(3)), ...(await visits(3, `http://${second}/`))];
    expect(Object.values(tally(seen)), seen.join(" ")).toEqual([6]);
    expect(await shell("d1", "ipvsadm -Lnc | grep ' 0.0.0.7:0 ' | wc -l")).toBe("1");
    await on("d1", "ipvsadm", "-C");
    await on("d1", "nft", "delete", "table", "ip", "lvs");
  });

  it("a rule lowers the segment size that a client announces to a real server", async () => {
    const clamp = "tcp flags syn tcp option maxseg size set 1200";
    await nft("d1", "ip lvs", `chain prerouting { type filter hook prerouting priority -150; ${clamp}; }`);
    const counters = "counter small { }\ncounter every { }\n";
    const chain = "chain prerouting { type filter hook prerouting priority -150; tcp flags syn";
    const looks = `${chain} tcp option maxseg size 1200 counter name small; tcp flags syn counter name every; }`;
    await nft("r1", "ip seen", `${counters}${looks}`);
    await balance(`-t ${vip}:80`, "-g");
    await visits(6);
    expect([await counted("r1", "ip seen", "small"), await counted("r1", "ip seen", "every")]).toEqual([
      2, 2,
    ]);
    await on("r1", "nft", "delete", "table", "ip", "seen");
    await on("d1", "nft", "delete", "table", "ip", "lvs");
  });
}
