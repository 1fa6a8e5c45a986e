// [firewall]: facts become one table of nf_tables, and the output of nft of it becomes facts again.
import fc from "fast-check";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { address } from "../render/wishes";
import { eachFolder } from "./folder";
import { runShell, stateParts } from "./shell";

let folder: string;
eachFolder((made) => (folder = made));

const parts = [...stateParts, "modules.sh", "firewalld.sh", "firewall.sh"];

async function said(lines: string, ...files: string[]): Promise<string> {
  files.forEach((text, index) => writeFileSync(join(folder, String(index)), text));
  const { status, stdout, stderr } = await runShell(parts, `cd ${folder}; STATE=${folder}\n${lines}`);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

const textOf = (facts: string[]) =>
  said('firewall_text "$(<0)"; printf %s "$REPLY"', facts.map((each) => `${each}\n`).join(""));

/** The table alone, without the lines that delete the former one. */
const tableOf = async (each: string[]) => (await textOf(each)).replace(/^.*\n.*\n/, "");

/** The facts that are read from the output of nft. */
const factsOf = async (listing: string) =>
  (await said('firewall_facts "$(<0)"; printf %s "$REPLY"', listing)).split("\n").slice(0, -1);

const facts = [
  "mark 7 tcp 80,443,8000-8100 to 198.18.0.100",
  "mark 1275068417 sctp 9899 to 198.18.0.100",
  "mark 4294967295 udp all to fd00::100",
  "clamp 1440 from 198.18.0.100",
  "clamp 1400 from fd00::100",
];

const untracked = ["notrack tcp 80,8000-8100 to 198.18.0.100", "notrack udp all to fd00::100"];

const text = `table inet pulumi_lvs
delete table inet pulumi_lvs
table inet pulumi_lvs {
	chain marks {
		type filter hook prerouting priority -150; policy accept;
		ip daddr 198.18.0.100 tcp dport { 80, 443, 8000-8100 } meta mark set 7
		ip daddr 198.18.0.100 sctp dport 9899 meta mark set 1275068417
		ip6 daddr fd00::100 meta l4proto udp meta mark set 4294967295
	}
	chain clamps {
		type filter hook output priority -150; policy accept;
		ip saddr 198.18.0.100 tcp flags syn tcp option maxseg size > 1440 tcp option maxseg size set 1440
		ip6 saddr fd00::100 tcp flags syn tcp option maxseg size > 1400 tcp option maxseg size set 1400
	}
}
`;

/** As nft 1.0.6 prints it, with a set that continues on the next line. */
const listing = `table inet pulumi_lvs {
	chain marks {
		type filter hook prerouting priority mangle; policy accept;
		ip daddr 198.18.0.100 tcp dport { 80, 443,
			     8000-8100 } meta mark set 0x00000007
		ip daddr 198.18.0.100 sctp dport 9899 meta mark set 0x4c000001
		ip6 daddr fd00::100 meta l4proto udp meta mark set 0xffffffff
	}

	chain clamps {
		type filter hook output priority mangle; policy accept;
		ip saddr 198.18.0.100 tcp flags syn tcp option maxseg size > 1440 tcp option maxseg size set 1440
		ip6 saddr fd00::100 tcp flags syn tcp option maxseg size > 1400 tcp option maxseg size set 1400
	}
}`;

describe("facts of the firewall", () => {
  it("are one table, which takes the place of the one before at one moment", async () => {
    expect(await textOf(facts)).toBe(text);
  });

  it("of packets that are not tracked are a chain before conntrack", async () => {
    expect(await tableOf(untracked)).toBe(`table inet pulumi_lvs {
	chain untracked {
		type filter hook prerouting priority -300; policy accept;
		ip daddr 198.18.0.100 tcp dport { 80, 8000-8100 } notrack
		ip6 daddr fd00::100 meta l4proto udp notrack
	}
}
`);
    // (As nft 1.0.6 prints it.)
    expect(
      await factsOf(`table inet pulumi_lvs {
	chain untracked {
		type filter hook prerouting priority raw; policy accept;
		ip daddr 198.18.0.100 tcp dport { 80, 8000-8100 } notrack
		ip6 daddr fd00::100 meta l4proto udp notrack
		tcp dport 80 notrack
	}
}`),
    ).toEqual([...untracked, "rule untracked tcp dport 80 notrack"]);
  });

  it("are no table where there are none", async () => {
    expect(await textOf([])).toBe("");
  });

  it("are in it once, in the place of the last one", async () => {
    const [first, second] = ["mark 7 tcp 80 to 198.18.0.100", "mark 8 tcp 80 to 198.18.0.100"];
    expect(await factsOf(await tableOf([first, second, first, "", first]))).toEqual([second, first]);
  });

  it("are read out of what nft prints", async () => {
    expect(await factsOf(listing)).toEqual(facts);
  });

  it("come out as they went in", async () => {
    const port = fc.integer({ min: 1, max: 65535 });
    const ports = fc.oneof(
      fc.constant("all"),
      fc
        .array(
          fc.oneof(
            port.map(String),
            fc.tuple(port, port).map((each) => each.join("-")),
          ),
          {
            minLength: 1,
            maxLength: 60,
          },
        )
        .map((each) => each.join(",")),
    );
    const fact = fc.oneof(
      fc
        .tuple(fc.integer({ min: 1, max: 4294967295 }), fc.constantFrom("tcp", "udp", "sctp"), ports, address)
        .map(([mark, protocol, which, vip]) => `mark ${mark} ${protocol} ${which} to ${vip}`),
      fc.tuple(port, address).map(([size, vip]) => `clamp ${size} from ${vip}`),
    );
    const clampsLast = (each: string[]) => [
      ...each.filter((line) => line.startsWith("mark")),
      ...each.filter((line) => line.startsWith("clamp")),
    ];
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fact, { maxLength: 8 }), async (each) => {
        expect(await factsOf(await tableOf(each))).toEqual(clampsLast(each));
      }),
      { numRuns: 30 },
    );
  });

  it.each<[string, string, string, string[]]>([
    [
      "another rule",
      "{ 80, 443,\n\t\t\t     8000-8100 } meta mark set 0x00000007",
      "80 drop",
      ["rule marks ip daddr 198.18.0.100 tcp dport 80 drop", ...facts.slice(1)],
    ],
    ["another number", "0x00000007", "0x00000008", [facts[0]!.replace("7", "8"), ...facts.slice(1)]],
    [
      "another policy",
      "mangle; policy accept;",
      "mangle; policy drop;",
      ["chain marks type filter hook prerouting priority mangle; policy drop;", ...facts],
    ],
    [
      "a clamp that raises",
      "size > 1440",
      "size > 1200",
      [
        ...facts.slice(0, 3),
        "rule clamps ip saddr 198.18.0.100 tcp flags syn tcp option maxseg size > 1200 tcp option maxseg size set 1440",
        facts[4]!,
      ],
    ],
    [
      "a chain more",
      "\tchain clamps",
      "\tchain more {\n\t\tcounter packets 0 bytes 0\n\t}\n\tchain clamps",
      [...facts.slice(0, 3), "rule more counter packets 0 bytes 0", ...facts.slice(3)],
    ],
  ])("that nobody wants are %s", async (_, old, now, expected) => {
    expect(await factsOf(listing.replace(old, now))).toEqual(expected);
  });
});

describe("a table of that name", () => {
  const strange = (origins: string, wanted: string, there = "table inet pulumi_lvs { }") =>
    said(
      `cp 0 origins; firewall_list() { REPLY=$(<1); }; firewall_is_strange "$(<2)"; printf %s "$REPLY"`,
      origins,
      there,
      wanted,
    );
  const fact = `firewall\t${facts[0]}\n`;

  it("that this package has not made is refused", async () => {
    expect(await strange("", `modules\tx\n${fact}`)).toMatch(
      /^this host has a table inet pulumi_lvs of nf_tables that /,
    );
    expect(await strange("modules\tx\t-\n", fact)).toMatch(/^this host has a table/);
  });

  it("is nobody's business where it is ours, not there, or not needed", async () => {
    expect(await strange(`modules\tx\t-\nfirewall\t${facts[0]}\t-\n`, fact)).toBe("");
    expect(await strange("", fact, "")).toBe("");
    expect(await strange("", "modules\tx\n")).toBe("");
  });
});
