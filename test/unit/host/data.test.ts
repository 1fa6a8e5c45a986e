import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runAwk } from "./awk";

// Data that daemons of these releases wrote on SIGUSR1, some after a reload: one real server failed, one failed and inhibited, one healthy.
const dumps = join(__dirname, "dumps");
const releases = readdirSync(dumps).map((name) => name.replace(".txt", ""));

const belief = (text: string) => runAwk("DATA_AWK", [{ text }]).map((line) => line.replaceAll("\t", " | "));

describe("what keepalived makes of its table", () => {
  it.each(releases)("is read out of what release %s writes", (release) => {
    expect(belief(readFileSync(join(dumps, `${release}.txt`), "utf8"))).toEqual([
      "service | -t 198.18.0.100:80",
      "rule | -t 198.18.0.100:80 -r 198.18.0.21:80 | gone",
      "rule | -t 198.18.0.100:80 -r 198.18.0.22:80 | 0",
      "rule | -t 198.18.0.100:80 -r 198.18.0.23:80 | declared",
      expect.stringMatching(/^instance \| \w+ \| MASTER \| /),
      "vip | 198.18.0.100",
    ]);
  });

  it.each(releases)("is read of a service by a mark, of release %s", (release) => {
    const text = readFileSync(join(dumps, `${release}.txt`), "utf8")
      .replace(/VS VIP = .*/, "VS FWMARK = 7")
      .replaceAll("= TCP", "= none")
      .replaceAll(/RPORT = \d+/g, "RPORT = 0");
    expect(belief(text).slice(0, 2)).toEqual(["service | -f 7", "rule | -f 7 -r 198.18.0.21:0 | gone"]);
  });

  it.each(releases)("is read of IPv6, of release %s", (release) => {
    const text = readFileSync(join(dumps, `${release}.txt`), "utf8")
      .replaceAll(/198\.18\.0\.(\d+)/g, "fd18::$1")
      .replace("Address family = inet\n", "Address family = inet6\n")
      .replace("quorum_state_up = 1", "quorum_state_up = 0")
      .replace(/( +)(lvs_sched|delay_loop) = /, "$1sorry server = [fd18::9]:tcp:8080\n$1$2 = ");
    expect(belief(text)).toEqual([
      "service | -t [fd18::100]:80",
      ...(text.includes("quorum_state_up = 0") ? ["sorry | -t [fd18::100]:80 -r [fd18::9]:8080"] : []),
      "rule | -t [fd18::100]:80 -r [fd18::21]:80 | gone",
      "rule | -t [fd18::100]:80 -r [fd18::22]:80 | 0",
      "rule | -t [fd18::100]:80 -r [fd18::23]:80 | declared",
      expect.stringMatching(/^instance \| \w+ \| MASTER \| /),
      "vip | fd18::100",
    ]);
    const marked = text.replace(/VS VIP = .*/, "VS FWMARK = 7").replaceAll(/RPORT = \d+/g, "RPORT = 0");
    expect(belief(marked).filter((line) => /^(service|rule)/.test(line))[1]).toBe(
      "rule | -f 7 -6 -r [fd18::21]:0 | gone",
    );
  });

  it.each(releases)("is read of tunnels, of release %s", (release) => {
    const text = readFileSync(join(dumps, `${release}.txt`), "utf8");
    const methods = [
      "TUN, type = IPIP",
      "TUN, type = GUE, port = 6080, no checksum",
      "TUN, type = GRE, no checksum",
    ];
    for (const method of methods)
      expect(belief(text.replaceAll("forwarding method = DR", `forwarding method = ${method}`))).toEqual(
        belief(text),
      );
  });

  it.each(releases)("is not mixed with what it makes of a group, of release %s", (release) => {
    const text = readFileSync(join(dumps, `${release}.txt`), "utf8");
    const server = text.slice(text.indexOf(" ------< Virtual server >------")).split(/\n(?= ?------<)/)[0]!;
    const group = [
      " ------< Virtual server group >------",
      " Virtual Server Group = web, IPv4 = yes, IPv6 = no",
      "   VIP = 198.18.0.101, VPORT = 80",
    ].join("\n");
    const ofGroup = server
      .replace(/VS VIP = .*/, "VS GROUP = [web]:0")
      .replaceAll(/weight = \d+/gi, "weight = 7");
    expect(ofGroup).toContain("VS GROUP");
    for (const around of [
      text.replace(server, `${group}\n${ofGroup}\n${server}`),
      text.replace(server, `${server}\n${group}\n${ofGroup}`),
      text.replace(server, `${server.replace(/VS VIP = .*/, "VS FWMARK = 9")}\n${ofGroup}\n${server}`),
    ])
      expect(belief(around).filter((line) => !line.includes("-f 9"))).toEqual(belief(text));
  });

  it.each(releases)("is read of a service of SCTP, of release %s", (release) => {
    const text = readFileSync(join(dumps, `${release}.txt`), "utf8").replaceAll("= TCP", "= SCTP");
    expect(belief(text).slice(0, 2)).toEqual([
      "service | --sctp-service 198.18.0.100:80",
      "rule | --sctp-service 198.18.0.100:80 -r 198.18.0.21:80 | gone",
    ]);
  });
});
