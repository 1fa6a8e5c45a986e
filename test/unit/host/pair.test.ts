// A change on a host where keepalived keeps the table, begins to keep it or no longer keeps it; and what it does not touch.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { singleQuoted } from "../../../components/host/program";
import { eachFolder } from "./folder";
import { runShell, stateParts } from "./shell";

let mine: string;

eachFolder((made) => {
  mine = made;
});

/** What remains to be given back after the steps of a removal, if keepalived continues to run or does not. */
async function givenBack(undoing: string, runs: boolean): Promise<string> {
  const { status, stdout, stderr } = await runShell(
    ["pair.sh"],
    `VERB=remove UNDOING=${undoing} MINE=none KEEPER=yes RULES_NOW="" QUIESCED="" CONNECTIONS_WAITED="" SWITCHED="" SETS=() UNSETS=()
    keepalived_active() { ${runs}; }
    keepalived_coming() { return 1; }
    keepalived_is_given_back() { return 1; }
    DECISIONS=""
    for each in apply_switch ipvs_feed connections_wait apply_each keepalived_commit addresses_read; do eval "$each() { :; }"; done
    apply_plan() { UNSETS=($'addresses\t198.18.0.100/32 dev eth0\t-\tlive' $'sysctl\ta.b\ta.b = 0\ta.b = 1'); }
    apply_by_keepalived
    printf '%s|' ${"${UNSETS[@]%%$'\t'*}"}`,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

it("a first change that is undone leaves the VIPs of a keepalived that ran before", async () => {
  expect(await givenBack("yes", true)).toBe("sysctl|");
});

it("without one, and in a removal, VIPs are given back as everything else", async () => {
  expect(await givenBack("yes", false)).toBe("addresses|sysctl|");
  expect(await givenBack('""', true)).toBe("addresses|sysctl|");
});

describe("a single director that is to become one of a pair, where that fails", () => {
  const vip = "addresses\t198.18.0.100/32 dev eth0\n";
  const rules = "-A -t 198.18.0.100:80 -s rr\n-a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 1\n";
  const pair = "[settings]\ntable = keepalived";

  /** How the former VIPs and rules are set again. `states`: the instance's state and master, if keepalived runs. */
  async function restored(
    claims: string,
    live: string,
    states: string,
    settings = pair,
    taken = false,
  ): Promise<string> {
    writeFileSync(join(mine, "claims"), claims);
    writeFileSync(join(mine, "rules"), rules);
    const { status, stdout } = await runShell(
      [...stateParts, "settle.sh", "addresses.sh", "pair.sh"],
      `MINE=${singleQuoted(mine)} DOCUMENT=$'# title\n'${singleQuoted(settings)}$'\n# end' DECISIONS="" KEEPALIVED_PID=1
      addresses_read() { IP_ADDRESSES=${singleQuoted(live)}; }
      keepalived_active() { ${states === "" ? "false" : "true"}; }
      keepalived_read_data() { DECISIONS=$'${states}'; }
      systemctl() { printf '%s\n' "systemctl $*"; }
      ipvs_feed() { printf '%s\n' "$1"; }
      addresses_set() { printf '%s\n' "set $1"; }
      addresses_taken() { ${taken}; }
      pair_restore_single`,
    );
    expect(status).toBe(0);
    return stdout;
  }

  const all = [
    "systemctl -q disable --now keepalived.service",
    ...rules.trimEnd().split("\n"),
    ...rules
      .replaceAll(/^-(.)/gm, (_, letter: string) => (letter === "A" ? "-E" : "-e"))
      .trimEnd()
      .split("\n"),
    "set 198.18.0.100/32 dev eth0",
  ];
  const lines = (text: string) => text.split("\n").filter((line) => line !== "");

  it("gets its VIPs and rules again, where keepalived does not run", async () => {
    expect(lines(await restored(vip, "", ""))).toEqual(all);
  });

  it("gets them again where keepalived runs, and knows no master", async () => {
    expect(lines(await restored(vip, "", "instance\\tlb\\tFAULT\\t0.0.0.0"))).toEqual(all);
    expect(lines(await restored(vip, "", "instance\\tlb\\tBACKUP\\t0.0.0.0"))).toEqual(all);
  });

  it("is left alone where another director is master", async () => {
    expect(await restored(vip, "", "instance\\tlb\\tBACKUP\\t198.18.0.12")).toBe("");
  });

  it("is left alone where another host answers for its VIP", async () => {
    expect(await restored(vip, "", "", pair, true)).toBe("");
  });

  it("is left alone where it has its VIPs", async () => {
    expect(await restored(vip, "2: eth0    inet 198.18.0.100/32 scope global eth0", "")).toBe("");
  });

  it("is left alone where it was one of a pair before, or is to be none", async () => {
    expect(await restored(`keeper\tkeepalived\n${vip}`, "", "")).toBe("");
    expect(await restored(vip, "", "", "[settings]\ndrain = 5")).toBe("");
  });
});

/** How long the connections of removed destinations are waited for: the lines that the wait gets. */
async function waitedFor(state: string, quiesced = "server"): Promise<string> {
  const { status, stdout, stderr } = await runShell(
    ["pair.sh"],
    `VERB=apply UNDOING="" MINE=none KEEPER=yes RULES_NOW="" QUIESCED="${quiesced}" CONNECTIONS_WAITED="" SWITCHED="" SETS=() UNSETS=()
    DECISIONS=$'instance\\tlb\\t${state}\\t198.18.0.12'
    keepalived_active() { true; }
    for each in apply_switch ipvs_feed apply_each keepalived_commit addresses_read apply_plan keepalived_settle; do eval "$each() { :; }"; done
    connections_wait() { printf 'waits %s' "$1"; }
    connections_forget() { printf 'forgets'; }
    apply_by_keepalived`,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

it("the master waits for the connections of what leaves, and the backup has none", async () => {
  expect(await waitedFor("MASTER")).toBe("waits server");
  // (Nor has it any that an interrupted run has noted, as master.)
  expect(await waitedFor("BACKUP")).toBe("forgets");
});

it("nothing waits before the method changes, not even for connections that an interrupted run has noted", async () => {
  expect(await waitedFor("MASTER", "")).toBe("");
});
