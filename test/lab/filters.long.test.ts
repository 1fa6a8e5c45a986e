// Hosts whose owner keeps a filter by hand: what it drops is named, with the rule that accepts it. The filter itself stays as it is.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { leftBesidesPackages, ofEach, resetClusterHosts } from "./support/leftovers";
import { type Fingerprint, fingerprint } from "../../lab/fingerprint";
import { on, shell, Stack, theLab } from "./support/stack";
import { answersInTurn, vip } from "./support/traffic";

const filtered = ["d1", "r1"];

/** Filters that accept sshd, and otherwise only what they know. */
const filters = {
  nf_tables: `nft -f - <<'END'
table inet guard {
  chain input {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    iif "lo" accept
    icmp type echo-request accept
    tcp dport 22 accept
  }
}
END`,
  "iptables, of nf_tables": `iptables-nft -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
iptables-nft -A INPUT -i lo -j ACCEPT
iptables-nft -A INPUT -p icmp -j ACCEPT
iptables-nft -A INPUT -p tcp --dport 22 -j ACCEPT
iptables-nft -A INPUT -j REJECT --reject-with icmp-host-prohibited`,
};

/** The whole set of rules, without what counts packets. */
const ruleset = (host: string) => shell(host, "nft -s list ruleset");

const visit = async () =>
  (await theLab().exec("c1", ["curl", "-s", "-m", "2", "-o", "/dev/null", `http://${vip}/`])).code;

describe.each(Object.entries(filters))("a filter kept by hand with %s", { timeout: 600_000 }, (_, filter) => {
  let stack: Stack;
  let before: Record<string, Fingerprint>;
  let own: Record<string, string>;
  let commands: string[];

  beforeAll(async () => {
    await resetClusterHosts();
    await Promise.all(
      filtered.map(async (host) => {
        await on(host, "dnf", "-y", "-q", "install", "nftables", "ipvsadm");
        await shell(host, filter);
      }),
    );
    own = await ofEach(ruleset, filtered);
    before = await ofEach((host) => fingerprint(theLab(), host), filtered);
    stack = new Stack(`${__dirname}/programs/cluster`, {
      hosts: JSON.stringify(["d1", "r1", "r2", "r3"]),
      cluster: JSON.stringify({
        vips: [vip],
        services: [{ port: 80, scheduler: "rr" }],
        webServer: { kind: "nginx" },
      }),
    });
  });

  afterAll(async () => {
    stack.forget();
    await resetClusterHosts();
  });

  it("closes the VIP, and the preview names the rules that it lacks", async () => {
    const said = await stack.told("preview");
    await stack.up();
    expect(await visit()).not.toBe(0);
    commands = filtered.map((host) => {
      const lines = said
        .split("\n")
        .filter((line) => line.includes(`${host} (`) && line.includes("nft insert rule"));
      expect(lines, `${host}: ${said}`).toHaveLength(1);
      return /(nft insert rule .*)$/.exec(lines[0]!)![1]!;
    });
    expect(commands[0]).toContain(`ip daddr ${vip} tcp dport 80 accept`);
    expect(await ofEach(ruleset, filtered)).toEqual(own);
    await stack.unchanged();
  });

  it("serves as soon as its owner has added these rules, and nothing more is said", async () => {
    await Promise.all(filtered.map((host, index) => shell(host, commands[index]!)));
    await answersInTurn();
    expect(await stack.told("preview")).not.toContain("nft insert rule");
  });

  it("is as its owner has left it after a destroy", async () => {
    const extended = await ofEach(ruleset, filtered);
    await stack.destroy();
    expect(await ofEach(ruleset, filtered)).toEqual(extended);
    await Promise.all(filtered.map((host) => shell(host, `nft flush ruleset\n${filter}`)));
    expect(await leftBesidesPackages(before)).toEqual({ d1: [], r1: [] });
  });
});
