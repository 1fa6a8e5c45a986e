// What a look gathers, from the plan and from the boot files.
import { expect, it } from "vitest";
import { runShell } from "./shell";

it("keeps what the plan says beside what it finds of the boot files", async () => {
  const { status, stdout } = await runShell(
    ["boot.sh", "observe.sh"],
    `STATE=$(mktemp -d) KEEPER="" RELEASED=$'\\n'
    trap 'rm -rf "$STATE"' EXIT
    mkdir "$STATE/boot"; echo kept >"$STATE/boot/rules"; echo edited >"$STATE/rules"
    boot_path() { REPLY=$STATE/$1; }
    live_read() { :; }
    plan_run() { REPLY=$'lost\\tipvs\\t-A -t 198.18.0.100:80 -s rr'; }
    observe_look
    printf '%s' "$seen" | sed "s#$STATE#STATE#"`,
  );
  expect(status).toBe(0);
  expect(stdout).toBe("lost\tipvs\t-A -t 198.18.0.100:80 -s rr\nfound\tfile\tSTATE/rules, edited\n");
});
