// The state of a host, and when it is on the disk.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eachFolder } from "./folder";
import { runShell, stateParts } from "./shell";

let folder: string;
const at = (name: string) => join(folder, name);

eachFolder((made) => (folder = made));

describe("what a change is about to touch", () => {
  const begin = async (pending: string | undefined, desired: string, interrupted = "") => {
    if (pending !== undefined) writeFileSync(at("pending"), pending);
    const { status, stdout } = await runShell(
      [...stateParts],
      `STATE=${folder} MINE=${folder} PLAIN=$'${desired.replaceAll("\n", "\\n")}' INTERRUPTED="${interrupted}"
      state_durable() { echo durable; }
      state_begin ""`,
    );
    expect(status).toBe(0);
    return [readFileSync(at("pending"), "utf8"), stdout];
  };

  it("is not written again where it already ends with what is wanted", async () => {
    expect(await begin(undefined, "a\nb\n")).toEqual(["a\nb\n", "durable\n"]);
    expect(await begin("x\na\nb\n", "a\nb\n")).toEqual(["x\na\nb\n", ""]);
    expect(await begin("a\nb\n", "b\nc\n")).toEqual(["a\nb\nb\nc\n", "durable\n"]);
  });

  it("is brought to the disk again after a run that was cut off", async () => {
    expect(await begin("a\n", "a\n", "yes")).toEqual(["a\n", "durable\n"]);
  });

  it("of a removal is nothing, which is written too", async () => {
    expect(await begin(undefined, "")).toEqual(["", "durable\n"]);
  });
});

describe("a change that ends", () => {
  // (An interrupted run may have written the document without bringing its folder to the disk.)
  it("after one that was cut off forgets what it was about to touch only when all is on the disk", async () => {
    writeFileSync(at("pending"), "");
    const { status, stdout } = await runShell(
      [...stateParts],
      `STATE=${folder} MINE=${folder} VERB=apply PLAIN="" HEADER="" DOCUMENT="" INTERRUPTED=yes UNDOING=""
      write_changed() { REPLY=""; }
      state_durable() { echo durable; }
      rm() { echo "rm \${!#}"; }
      state_write; state_end "" "$REPLY"`,
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: `durable\nrm ${at("pending")}\ndurable\n` });
  });
});

describe("on the disk before the deed is", () => {
  /** The calls that bring something to the disk, and the calls after them. */
  const calls = async (parts: string[], lines: string) => {
    const { stdout } = await runShell(
      [...stateParts, ...parts],
      `STATE=${folder} MINE=${folder} PLAIN=""
      durable() { echo "durable $*" | sed "s#${folder}#STATE#g" >&3; }
      exec 3>&1
      ${lines}`,
    );
    return stdout;
  };

  it("a label", async () => {
    const said = await calls(
      ["files.sh"],
      `exec() { echo label; }; stat() { echo label; }; files_save_label page ${at("label")}`,
    );
    expect(said).toBe("durable STATE/label\n");
  });

  it("which traces of keepalived are not there", async () => {
    const said = await calls(["traces.sh"], "keepalived_note_traces");
    expect(said).toBe("durable STATE/traces.new\ndurable STATE\n");
  });

  it("which packages are there", async () => {
    const said = await calls(
      ["installing.sh", "packages.sh"],
      `packages_manager() { echo dnf; }; packages_are_ours() { :; }; packages_all() { echo bash; }
      dnf() { echo install >&3; return 1; }
      (packages_set keepalived) 2>/dev/null || :`,
    );
    expect(said).toBe("durable STATE/packages-before.new\ndurable STATE\ninstall\n");
  });
});

describe("the lock of a host", () => {
  const whileWaiting = (lines: string) =>
    runShell(
      [...stateParts],
      `STATE=${folder} MINE=${folder} OWNER=web
      others() { if flock -n -x /var/lib true; then echo free; else echo held; fi; }
      : >"$MINE/pending"
      lock exclusive; others
      lock_let_go; others
      ${lines}
      lock_return; others`,
    );

  it("is given to others while connections are waited for, also where a shell of the run holds it", async () => {
    const { status, stdout } = await whileWaiting("");
    expect({ status, stdout }).toEqual({ status: 0, stdout: "held\nfree\nheld\n" });
    const shell = await runShell(
      [...stateParts],
      `STATE=${folder} MINE=${folder} OWNER=web; lock exclusive
      (lock_let_go; flock -n -x /var/lib echo free; lock_return)`,
    );
    expect(shell).toMatchObject({ status: 0, stdout: "free\n" });
  });

  it.each(['rm "$MINE/pending"', 'echo >"$MINE/new"; mv "$MINE/new" "$MINE/pending"'])(
    "is not gone on under where another run of the same owner came in between (%s)",
    async (lines) => {
      const { status, stderr } = await whileWaiting(lines);
      expect(status).toBe(75);
      expect(stderr).toContain("another change of web was made on this host");
    },
  );
});
