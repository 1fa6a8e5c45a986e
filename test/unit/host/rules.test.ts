// The rules of the table as texts: which of them a plan is about.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runShell, stateParts } from "./shell";

const service = (port: number) => `-A -t 198.18.0.100:${port} -s rr`;
const server = (port: number, last: number, weight = 1) =>
  `-a -t 198.18.0.100:${port} -r 198.18.0.${last}:${port} -g -w ${weight}`;
/** Two services, and real servers whose addresses begin with each other's. */
const table = [service(80), server(80, 2), server(80, 21), service(8080), server(8080, 2)];
const text = (lines: string[]) => lines.map((line) => `${line}\n`).join("");
const changed = (at: number, line: string) => table.map((each, index) => (index === at ? line : each));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lvs-rules-"));
  for (const name of ["seen", "owners", "owners/me"]) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true }));

const quoted = (lines: string[]) => `$'${text(lines).replaceAll("\n", "\\n")}'`;

async function shell(lines: string) {
  const { status, stdout, stderr } = await runShell(
    [...stateParts, "addresses.sh"],
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
    writeFileSync(join(folder, "seen/rules"), text(seen));
    const out = await shell(`SEEN_MINE=yes SEEN_RULES=${quoted(seen)} RULES_LIMITS='${limits}'
      RULES_CLAIMED=${quoted(claimed)} RULES_WANTED=${quoted(wanted)} RULES_LIVE=${quoted(live)}
      rules_change; rules_focus
      printf '%s|' "$RULES_FOCUSED" "$RULES_PART_CLAIMED" "$RULES_PART_WANTED" "$RULES_PART_LIVE"`);
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
    // One that was there before: its destinations come back with it.
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
    const many = Array.from({ length: 201 }, (_, index) => service(9000 + index));
    expect(await focused(table, [...table, ...many], table)).toBe("all");
    const out = await shell(`SEEN_MINE="" RULES_CLAIMED=${quoted(table)} RULES_WANTED=$RULES_CLAIMED
      RULES_LIVE=$RULES_CLAIMED; rules_focus; printf '%s' "$RULES_FOCUSED"`);
    expect(out).toBe("");
  });
});

describe("a document", () => {
  const cut = (claimed: string[], wanted: string[], after: string) =>
    shell(`RULES_CLAIMED=${quoted(claimed)}
      rules_cut_known $'# title\\n[packages]\\nx\\n[ipvs]\\n'${quoted(wanted)}$'${after.replaceAll("\n", "\\n")}'
      printf '%s|%s|%s' "$RULES_KNOWN" "$RULES_WANTED" "$REPLY"`);

  it.each(["# end", "[units]\nx enabled active\n# end"])(
    "is read without the rules that are claimed: %j",
    async (after) => {
      expect(await cut(table, table, after)).toBe(`yes|${text(table)}|# title\n[packages]\nx\n${after}`);
    },
  );

  it("is read as a whole where its rules differ, even by one more", async () => {
    expect(await cut(table, [...table, service(81)], "# end")).toMatch(/^\|\|# title/);
    expect(await cut(table, table.slice(1), "# end")).toMatch(/^\|\|# title/);
    expect(await cut([], table, "# end")).toMatch(/^\|\|# title/);
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
    owner("b", "keeper\tkeepalived\n", [service(443)]);
    expect(await boot([service(80), server(80, 2)])).toBe(text([service(80), server(80, 2), server(80, 21)]));
    expect(await boot([service(443)], "yes")).toBe(text([service(80), server(80, 21)]));
    rmSync(join(folder, "owners/a"), { recursive: true });
    expect(await boot(table)).toBe(text(table));
  });
});
