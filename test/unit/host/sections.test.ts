// The table of sections, and the key of a rule in each form that ipvsadm prints.
import { describe, expect, it } from "vitest";
import { singleQuoted } from "../../../components/host/program";
import { sections } from "../../../components/host/sections";
import { askAwk } from "./awk";
import { sectionFacts } from "./sectionFacts";
import { runShell } from "./shell";

describe("a rule of the table", () => {
  it.each<[string, string, string]>([
    ["-A -t 198.18.0.100:80 -s rr", "-t 198.18.0.100:80", "-A -t 198.18.0.100:80 -s rr"],
    [
      "-a -u [2001:db8::1]:53 -r [2001:db8::2]:53 -m -w 1",
      "-u [2001:db8::1]:53 -r [2001:db8::2]:53",
      "-a -u [2001:db8::1]:53 -r [2001:db8::2]:53 -m -w 1",
    ],
    [
      "-a --sctp-service 198.18.0.100:9899 -r 198.18.0.21:9899 -i -w 3 --tun-type ipip",
      "--sctp-service 198.18.0.100:9899 -r 198.18.0.21:9899",
      "-a --sctp-service 198.18.0.100:9899 -r 198.18.0.21:9899 -i -w 3",
    ],
    [
      "-a -t 198.18.0.100:80 -r 198.19.0.21:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum",
      "-t 198.18.0.100:80 -r 198.19.0.21:80",
      "-a -t 198.18.0.100:80 -r 198.19.0.21:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum",
    ],
    [
      "-a -f 7 -6 -r [2001:db8::2]:0 -i -x 9 -w 1 --tun-type gue --tun-port 7000 --tun-remcsum -y 3",
      "-f 7 -6 -r [2001:db8::2]:0",
      "-a -f 7 -6 -r [2001:db8::2]:0 -i -w 1 --tun-type gue --tun-port 7000 --tun-remcsum -x 9 -y 3",
    ],
    [
      "-a -u 198.18.0.100:53 -r 198.19.0.21:53 -i -w 0 --tun-type gre --tun-nocsum",
      "-u 198.18.0.100:53 -r 198.19.0.21:53",
      "-a -u 198.18.0.100:53 -r 198.19.0.21:53 -i -w 0 --tun-type gre --tun-nocsum",
    ],
    ["-A -f 7 -s wrr -p 300 -M 255.255.255.255", "-f 7", "-A -f 7 -s wrr -p 300"],
    [
      "-a -f 7 -r 198.18.0.21:0 -g -w 1 -x 9",
      "-f 7 -r 198.18.0.21:0",
      "-a -f 7 -r 198.18.0.21:0 -g -w 1 -x 9",
    ],
    [
      "-A -u 198.18.0.100:5060 -s rr -p 60 -M 0.0.0.0 --pe sip -o",
      "-u 198.18.0.100:5060",
      "-A -u 198.18.0.100:5060 -s rr -p 60 -M 0.0.0.0 --pe sip -o",
    ],
    ["-A -f 7 -s rr -p 60 pe sip", "-f 7", "-A -f 7 -s rr -p 60 --pe sip"],
    ["-A -f 7 -6 -s mh -b mh-port", "-f 7 -6", "-A -f 7 -6 -s mh -b mh-port"],
    [
      "-a -f 7 -6 -r [2001:db8::2]:0 -g -w 1",
      "-f 7 -6 -r [2001:db8::2]:0",
      "-a -f 7 -6 -r [2001:db8::2]:0 -g -w 1",
    ],
  ])("%s", (line, key, canonical) => {
    expect(askAwk("RULES_AWK", "{ print rule_key($0); print canonical($0) }", [line])).toEqual([
      key,
      canonical,
    ]);
  });

  it.each([
    ["TCP  198.18.0.100:80 rr", "-t 198.18.0.100:80"],
    ["UDP  [2001:db8::1]:53 rr", "-u [2001:db8::1]:53"],
    ["SCTP 198.18.0.100:9899 rr", "--sctp-service 198.18.0.100:9899"],
    ["FWM  7 rr", "-f 7"],
    ["FWM  7 IPv6 rr", "-f 7 -6"],
  ])("is of the service that a list calls %s", (line, service) => {
    const ask = '{ split($0, word, " "); if (is_listed_service(word)) print listed_service(word) }';
    expect(askAwk("RULES_AWK", ask, [line, "  -> 198.18.0.21:80  Route 1 0 0"])).toEqual([service]);
  });
});

describe("a fact's key", () => {
  it.each(sectionFacts)("in [%s] of %s", (section, fact, key) => {
    // (END would print a plan.)
    expect(askAwk("PLAN_AWK", `BEGIN { print key_of("${section}", "${fact}"); exit }`, [])).toEqual([key]);
    expect(sections.find(({ name }) => name === section)?.key).toBeDefined();
  });

  // (Of the rules, bash knows no keys.)
  it.each(sectionFacts.filter(([section]) => section !== "ipvs"))(
    "in [%s] of %s is the same for bash",
    async (section, fact, key) => {
      const { stdout } = await runShell(
        ["key.sh"],
        `fact_key ${singleQuoted(`${section}\t${fact}`)}; printf %s "$REPLY"`,
      );
      expect(stdout).toBe(`${section}\t${key}`);
    },
  );

  it("is known for each section whose facts are a host's", () => {
    const shown = new Set(sectionFacts.map(([section]) => section));
    expect(
      sections.flatMap(({ name, key }) => (key !== undefined && !shown.has(name) ? [name] : [])),
    ).toEqual([]);
    const without = sections.filter(({ key }) => key === undefined).map(({ name }) => name);
    expect(without).toEqual(["settings", "requires"]);
  });
});
