// Files that exist before ours, and how they are restored: of any owner, a link, one of several names.
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eachFolder } from "./folder";
import { runShell, stateParts } from "./shell";

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

eachFolder((made) => {
  folder = made;
  mkdirSync(at("state"));
  mkdirSync(at("html"));
});

function shell(lines: string) {
  return runShell(
    [...stateParts, "files.sh", "place.sh", "webServer.sh"],
    `STATE=${at("state")} LIVE=""\n${lines}`,
  );
}

const page = () => at("html/page");

/** Puts our file there and restores the former one. Returns the former one, as the host's program reads it. */
async function replaced(): Promise<string> {
  const { status, stdout, stderr } = await shell(`
    files_live ${page()}
    origin=\${LIVE#*$'\\t'} origin=\${origin%$'\\n'}
    files_save_origin ${page()}
    files_set "${page()} mode=0644 owner=root group=root content=ours\\\\n"
    [[ -f ${page()} && ! -L ${page()} && $(<${page()}) == ours ]]
    files_unset ${page()} "\${origin:--}"
    printf %s "\${origin#* }"`);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("a file that was there before", () => {
  it("comes back with its owner and group, which need no name, or one with a blank", async () => {
    writeFileSync(page(), "theirs");
    expect((await shell(`chown 70001:70002 ${page()}; chmod 2640 ${page()}`)).status).toBe(0);
    expect(await replaced()).toBe("mode=2640 owner=70001 group=70002 content=theirs");
    expect(statSync(page())).toMatchObject({ uid: 70001, gid: 70002, mode: 0o102640 });
    expect(readFileSync(page(), "utf8")).toBe("theirs");
  });

  it.each([
    ["to a file", "../shared/page"],
    ["that leads nowhere", "../nothing/at all"],
    ["to a folder", "../shared"],
    ["by its whole path", "/etc/hostname"],
  ])("comes back where it was a link %s, and nothing is written to where that led", async (_, target) => {
    mkdirSync(at("shared"));
    writeFileSync(at("shared/page"), "shared");
    symlinkSync(target, page());
    expect(await replaced()).toBe(`link=${target}`);
    expect(readlinkSync(page())).toBe(target);
    expect(readdirSync(at("shared"))).toEqual(["page"]);
    expect(readFileSync(at("shared/page"), "utf8")).toBe("shared");
  });

  it("comes back into a folder with the setgid bit", async () => {
    writeFileSync(page(), "theirs");
    await shell(`chmod 2775 ${at("html")}`);
    await replaced();
    expect(readFileSync(page(), "utf8")).toBe("theirs");
    expect(readdirSync(at("html"))).toEqual(["page"]);
  });

  it("comes back as it was although somebody has edited it in place, and nothing of ours had replaced it", async () => {
    writeFileSync(page(), "theirs");
    await shell(`files_save_origin ${page()}`);
    writeFileSync(page(), "edited");
    expect(await shell(`files_unset ${page()} theirs`)).toMatchObject({ status: 0, stderr: "" });
    expect(readFileSync(page(), "utf8")).toBe("theirs");
  });

  it("needs no bringing back where nothing has replaced it, whatever its names", async () => {
    writeFileSync(page(), "theirs");
    linkSync(page(), at("other"));
    // Twice: a run may be killed between the two.
    const { status, stderr } = await shell(
      `files_save_origin ${page()}; files_save_origin ${page()}; files_unset ${page()} theirs`,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(statSync(page()).ino).toBe(statSync(at("other")).ino);
  });

  it("is one file with its other names again", async () => {
    writeFileSync(page(), "theirs");
    linkSync(page(), at("other"));
    await replaced();
    expect(statSync(page()).ino).toBe(statSync(at("other")).ino);
    expect(readFileSync(at("other"), "utf8")).toBe("theirs");
  });

  it("comes back with its extended attributes from another file system, too", async (ctx) => {
    writeFileSync(page(), "theirs");
    const set = `python3 -c 'import os; os.setxattr("${page()}", "user.note", b"kept")'`;
    const get = `python3 -c 'import os; print(os.getxattr("${page()}", "user.note").decode())'`;
    ctx.skip((await shell(set)).status !== 0, "this file system has none");
    // A link from one file system to the other is refused.
    const { stdout, stderr } = await shell(`ln() { return 1; }
      files_save_origin ${page()}; files_set "${page()} mode=0644 owner=root group=root content="
      files_unset ${page()} theirs; ${get}`);
    expect({ stdout, stderr }).toEqual({ stdout: "kept\n", stderr: "" });
  });

  it("is an error where its copy is lost, not silence", async () => {
    const { status, stderr } = await shell(
      `files_unset ${page()} "mode=0644 owner=root group=root content="`,
    );
    expect(status).toBe(1);
    expect(stderr).toContain(`the former file of ${page()} was kept at ${at("state/files/")}`);
  });
});

describe("a folder at a file's place", () => {
  it("is named, and refused before anything is written down", async () => {
    mkdirSync(page());
    const { status, stderr } = await shell(`files_save_origin ${page()}`);
    expect(status).toBe(1);
    expect(stderr).toContain(`${page()} is a directory on this host, and a file is to be there`);
    expect(readdirSync(at("state"))).toEqual([]);
  });

  it("swallows no file, and stays", async () => {
    mkdirSync(page());
    const set = await shell(`files_set "${page()} mode=0644 owner=root group=root content=ours"`);
    expect(set.stderr).toContain("is a directory on this host");
    const unset = await shell(`files_unset ${page()} -`);
    expect(unset).toMatchObject({ status: 0, stderr: "" });
    expect(unset.stdout).toContain("note: ");
    expect(readdirSync(page())).toEqual([]);
    expect(readdirSync(at("html"))).toEqual(["page"]);
  });
});

describe("a folder that somebody else may write", () => {
  it("has no name that a file is written under and that can be guessed", async () => {
    writeFileSync(at("victim"), "victim");
    for (const name of ["page.pulumi-lvs-new", "page.new", "new"])
      symlinkSync(at("victim"), at("html", name));
    await shell(`files_set "${page()} mode=0644 owner=root group=root content=ours"`);
    expect(readFileSync(page(), "utf8")).toBe("ours");
    expect(readFileSync(at("victim"), "utf8")).toBe("victim");
  });

  it("is not written to, nor removed from, by a link on the way that root did not make", async () => {
    mkdirSync(at("elsewhere"));
    writeFileSync(at("elsewhere/page"), "elsewhere");
    symlinkSync(at("elsewhere"), at("link"));
    expect((await shell(`chown -h 70001 ${at("link")}`)).status).toBe(0);
    const set = await shell(`files_set "${at("link/page")} mode=0644 owner=root group=root content=ours"`);
    const unset = await shell(`files_unset ${at("link/page")} -`);
    for (const { status, stderr } of [set, unset]) {
      expect(status).toBe(1);
      expect(stderr).toContain(`${at("link")} on the way to ${at("link")} is a link that root did not make`);
    }
    expect(readFileSync(at("elsewhere/page"), "utf8")).toBe("elsewhere");
  });

  it("may be left alone by that link where nothing is to be removed", async () => {
    symlinkSync(at("state"), at("link"));
    await shell(`chown -h 70001 ${at("link")}`);
    expect(await shell(`files_unset ${at("link/page")} -`)).toMatchObject({ status: 0, stderr: "" });
  });

  it.each([
    ["another folder of root's that somebody puts", "roots", "../roots"],
    ["a folder of root's beside ours, by a link", "html/roots", "roots"],
  ])("is not left for %s in the place of ours", async (_what, roots, target) => {
    mkdirSync(at(roots), { mode: 0o700 });
    symlinkSync(target, at("html/ours"));
    const { status, stdout } = await shell(
      `cd ${at("html")}; if files_enter_private "$(stat -c %d:%i .)" ours; then echo entered; fi`,
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });

  it("is written to by a link that root has made", async () => {
    mkdirSync(at("elsewhere"));
    symlinkSync("elsewhere", at("link"));
    const { status, stderr } = await shell(
      `files_set "${at("link/page")} mode=0640 owner=root group=root content=ours"`,
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(readFileSync(at("elsewhere/page"), "utf8")).toBe("ours");
    expect(statSync(at("elsewhere/page")).mode & 0o777).toBe(0o640);
    expect(readdirSync(at("elsewhere"))).toEqual(["page"]);
  });

  it("loses what a killed run has left there, and nothing that looks like it", async () => {
    writeFileSync(page(), "");
    await shell(`cd ${at("html")}; mkdir -m 0700 .pulumi-lvs-aaaaaaaaaa; : >.pulumi-lvs-aaaaaaaaaa/new
      mkdir -m 0755 .pulumi-lvs-bbbbbbbbbb; ln -s /etc .pulumi-lvs-cccccccccc; : >.pulumi-lvs-dddddddddd`);
    const { status, stderr } = await shell(`files_sweep $'files\\t${page()} mode=0644'`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(readdirSync(at("html")).sort()).toEqual([
      ".pulumi-lvs-bbbbbbbbbb",
      ".pulumi-lvs-cccccccccc",
      ".pulumi-lvs-dddddddddd",
      "page",
    ]);
  });
});

it("a folder that is made is noted first, on the disk, so that it goes again even after a power cut", async () => {
  writeFileSync(at("state/made"), "/earlier\n");
  const { status, stdout } = await shell(
    `exec 3>&1; exec() { "$@"; }
    for each in sync mv mkdir; do eval "$each() { echo $each \\\${!#} >&3; command $each \\"\\$@\\"; }"; done
    files_make_folder ${at("html/new.d")}; files_make_folder ${at("html/new.d")}`,
  );
  expect(status).toBe(0);
  const [made, state] = [at("state/made"), at("state")];
  expect(stdout).toBe(`sync ${made}.new\nmv ${made}\nsync ${state}\nmkdir ${at("html/new.d")}\n`);
  expect(readFileSync(made, "utf8")).toBe(`/earlier\n${at("html/new.d")}\n`);
});

it("a file whose place is a link is never read through it", async () => {
  symlinkSync("/etc/hostname", page());
  const { stdout } = await shell(`files_live ${page()}; printf %s "$LIVE"`);
  expect(stdout).toBe(`files\t${page()} link=/etc/hostname\n`);
});

describe("a folder that not even root may write to, as in an image", () => {
  const wanted = () => `files\t${page()} mode=0644 owner=root group=root content=ours\\n`;
  const said = async (fixed: string) =>
    (
      await shell(`files_folder_is_fixed() { [[ $1 == ${fixed} ]]; }
      files_are_read_only "packages\tnginx"$'\n'"${wanted()}"$'\n'
      printf %s "$REPLY"`)
    ).stdout;

  it("is named with the file", async () => {
    expect(await said(at("html"))).toMatch(
      new RegExp(
        `^the folder ${at("html")} of this host is on a read-only file system, so ${page()} cannot be written; `,
      ),
    );
    expect(await said(at("other"))).toBe("");
  });

  it("is no matter where the file is there as wanted", async () => {
    writeFileSync(page(), "ours\n", { mode: 0o644 });
    expect(await said(at("html"))).toBe("");
    writeFileSync(page(), "theirs\n");
    expect(await said(at("html"))).not.toBe("");
  });

  it("is one that is there and cannot be written to", async () => {
    const { stdout } = await shell(
      `files_folder_is_fixed ${at("html")} || files_folder_is_fixed ${at("nothing")} || printf no`,
    );
    expect(stdout).toBe("no");
  });
});
