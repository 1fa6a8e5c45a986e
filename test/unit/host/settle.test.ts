// How long a change waits for keepalived to have made what it was told.
import { describe, expect, it } from "vitest";
import { runShell } from "./shell";

const vip = "addresses\t198.18.0.100/32 dev eth0";
const rule = "ipvs\t-a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 1";

/** How many looks it takes where they show these differences, one after the other, and then as the last one does. */
async function looks(...differences: string[][]): Promise<string> {
  const shown = differences.map((lines) => `'${lines.join("\n")}'`).join(" ");
  const { status, stdout, stderr } = await runShell(
    ["report.sh", "keepalived.sh", "settle.sh"],
    `shown=(${shown}) looks=0 PLAIN="" QUIESCED=""
    unset SECONDS; SECONDS=0 # the sleeps make the time here
    keepalived_active() { :; }
    addresses_read() { :; }
    keepalived_believe() { BELIEF=$'instance\\tlb\\tMASTER\\t198.18.0.11'; }
    live_read() { looks=$((looks + 1)); }
    plan_run() { local last=$((\${#shown[@]} - 1)); printf '%s\\n' "\${shown[looks > last ? last : looks - 1]}"; }
    sleep() { SECONDS=$((SECONDS + 1)); }
    keepalived_settle
    printf '%d looks, %d s' "$looks" "$SECONDS"`,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("a change by keepalived", () => {
  it("is over at the first look that shows no difference", async () => {
    expect(await looks([])).toBe("1 looks, 0 s");
    expect(await looks([`lost\t${rule}`], [`lost\t${rule}`], [])).toBe("3 looks, 2 s");
  });

  it("is over when its time is, whatever is missing", async () => {
    expect(await looks([`lost\t${rule}`])).toBe("31 looks, 30 s");
  });

  it("does not take for missing what was on its way while the host was looked at", async () => {
    expect(await looks([`lost\t${vip}`], [])).toBe("2 looks, 1 s");
    expect(await looks([`found\t${vip}`], [`lost\t${vip}`], [])).toBe("3 looks, 2 s");
  });

  it("does not wait for a VIP that somebody took off: keepalived does not either", async () => {
    expect(await looks([`lost\t${vip}`], [`lost\t${vip}`])).toBe("2 looks, 1 s");
  });
});
