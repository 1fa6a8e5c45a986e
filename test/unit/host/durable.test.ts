// The functions that write the state's files.
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eachFolder } from "./folder";
import { runShell } from "./shell";

let folder: string;
const at = (name: string) => join(folder, name);

eachFolder((made) => (folder = made));

describe("several files", () => {
  it("are all on the disk before the first takes its place, in the order given; one that has its text is left alone", async () => {
    writeFileSync(at("same"), "same");
    writeFileSync(at("other"), "old");
    const inode = statSync(at("same")).ino;
    const { status, stdout } = await runShell(
      ["report.sh", "durable.sh"],
      `cd ${folder}
      exec 3>&1
      exec() { "$@"; } # sync is a function here, and exec takes none
      sync() { echo "sync \${*:3}" >&3; }
      mv() { echo "mv \${!#}"; command mv "$@"; }
      write_changed other new same same fresh text
      echo "<$REPLY>"
      write_changed same same
      echo "<$REPLY>"`,
    );
    expect(status).toBe(0);
    expect(stdout).toBe("sync other.new fresh.new\nmv other\nmv fresh\n<yes>\n<>\n");
    expect(readdirSync(folder).map((name) => [name, readFileSync(at(name), "utf8")])).toEqual([
      ["fresh", "text"],
      ["other", "new"],
      ["same", "same"],
    ]);
    expect(statSync(at("same")).ino).toBe(inode);
  });
});

describe("what is to be on the disk", () => {
  const refusing = (reason: string) => `exec() { "$@"; }; sync() { echo "sync: ${reason}" >&2; return 1; }`;
  const old = refusing("invalid option -- 'd'");
  const shell = (lines: string) => runShell(["report.sh", "durable.sh"], lines);

  /** The calls of the commands that bring a file to the disk. */
  const calls = async (sync: string) => {
    writeFileSync(at("a"), "");
    mkdirSync(at("html"));
    const { status, stdout, stderr } = await shell(
      `${sync}; dd() { echo "dd $2" | sed 's/-[A-Za-z0-9]*\\/new$/-NAME\\/new/' >&3; }
      durable ${at("a")} ${at("html")} 3>&1`,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return stdout;
  };

  it("is those files and folders, and no other file system's", async () => {
    const said = await calls('exec() { "$@"; }; sync() { echo "sync $*" >&3; }');
    expect(said).toBe(`sync -d -- ${at("a")} ${at("html")}\n`);
  });

  it("gets there where sync takes no names, as on CentOS 7", async () => {
    expect(await calls(old)).toBe(`dd of=${at("a")}\ndd of=${at("html/.pulumi-lvs-NAME/new")}\n`);
  });

  it("is as it was after that", async () => {
    writeFileSync(at("a"), "text");
    mkdirSync(at("html"));
    const { status, stderr } = await shell(`${old}; durable ${at("a")} ${at("html")}`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(readFileSync(at("a"), "utf8")).toBe("text");
    expect(readdirSync(at("html"))).toEqual([]);
  });

  // The kernel reports an error once: a process that opens the file later gets no error.
  it("is not believed to be there where the disk refuses it", async () => {
    writeFileSync(at("a"), "text");
    const { status, stderr } = await shell(
      `${refusing("error syncing 'a': Input/output error")}; durable ${at("a")}`,
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^error: what was written cannot be brought to the disk: .*Input\/output error; look at/,
    );
  });
});
