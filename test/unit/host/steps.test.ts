import { describe, expect, it } from "vitest";
import { sections } from "../../../components/host/sections";
import { blocksOf } from "./awk";
import { sectionFacts } from "./sectionFacts";

const service = "-t 10.0.0.100:80";
const first = `${service} -r 10.0.0.1:80`;

/** Blocks of the steps of a plan, line by line; tabs are written " | ". */
function block(plan: string[], ...names: string[]): string[][] {
  const text = plan.map((line) => `${line.replaceAll(" | ", "\t")}\n`).join("");
  const blocks = blocksOf("STEPS_AWK", [{ text }]);
  return names.map((name) =>
    blocks[name]!.split("\n")
      .slice(0, -1)
      .map((line) => line.replaceAll("\t", " | ")),
  );
}

const strokes = (plan: string[]) => block(plan, "plan", "origins", "now", "quiesced", "after");

describe("the plan in its strokes", () => {
  it("is five empty blocks where nothing is to be done", () => {
    expect(strokes([])).toEqual([[], [], [], [], []]);
  });

  it("adds what is not there and edits what is, always with the full option set", () => {
    expect(
      strokes([
        `set | ipvs | ${service} | -A ${service} -s wrr -p 300 | -A ${service} -s rr`,
        `origin | ipvs | ${first} | -`,
        `set | ipvs | ${first} | -a ${first} -g -w 1 -x 10 | -`,
      ]),
    ).toEqual([
      [],
      [`ipvs | ${first} | -`],
      [`-E ${service} -s wrr -p 300`, `-a ${first} -g -w 1 -x 10`],
      [],
      [],
    ]);
  });

  it("names the destinations whose method changes, where keepalived makes the change as well", () => {
    const changes = [
      `switch | ipvs | ${first} | -m -g | awaited`,
      `set | ipvs | ${first} | -a ${first} -m -w 1 | -a ${first} -g -w 1`,
      "set | ipvs | -t 10.0.0.100:80 -r 10.0.0.2:80 | -a -t 10.0.0.100:80 -r 10.0.0.2:80 -g -w 2 | -a -t 10.0.0.100:80 -r 10.0.0.2:80 -g -w 1",
    ];
    expect(block(changes, "switched")).toEqual([[`-m -g awaited ${first}`]]);
    expect(block(changes, "switched", "now")[1]).toHaveLength(2);
    const text = changes.map((line) => `${line.replaceAll(" | ", "\t")}\n`).join("");
    const kept = blocksOf("STEPS_AWK", ["kept=yes", { text }]);
    expect([kept["switched"], kept["now"]]).toEqual([`-m -g awaited ${first}\n`, ""]);
  });

  it("quiesces a destination first, thresholds and all, and takes it out afterwards", () => {
    expect(strokes([`unset | ipvs | ${first} | - | -a ${first} -g -w 7 -x 10 -y 5`])).toEqual([
      [],
      [],
      [`-e ${first} -g -w 0 -x 10 -y 5`],
      [first],
      [`-d ${first}`],
    ]);
  });

  it("takes a service out with all that it holds, once that has drained", () => {
    expect(
      strokes([
        `unset | ipvs | ${service} | - | -A ${service} -s rr`,
        `unset | ipvs | ${first} | - | -a ${first} -g -w 1`,
      ]),
    ).toEqual([[], [], [`-e ${first} -g -w 0`], [first], [`-D ${service}`]]);
  });

  it("lends a service a flag before a destination of it drains, and takes it back when that has gone", () => {
    const [plain, lent] = [`-A ${service} -s sh`, `-A ${service} -s sh -b sh-fallback`];
    expect(
      strokes([
        `lend | ipvs | ${service} | ${lent} | ${plain}`,
        `unset | ipvs | ${first} | - | -a ${first} -g -w 3`,
      ]),
    ).toEqual([
      [],
      [],
      [`-E ${service} -s sh -b sh-fallback`, `-e ${first} -g -w 0`],
      [first],
      [`-d ${first}`, `-E ${service} -s sh`],
    ]);
  });

  it("gives back what was there before, at the end", () => {
    expect(strokes([`unset | ipvs | ${service} | -A ${service} -s lc | -A ${service} -s rr`])).toEqual([
      [],
      [],
      [],
      [],
      [`-E ${service} -s lc`],
    ]);
  });

  it("leaves the other sections as they are, and says which files to keep a copy of", () => {
    const rest = ["clash | [ipvs] x", "set | units | a.service | a.service enabled active | -"];
    const origin = "origin | files | /etc/x | /etc/x mode=0644 owner=root group=root content=a";
    expect(strokes([...rest, origin])).toEqual([
      [...rest, "save | /etc/x"],
      ["files | /etc/x | /etc/x mode=0644 owner=root group=root content=a"],
      [],
      [],
      [],
    ]);
  });

  it("names a service that is to go and that it cannot see", () => {
    expect(strokes([`unset | ipvs | ${service} | - | -`, `unset | ipvs | ${first} | - | -`])[0]).toEqual([
      `not-listed | ${service}`,
    ]);
  });

  it("writes the boot files, and the origins that outlast the change", () => {
    expect(
      block(
        [
          "origin | modules | ip_vs | -",
          "keep | sysctl | a.b | a.b = 0",
          "boot | modules | ip_vs",
          "boot | sysctl | a.b = 1",
          "boot | addresses | 10.0.0.100/32 dev lo",
          "boot | firewall | mark 7 tcp 80,443 to 10.0.0.100",
          "boot | links | tunl0 up",
          "boot | fou | port 6080 gue",
          "boot | fou | port 6080 gue -6",
          "boot | routes | default via 10.0.0.1 dev eth0 table 167772161",
          "boot | policies | 7114: from 10.0.0.21 ipproto tcp sport 80 lookup 167772161",
        ],
        "modules",
        "sysctl",
        "network",
        "firewall",
        "needed",
      ),
    ).toEqual([
      ["ip_vs"],
      ["a.b = 1"],
      [
        "address replace 10.0.0.100/32 dev lo",
        "link set tunl0 up",
        "fou add port 6080 gue",
        "fou add port 6080 gue -6",
        "route replace default via 10.0.0.1 dev eth0 table 167772161",
        "rule add priority 7114 from 10.0.0.21 ipproto tcp sport 80 lookup 167772161",
      ],
      ["mark 7 tcp 80,443 to 10.0.0.100"],
      ["modules | ip_vs | -", "sysctl | a.b | a.b = 0"],
    ]);
  });

  describe("puts what is loaded after a boot into the file of the program that loads it", () => {
    const words: Record<string, (fact: string) => Record<string, string>> = {
      modules: (fact) => ({ modules: fact }),
      sysctl: (fact) => ({ sysctl: fact }),
      firewall: (fact) => ({ firewall: fact }),
      addresses: (fact) => ({ network: `address replace ${fact}` }),
      links: (fact) => ({ network: `link set ${fact.replace(" any", " type ip6tnl mode any")}` }),
      fou: (fact) => ({ network: `fou add ${fact}` }),
      routes: (fact) => ({ network: `route replace ${fact}` }),
      policies: (fact) => ({
        [fact.includes("fd18") ? "network6" : "network"]: `rule add priority ${fact.replace(":", "")}`,
      }),
    };
    const stepsOf = (section: string, fact: string) => {
      const text = `boot\t${section}\t${fact}\n`;
      return Object.entries(blocksOf("STEPS_AWK", [{ text }])).filter(([, each]) => each !== "");
    };

    it.each(sectionFacts.filter(([section]) => sections.find(({ name }) => name === section)?.boots))(
      "[%s] %s",
      (section, fact) => {
        const expected = Object.entries(words[section]!(fact));
        expect(stepsOf(section, fact)).toEqual(expected.map(([file, line]) => [file, `${line}\n`]));
      },
    );

    // (Each awk says so on its standard error.)
    it.each(sections.filter(({ boots }) => !boots).map(({ name }) => name))(
      "and ends at [%s], which none loads",
      (section) => {
        expect(() => stepsOf(section, "x")).toThrow(`there is no block ${section}`);
      },
    );
  });
});
