// Filters of somebody else that may drop what is wanted: they are named, and left alone.
import { describe, expect, it } from "vitest";
import { runAwk } from "./awk";

const web = "accept 80/tcp to 198.18.0.100 dev eth0";

/** The facts that are named, each with its table. */
const named = (ruleset: string, ...facts: string[]) =>
  runAwk("FILTERS_AWK", ["tag=D", { text: facts.join("\n") }, "tag=N", { text: ruleset }]);

const table = (rules: string[], policy = "drop", name = "inet filter") => `table ${name} {
	set admins {
		type ipv4_addr
		elements = { 192.0.2.1 }
	}

	chain input {
		type filter hook input priority filter; policy ${policy};
${rules.map((each) => `\t\t${each}`).join("\n")}
	}

	chain forward {
		type filter hook forward priority filter; policy drop;
	}
}`;

const usual = [
  'iifname "lo" accept',
  "ct state established,related accept",
  "tcp dport 22 accept",
  "icmp type echo-request accept",
];

describe("a table that drops what it does not accept", () => {
  it("is named with what is to be added", () => {
    expect(named(table(usual), web)).toEqual([
      `the table inet filter of this host's nf_tables drops what its chain input does not accept, and no rule of it is to ${web}; it is not ours, so add a rule to it where it is kept: nft insert rule inet filter input ip daddr 198.18.0.100 tcp dport 80 accept`,
    ]);
  });

  it.each([
    ["accept vrrp from fd18::12 dev eth0", "ip6 saddr fd18::12 meta l4proto vrrp accept"],
    ["accept ipip from 198.18.0.11 dev eth0", "ip saddr 198.18.0.11 meta l4proto 4 accept"],
    ["accept 8848/udp from 198.18.0.12 dev eth0", "ip saddr 198.18.0.12 udp dport 8848 accept"],
  ])("for %s", (fact, rule) => {
    expect(named(table(usual), fact)[0]).toContain(`nft insert rule inet filter input ${rule}`);
  });

  it.each([
    ["its port", "tcp dport 80 accept"],
    ["its port among others, as nft prints it", "tcp dport { 22, 80, 443 } ct state new accept"],
    ["a range of ports", "tcp dport 1-1024 counter packets 7 bytes 420 accept"],
    ["its port, in a chain of its own", 'iifname "eth0" jump web'],
    ["a set of ports that has a name", "tcp dport @web accept"],
    ["its address", "ip daddr 198.18.0.100 accept"],
    ["every port of the protocol", "meta l4proto tcp accept"],
    ["all packets of the interface", 'iifname "eth0" accept'],
    ["ports of any protocol", "th dport 80 accept"],
    ["its port, with a comment", 'tcp dport 80 accept comment "the web"'],
  ])("is not named if a rule accepts %s", (_, rule) => {
    expect(named(table([...usual, rule]), web)).toEqual([]);
  });

  it.each([
    ["another port", "tcp dport { 8080, 8443 } accept"],
    ["the same port of another protocol", "udp dport 80 accept"],
    ["another address", "ip daddr 198.18.0.101 accept"],
    ["another protocol", "meta l4proto vrrp accept"],
  ])("is named if a rule accepts only %s", (_, rule) => {
    expect(named(table([...usual, rule]), web)).toHaveLength(1);
  });

  it("by its last rule is named as well, as of iptables", () => {
    const rules = [...usual, "counter packets 12 bytes 3456 reject with icmp type host-prohibited"];
    expect(named(table(rules, "accept", "ip filter"), web)).toHaveLength(1);
  });
});

describe("no table is named", () => {
  it.each([
    ["that accepts what no rule drops", table(usual, "accept")],
    ["of firewalld", table(usual, "drop", "inet firewalld")],
    ["that only filters what is forwarded", table(usual, "accept").replace("policy accept", "policy accept")],
    ["of an empty ruleset", ""],
  ])("%s", (_, ruleset) => {
    expect(named(ruleset, web)).toEqual([]);
  });
});
