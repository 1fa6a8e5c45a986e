import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runAwk } from "./awk";

// What daemons of these releases wrote on SIGUSR1, some after a reload: one real server down, one down and inhibited, one well.
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

  it.each(releases)("is read of a service of SCTP, of release %s", (release) => {
    const text = readFileSync(join(dumps, `${release}.txt`), "utf8").replaceAll("= TCP", "= SCTP");
    expect(belief(text).slice(0, 2)).toEqual([
      "service | --sctp-service 198.18.0.100:80",
      "rule | --sctp-service 198.18.0.100:80 -r 198.18.0.21:80 | gone",
    ]);
  });
});
