// A first change that fails undoes itself.
import { expect, it } from "vitest";
import { runShell, stateParts } from "./shell";

/** `undoing`: the result of the removal. */
function undone(undoing: string) {
  return runShell(
    [...stateParts, "undo.sh"],
    `STATE=$(mktemp -d) VERB=apply
    apply_begin() { OWNER=web; state_open; lock exclusive; }
    apply_main() {
      if [[ $VERB == apply ]]; then
        mkdir -p "$STATE/owners/web"
        : >"$STATE/owners/web/pending"
        fail "no space left"
      fi
      ${undoing}
      rm -r "$STATE/owners/web"
    }
    on_exit() { if [[ -e $STATE/owners/web ]]; then echo "still known"; fi; rm -rf "$STATE"; }
    trap on_exit EXIT
    apply_or_undo`,
  );
}

it("says so", async () => {
  const { status, stdout, stderr } = await undone(":");
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toContain("no space left");
  expect(stderr).toContain("undone");
});

it("stops where that fails, forgets nothing and does not say that it has come about", async () => {
  const { status, stdout, stderr } = await undone("false");
  expect({ status, stdout }).toEqual({ status: 1, stdout: "still known\n" });
  expect(stderr).not.toContain("undone");
});

it("leaves what another run of the same owner has begun alone", async () => {
  const { status, stdout, stderr } = await runShell(
    [...stateParts, "apply.sh", "undo.sh"],
    `STATE=$(mktemp -d) VERB=apply
    trap 'rm -rf "$STATE"' EXIT
    mkdir -p "$STATE/owners/web"
    : >"$STATE/owners/web/pending"
    document_read() { OWNER=web DOCUMENT=""; }
    flock() { return 1; }
    apply_main() { echo "$VERB"; }
    apply_or_undo`,
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toContain("another change of this host is still under way");
});

it("leaves alone what another run of the same owner has begun while this one waited for connections to end", async () => {
  const { status, stdout, stderr } = await runShell(
    [...stateParts, "apply.sh", "undo.sh"],
    `STATE=$(mktemp -d) VERB=apply
    trap 'rm -rf "$STATE"' EXIT
    apply_begin() { OWNER=web; state_open; lock exclusive; }
    apply_main() {
      [[ $VERB == apply ]] || { echo undone; return; }
      mkdir -p "$MINE"; : >"$MINE/pending"
      lock_let_go
      rm "$MINE/pending"; : >"$MINE/pending"
      lock_return
    }
    apply_or_undo`,
  );
  expect({ status, stdout }).toEqual({ status: 75, stdout: "" });
  expect(stderr).toMatch(/^error: another change of web was made on this host while this one waited/);
});
