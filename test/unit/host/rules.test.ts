// The rules of the table as texts: which of them a plan has.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { awkProgram } from "../../../components/host/program";
import { eachFolder } from "./folder";
import { runShell, stateParts } from "./shell";

const service = (port: number) => `-A -t 198.18.0.100:${port} -s rr`;
const server = (port: number, last: number, weight = 1) =>
  `-a -t 198.18.0.100:${port} -r 198.18.0.${last}:${port} -g -w ${weight}`;
/** Two services, and real servers whose addresses begin with each other's. */
const table = [service(80), server(80, 2), server(80, 21), service(8080), server(8080, 2)];
const text = (lines: string[]) => lines.map((line) => `${line}\n`).join("");
const changed = (at: number, line: string) => table.map((each, index) => (index === at ? line : each));

let folder: string;
eachFolder((made) => {
  folder = made;
  for (const name of ["readback", "owners", "owners/me"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "plan.awk"), awkProgram("PLAN_AWK"));
});

const quoted = (lines: string[]) => `$'${text(lines).replaceAll("\n", "\\n")}'`;

async function shell(lines: string) {
  const { status, stdout, stderr } = await runShell(
    [...stateParts, "live.sh", "addresses.sh"],
    `STATE=${folder} MINE=${folder}/owners/me KEEPER="" SAME_DOCUMENT="" OTHER_FOLDERS=()
    ${lines}`,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("a plan", () => {
  const focused = async (
    claimed: string[],
    wanted: string[],
    live: string[],
    seen = claimed,
    limits = "",
  ) => {
    writeFileSync(join(folder, "owners/me/rules"), text(claimed));
    writeFileSync(join(folder, "readback/rules"), text(seen));
    const out = await shell(`READBACK_MINE=yes READBACK_RULES=${quoted(seen)} RULES_LIMITS='${limits}'
      RULES_CLAIMED=${quoted(claimed)} RULES_LIVE=${quoted(live)}
      rules_want ${quoted(wanted)}; rules_focus
      printf '%s|' "$RULES_FOCUSED" "$claimed" "$wanted" "$live"`);
    const [yes, ...parts] = out.split("|").slice(0, -1);
    return yes === "" ? "all" : parts.map((part) => part.split("\n").filter((line) => line !== ""));
  };

  it("is about no rule where none differs", async () => {
    expect(await focused(table, table, table)).toEqual([[], [], []]);
  });

  it("is about the one whose weight changes, with its service", async () => {
    expect(await focused(table, changed(1, server(80, 2, 5)), table)).toEqual([
      [service(80), server(80, 2)],
      [service(80), server(80, 2, 5)],
      [service(80), server(80, 2)],
    ]);
  });

  it("is about a whole service where that changes, comes or goes", async () => {
    const [persistent, gone] = [changed(3, `${service(8080)} -p 300`), table.slice(0, 3)];
    const part = [service(8080), server(8080, 2)];
    expect(await focused(table, persistent, table)).toEqual([part, [persistent[3], part[1]], part]);
    expect(await focused(table, gone, table)).toEqual([part, [], part]);
    expect(await focused(gone, table, gone)).toEqual([[], part, []]);
    // If the service was there before, its destinations are restored with it.
    expect(await focused(gone, table, table, table)).toEqual([[], part, part]);
  });

  it("is about what somebody has changed in the table", async () => {
    expect(await focused(table, table, changed(4, server(8080, 2, 9)))).toEqual([
      [service(8080), server(8080, 2)],
      [service(8080), server(8080, 2)],
      [service(8080), server(8080, 2, 9)],
    ]);
  });

  it("is about all of them where a threshold is set, many differ, or nothing was written down", async () => {
    const limits = (upper: number, lower: number) =>
      [
        "Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn",
        "  -> RemoteAddress:Port",
        "TCP  198.18.0.100:80 rr",
        `  -> 198.18.0.2:80      ${upper}          ${lower}          7          8         `,
      ].join("\n");
    expect(await focused(table, table, table, table, limits(0, 0))).toEqual([[], [], []]);
    expect(await focused(table, table, table, table, limits(9, 0))).toBe("all");
    expect(await focused(table, table, table, table, limits(0, 9))).toBe("all");
    expect(await focused(table, changed(1, `${server(80, 2)} -x 9`), table)).toBe("all");
    expect(await focused(table, table, ["unreadable"], table)).toBe("all");
    expect(await focused(table, table, table, ["unreadable"])).toBe("all");
    const many = Array.from({ length: 201 }, (_, index) => service(9000 + index));
    expect(await focused(table, [...table, ...many], table)).toBe("all");
    const out = await shell(`READBACK_MINE="" RULES_CLAIMED=${quoted(table)} RULES_WANTED=$RULES_CLAIMED
      RULES_LIVE=$RULES_CLAIMED; rules_focus; printf '%s' "$RULES_FOCUSED"`);
    expect(out).toBe("");
  });
});

describe("a comparison of rules", () => {
  it("for which there is no space is an error, and not one that finds nothing", async () => {
    const { status, stderr } = await runShell(
      stateParts,
      `exec() { return 1; }; STATE=${folder}; lines_differing "$STATE/readback/rules" $'a\n'; echo "$REPLY"`,
    );
    expect(status).toBe(1);
    expect(stderr).toContain("error: the stored state of this host cannot be compared");
  });
});

describe("a plan of the rules that differ", () => {
  const weight = fc.integer({ min: 1, max: 3 });
  const servers = fc.uniqueArray(fc.tuple(fc.constantFrom(2, 21, 22, 23), weight), {
    maxLength: 4,
    selector: ([last]) => last,
  });
  /** Services with their real servers, by port. */
  const rules = (...ports: number[]) =>
    fc
      .uniqueArray(fc.tuple(fc.constantFrom(...ports), fc.constantFrom("rr", "wrr", "sh"), servers), {
        maxLength: ports.length,
        selector: ([port]) => port,
      })
      .map((services) =>
        services
          .sort(([one], [other]) => one - other)
          .flatMap(([port, scheduler, behind]) => [
            `-A -t 198.18.0.100:${port} -s ${scheduler}`,
            ...behind.map(([last, share]) => server(port, last, share)),
          ]),
      );
  /** Changes by hand: some lines are removed, some change, some are added. */
  const byHand = fc.record({
    gone: fc.array(fc.nat({ max: 12 }), { maxLength: 2 }),
    changed: fc.array(fc.nat({ max: 12 }), { maxLength: 2 }),
    more: fc.constantFrom([], [server(80, 77)], [service(7000), server(7000, 77)]),
  });
  const host = fc.record({
    claimed: rules(80, 800, 8080),
    wanted: rules(80, 800, 8080, 9000),
    foreign: rules(9000, 9100),
    others: rules(443),
    hand: fc.option(byHand, { nil: undefined, freq: 2 }),
    /** Which of the claimed services were there before, with a real server of their own. */
    before: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  });

  const originsOf = (claimed: string[], others: string[], before: boolean[]) => {
    const key = (line: string) => line.replace(/^-[Aa] /, "").replace(/ -[sg] .*$/, "");
    let [index, there] = [-1, false];
    return [
      ...claimed.flatMap((line) => {
        if (line.startsWith("-a")) return there ? [`ipvs\t${key(line)}\t-`] : [];
        there = before[++index]!;
        const of = key(line);
        return there
          ? [`ipvs\t${of}\t-A ${of} -s lc`, `ipvs\t${of} -r 198.18.0.99:1\t-a ${of} -r 198.18.0.99:1 -g -w 5`]
          : [`ipvs\t${of}\t-`];
      }),
      ...others.filter((line) => line.startsWith("-A")).map((line) => `ipvs\t${key(line)}\t-`),
    ];
  };

  it("is the plan of all rules", async () => {
    const cases = fc.sample(host, { numRuns: 60, seed: 7 });
    const script = cases.map(({ claimed, wanted, foreign, others, hand, before }) => {
      const seen = [...claimed, ...foreign, ...others];
      const live =
        hand === undefined
          ? seen
          : [
              ...seen
                .map((line, index) =>
                  hand.changed.includes(index)
                    ? line.replace(/-w \d+/, "-w 9").replace(/-s rr/, "-s lc")
                    : line,
                )
                .filter((_, index) => !hand.gone.includes(index)),
              ...hand.more,
            ];
      const plans = ["plan origins", "verify", ...(hand === undefined ? ["observe"] : [])];
      return `printf '%s' ${quoted(claimed)} >"$MINE/rules"
        printf '%s' ${quoted(others)} >"$STATE/owners/other/rules"
        printf '%s' ${quoted(seen)} >"$STATE/readback/rules"
        printf '%s' ${quoted(originsOf(claimed, others, before))} >"$STATE/origins"
        RULES_CLAIMED=${quoted(claimed)} RULES_LIVE=${quoted(live)} READBACK_RULES=${quoted(seen)}
        rules_want ${quoted(wanted)}
        for mode in ${plans.map((plan) => `'${plan}'`).join(" ")}; do compare "$mode"; done`;
    });
    writeFileSync(join(folder, "cases.sh"), script.join("\n"));
    const different =
      await shell(`mkdir "$STATE/owners/other"; : >"$STATE/owners/other/claims"; : >"$STATE/owners/other/rules"
      : >"$MINE/claims"
      OWNER=me PLAIN="" LIVE="" ADDRESSES="" DECISIONS="" READBACK_MINE=yes RULES_LIMITS=""
      PLAN_AWK=$(<${folder}/plan.awk)
      claims_of_others
      compare() {
        local all
        RULES_MOST=-1
        plan_run "$1" ""
        all=$(sort <<<"$REPLY" | grep -v ^foreign) || :
        [[ -z $RULES_FOCUSED ]] || echo "no plan of all rules"
        RULES_MOST=200
        plan_run "$1" ""
        [[ -n $RULES_FOCUSED ]] || echo "no focus"
        [[ $(sort <<<"$REPLY" | grep -v ^foreign) == "$all" ]] || {
          printf '%s: claimed\n%swanted\n%slive\n%s' "$1" "$RULES_CLAIMED" "$RULES_WANTED" "$RULES_LIVE"
          diff <(printf '%s\n' "$all") <(sort <<<"$REPLY") || :
        }
      }
      . ${folder}/cases.sh`);
    expect(different).toBe("");
  });
});

describe("a document", () => {
  const cut = (claimed: string[], wanted: string[], after: string) =>
    shell(`RULES_CLAIMED=${quoted(claimed)}
      known=no; if rules_cut_known $'# title\\n[packages]\\nx\\n[ipvs]\\n'${quoted(wanted)}$'${after.replaceAll("\n", "\\n")}'; then known=yes; fi
      printf '%s|%s' "$known" "$REPLY"`);

  it.each(["# end", "[units]\nx enabled active\n# end"])(
    "is read without the rules that are claimed: %j",
    async (after) => {
      expect(await cut(table, table, after)).toBe(`yes|# title\n[packages]\nx\n${after}`);
    },
  );

  it("is read as a whole where its rules differ, even by one more", async () => {
    expect(await cut(table, [...table, service(81)], "# end")).toMatch(/^no\|# title/);
    expect(await cut(table, table.slice(1), "# end")).toMatch(/^no\|# title/);
    expect(await cut([], table, "# end")).toMatch(/^no\|# title/);
  });
});

describe("the rules for the next boot", () => {
  const owner = (name: string, claims: string, rules: string[]) => {
    mkdirSync(join(folder, "owners", name));
    writeFileSync(join(folder, "owners", name, "claims"), claims);
    writeFileSync(join(folder, "owners", name, "rules"), text(rules));
  };
  const boot = (wanted: string[], keeper = "") =>
    shell(`OTHER_FOLDERS=("$STATE"/owners/[a-d]); KEEPER="${keeper}" RULES_WANTED=${quoted(wanted)}
      rules_for_boot; printf '%s' "$REPLY"`);

  it("are those of all owners, once, without those that keepalived makes", async () => {
    owner("a", "packages\tipvsadm\n", [service(80), server(80, 21)]);
    owner("b", "modules\tip_vs\nkeeper\tkeepalived\n", [service(443)]);
    expect(await boot([service(80), server(80, 2)])).toBe(text([service(80), server(80, 2), server(80, 21)]));
    expect(await boot([service(443)], "yes")).toBe(text([service(80), server(80, 21)]));
    rmSync(join(folder, "owners/a"), { recursive: true });
    expect(await boot(table)).toBe(text(table));
  });
});
