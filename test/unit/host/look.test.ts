// What a look collects from the plan and from the boot files.
import { expect, it } from "vitest";
import { runShell } from "./shell";

it("keeps what the plan says beside what it finds of the boot files", async () => {
  const { status, stdout } = await runShell(
    ["managers.sh", "boot.sh", "observe.sh"],
    `STATE=$(mktemp -d) KEEPER="" CLAIMED=$'\\n'
    trap 'rm -rf "$STATE"' EXIT
    mkdir "$STATE/boot"; echo kept >"$STATE/boot/rules"; echo edited >"$STATE/rules"
    boot_path() { REPLY=$STATE/$1; }
    live_read() { :; }
    plan_run() { REPLY=$'lost\\tipvs\\t-A -t 198.18.0.100:80 -s rr'; }
    observe_look
    printf '%s' "$seen" | sed "s#$STATE#STATE#"`,
  );
  expect(status).toBe(0);
  expect(stdout).toBe("lost\tipvs\t-A -t 198.18.0.100:80 -s rr\nfound\tboot-file\tSTATE/rules, edited\n");
});

it("at a second look counts a rule or an address only if it differed at the first one", async () => {
  const differs = (...lines: string[]) => lines.map((line) => `${line.replaceAll(" ", "\t")}\n`).join("");
  const first = differs("lost ipvs a", "lost addresses b", "lost sysctl c");
  const second = differs("lost ipvs a", "found addresses d", "lost sysctl e");
  const { status, stdout } = await runShell(
    ["observe.sh"],
    `seen=$'${first.replaceAll("\t", "\\t").replaceAll("\n", "\\n")}'
    sleep() { :; }
    addresses_read() { :; }
    observe_look() { seen=$(cat)$'\\n'; }
    observe_again
    printf '%s' "$seen"`,
    second,
  );
  expect(status).toBe(0);
  expect(stdout).toBe(differs("lost ipvs a", "lost sysctl e"));
});

it("drops what no longer differs at the second look", async () => {
  const { status, stdout } = await runShell(
    ["observe.sh"],
    `seen=$'lost\\tipvs\\ta\\n'
    sleep() { :; }
    addresses_read() { :; }
    observe_look() { seen=""; }
    observe_again
    printf '<%s>' "$seen"`,
  );
  expect({ status, stdout }).toEqual({ status: 0, stdout: "<>" });
});

it("reads the sections in one order, whether or not some have been read a moment ago", async () => {
  const { status, stdout, stderr } = await runShell(
    ["key.sh", "live.sh"],
    `for section in packages modules sysctl files units; do
      eval "\${section}_live() { LIVE+=$'$section\\tx\\n'; }"
    done
    addresses_live() { :; }
    ipvs_read() { :; }
    facts=$'units\\tx\\nsysctl\\tx = 1\\nfiles\\tx\\nmodules\\tx\\npackages\\tx\\n'
    live_read "$facts"; all=$LIVE
    live_read "$facts" "packages modules"; live_read "$facts" "" "$LIVE"
    printf '%s|%s' "$all" "$LIVE"`,
  );
  const inOrder = "packages\tx\nmodules\tx\nsysctl\tx\nfiles\tx\nunits\tx\n";
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${inOrder}|${inOrder}`, stderr: "" });
});
