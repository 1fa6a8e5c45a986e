// The table of sections, and the key of a rule in each form that ipvsadm prints.
import { describe, expect, it } from "vitest";
import { sections } from "../../../components/host/sections";
import { askAwk } from "./awk";

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
    ["-A -f 7 -s wrr -p 300 -M 255.255.255.255", "-f 7", "-A -f 7 -s wrr -p 300"],
    [
      "-a -f 7 -r 198.18.0.21:0 -g -w 1 -x 9",
      "-f 7 -r 198.18.0.21:0",
      "-a -f 7 -r 198.18.0.21:0 -g -w 1 -x 9",
    ],
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
  it.each([
    ["packages", "nginx remove-on-destroy", "nginx"],
    ["modules", "ip_vs", "ip_vs"],
    ["sysctl", "net.ipv4.ip_forward = 1", "net.ipv4.ip_forward"],
    ["ipvs", "-a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 1", "-t 198.18.0.100:80 -r 198.18.0.21:80"],
    ["firewall", "mark 7 tcp 80,443 to 198.18.0.100", "mark 7 tcp 80,443 to 198.18.0.100"],
    ["addresses", "198.18.0.100/32 dev eth0 nodad", "198.18.0.100/32 dev eth0"],
    ["files", "/etc/x mode=0644 owner=root group=root content=a b", "/etc/x"],
    ["keepalived", "/etc/keepalived/x mode=0644 owner=root group=root content=", "/etc/keepalived/x"],
    ["units", "nginx.service enabled active", "nginx.service"],
  ])("in [%s]", (section, fact, key) => {
    // (END would print a plan.)
    expect(askAwk("PLAN_AWK", `BEGIN { print key_of("${section}", "${fact}"); exit }`, [])).toEqual([key]);
    expect(sections.find(({ name }) => name === section)?.key).toBeDefined();
  });

  it("is known for each section whose facts are a host's", () => {
    const without = sections.filter(({ key }) => key === undefined).map(({ name }) => name);
    expect(without).toEqual(["settings", "requires"]);
  });
});
