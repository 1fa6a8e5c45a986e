// A change where keepalived keeps the table, and what it leaves alone.
import { expect, it } from "vitest";
import { runShell } from "./shell";

/** What is still to be given back after the steps of a removal, where keepalived runs on or does not. */
async function givenBack(undoing: string, runs: boolean): Promise<string> {
  const { status, stdout, stderr } = await runShell(
    ["pair.sh"],
    `VERB=remove UNDOING=${undoing} MINE=none KEEPER=yes RULES_NOW="" QUIESCED="" IPVS_WAITED="" SETS=() UNSETS=()
    keepalived_active() { ${runs}; }
    keepalived_coming() { return 1; }
    for each in ipvs_feed ipvs_wait_drained apply_each keepalived_commit addresses_read; do eval "$each() { :; }"; done
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
