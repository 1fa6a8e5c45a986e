// Owners whose names change, and resources that follow each other as one owner.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eachFolder } from "./folder";
import { runShell, stateParts } from "./shell";

let state: string;
const at = (...path: string[]) => join(state, "owners", ...path);

eachFolder((made) => {
  state = made;
  mkdirSync(join(state, "owners"));
});

/** An owner's folder with these files. */
function owner(name: string, files: Record<string, string>): void {
  mkdirSync(at(name));
  for (const [file, text] of Object.entries(files)) writeFileSync(at(name, file), text);
}

const filesOf = (name: string) =>
  Object.fromEntries(readdirSync(at(name)).map((file) => [file, readFileSync(at(name, file), "utf8")]));

async function shell(lines: string, document: string[] = []) {
  const { status, stdout, stderr } = await runShell(
    [...stateParts, "observe.sh"],
    `STATE=${state} VERB=apply
    ${document.length > 0 ? "document_read; names_read" : "OWNER=web/prod/Director/new"}; state_open
    ${lines}`,
    document.join("\n"),
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

const names = (...settings: string[]) => [
  "# generation 1",
  "# lvs host document 1, owner web/prod/Director/new",
  "[settings]",
  "drain = 30",
  ...settings,
  "[ipvs]",
  "# end",
];
/** The record of an owner that has dealt with both. */
const both = { adopted: "update web/prod/Director/old\nupdate web/prod/Director/older\n" };
const renamed = names("formerly = web/prod/Director/old", "formerly = web/prod/Director/older");

describe("a document", () => {
  const read = `printf '%s|' "$PARENTS" "\${FORMERLY[@]-}"`;

  it("names the resource that sends it, and the names that its owner had", async () => {
    expect(await shell(read, names("parents = a:b:C", "formerly = web/dev/Director/new"))).toBe(
      "a:b:C|web/dev/Director/new|",
    );
  });

  it("names none where there is nothing to say, and none further down", async () => {
    expect(await shell(read, [...names().slice(0, -1), "| formerly = a/b/c/d", "# end"])).toBe("-||");
  });

  it("with a name that is none is refused", async () => {
    const { status, stderr } = await runShell(
      [...stateParts, "observe.sh"],
      "document_read; names_read",
      names("formerly = ../../etc").join("\n"),
    );
    expect(status).toBe(1);
    expect(stderr).toContain("a former name in the document is not a name: ../../etc");
  });
});

describe("the claims of a former name", () => {
  it("are the owner's own from the next change on, and its secrets, which come before", async () => {
    owner("web=prod=Director=old", { claims: "ours", document: "theirs", secrets: "old" });
    owner("web=prod=Director=new", { secrets: "new" });
    await shell("takeover_all", renamed);
    expect(readdirSync(at())).toEqual(["web=prod=Director=new"]);
    expect(filesOf("web=prod=Director=new")).toEqual({
      adopted: "update web/prod/Director/old\nupdate web/prod/Director/older\n",
      claims: "ours",
      document: "theirs",
      secrets: "new",
    });
  });

  it("become pending, where both names have been applied", async () => {
    owner("web=prod=Director=old", { claims: "a\nb\n", pending: "c\n", document: "", secrets: "old" });
    owner("web=prod=Director=new", { claims: "a\n", document: "mine" });
    await shell("takeover_all", renamed);
    expect(readdirSync(at())).toEqual(["web=prod=Director=new"]);
    expect(filesOf("web=prod=Director=new")).toMatchObject({
      claims: "a\n",
      document: "mine",
      pending: "c\na\nb\n",
      secrets: "old",
    });
  });

  it.each([
    ["both names have been applied", { claims: "a\n", connections: "TCP 2\n" }],
    ["only the former name has", { connections: "TCP 2\n" }],
  ])("come with the connections that an interrupted change is to wait for, where %s", async (_, files) => {
    owner("web=prod=Director=old", { claims: "a\n", pending: "a\n", connections: "TCP 1\n" });
    owner("web=prod=Director=new", files);
    await shell("takeover_all", renamed);
    expect(filesOf("web=prod=Director=new")["connections"]!.split("\n").sort()).toEqual([
      "",
      "TCP 1",
      "TCP 2",
    ]);
  });

  it("are taken over once: somebody else may have that name later", async () => {
    await shell("CREATED=yes; takeover_all", renamed);
    owner("web=prod=Director=old", { claims: "theirs" });
    await shell("CREATED=yes; takeover_all", renamed);
    expect(filesOf("web=prod=Director=old")).toEqual({ claims: "theirs" });
    expect(filesOf("web=prod=Director=new")["adopted"]).toMatch(/^create .*old\ncreate .*older\n$/);
    expect(await shell('names_find_former; claims_of_others; echo "${OTHERS[0]}"', renamed)).toBe(
      "owner=web/prod/Director/old\n",
    );
  });

  it("are looked at under that name until then, and are nobody else's", async () => {
    owner("web=prod=Director=old", { claims: "ours" });
    owner("web=prod=Director=other", { claims: "theirs" });
    const look = 'names_choose_folder; claims_of_others; echo "${MINE##*/} ${OTHERS[0]} ${#OTHERS[@]}"';
    expect(await shell(look, renamed)).toBe("web=prod=Director=old owner=web/prod/Director/other 5\n");
    expect(existsSync(at("web=prod=Director=new"))).toBe(false);
  });
});

describe("a second new name", () => {
  it("takes over what the first one had, and leaves alone who has the oldest name now", async () => {
    owner("web=prod=Director=old", { claims: "somebody else's" });
    owner("web=prod=Director=older", { claims: "ours", adopted: "update web/prod/Director/old\n" });
    await shell("takeover_all", renamed);
    expect(readdirSync(at()).sort()).toEqual(["web=prod=Director=new", "web=prod=Director=old"]);
    expect(filesOf("web=prod=Director=new")).toEqual({
      adopted: "update web/prod/Director/old\nupdate web/prod/Director/older\n",
      claims: "ours",
    });
  });
});

describe("a removal", () => {
  const find = 'names_find; echo "$OWNER ${MINE##*/}"';

  it("by a former name finds what an update had renamed, of which Pulumi has not heard", async () => {
    owner("web=prod=Director=newer", { adopted: "update web/prod/Director/new\n" });
    expect(await shell(find)).toBe("web/prod/Director/newer web=prod=Director=newer\n");
  });

  it("by a former name finds nothing where another resource has taken it over", async () => {
    owner("web=prod=Director=newer", { adopted: "create web/prod/Director/new\n" });
    expect(await shell(find)).toBe("web/prod/Director/new web=prod=Director=new\n");
  });

  const superseded = async (parents: string) =>
    shell(`PARENTS=${parents}; if resources_superseded; then echo superseded; else echo current; fi`);

  it("does nothing for a resource that another one has followed", async () => {
    expect(await superseded("-")).toBe("current\n");
    owner("web=prod=Director=new", { resources: "is a:b:C\nwas -\n" });
    expect(await superseded("-")).toBe("superseded\n");
    expect(await superseded("a:b:C")).toBe("current\n");
    expect(await superseded("a:b")).toBe("superseded\n");
  });
});

describe("the resources of an owner", () => {
  /** The record of a finished change by a resource with these parents; the first word is create or update. */
  const after = async (...changes: string[]) => {
    const lines = changes.map((change) => {
      const [how, parents] = change.split(" ");
      return `PARENTS=${parents} CREATED=${how === "create" ? "yes" : '""'}; resources_after
        printf %s "$REPLY" >"$MINE/resources"`;
    });
    owner("web=prod=Director=new", {});
    await shell(lines.join("\n"));
    const { resources = "" } = filesOf("web=prod=Director=new");
    const after = (word: string) =>
      resources
        .split("\n")
        .filter((line) => line.startsWith(`${word} `))
        .map((line) => line.slice(word.length + 1));
    return [after("is"), after("was")].map((parents) => parents.join(" "));
  };

  it.each<[string[], string, string]>([
    [["create -"], "-", ""],
    [["create -", "update -"], "-", ""],
    // With an alias, it is the same resource for Pulumi.
    [["create -", "update a:b:C"], "- a:b:C", ""],
    // Without an alias, it is another resource.
    [["create -", "create a:b:C"], "a:b:C", "-"],
    [["create -", "create a:b:C", "update a:b:C"], "a:b:C", "-"],
    // And back, if that was not completed.
    [["create -", "create a:b:C", "update -"], "-", "a:b:C"],
    [["create -", "create a:b:C", "update -", "create a:b:C"], "a:b:C", "-"],
  ])("after %j are %j, and superseded %j", async (changes, parents, superseded) => {
    expect(await after(...changes)).toEqual([parents, superseded]);
  });

  it("that are superseded, and that Pulumi still has, have a look ask for an update", async () => {
    owner("web=prod=Director=new", { resources: "is a:b:C\nwas -\n" });
    const look = (parents: string) =>
      shell(`PARENTS=${parents}; if resources_was_superseded; then echo yes; else echo no; fi`);
    expect([await look("-"), await look("a:b:C"), await look("x")]).toEqual(["yes\n", "no\n", "no\n"]);
  });
});

describe("a rename that did not come about", () => {
  it("is taken back by the next update under the former name, and looked at there until then", async () => {
    owner("web=prod=Director=newer", {
      adopted: "update a/b/c/d\nupdate web/prod/Director/new\n",
      claims: "ours",
      document: "# lvs host document 1, owner web/prod/Director/new\n",
      pending: "more",
    });
    owner("web=prod=Director=new", { secrets: "new" });
    expect(await shell("names_choose_folder; echo ${MINE##*/}")).toBe("web=prod=Director=newer\n");
    await shell("takeover_all");
    expect(readdirSync(at())).toEqual(["web=prod=Director=new"]);
    expect(filesOf("web=prod=Director=new")).toEqual({
      adopted: "update a/b/c/d\n",
      claims: "ours",
      document: "# lvs host document 1, owner web/prod/Director/new\n",
      pending: "more",
      secrets: "new",
    });
  });

  it("loses none of the former name's claims where the new one had only begun", async () => {
    owner("web=prod=Director=old", { claims: "ours\n", pending: "a\n" });
    owner("web=prod=Director=new", { pending: "b\n", secrets: "new" });
    await shell("takeover_all", renamed);
    expect(filesOf("web=prod=Director=new")).toMatchObject({
      claims: "ours\n",
      pending: "a\nb\n",
      secrets: "new",
    });
  });
});

describe("a take-over that was cut off", () => {
  it("before the folder had moved is gone through with", async () => {
    owner("web=prod=Director=old", { leaving: "web/prod/Director/new\n", claims: "ours\n" });
    await shell("takeover_all", renamed);
    expect(readdirSync(at())).toEqual(["web=prod=Director=new"]);
    expect(filesOf("web=prod=Director=new")).toEqual({ ...both, claims: "ours\n" });
  });

  it.each<[string, string, Record<string, string>]>([
    ["moved", "takeover_move_here", { claims: "old\n" }],
    ["been joined with this owner's", 'durable "$MINE"', { claims: "new\n" }],
  ])("between two former names, the first of which has %s, loses neither", async (_what, moment, mine) => {
    owner("web=prod=Director=old", { claims: "old\n" });
    owner("web=prod=Director=older", { claims: "older\n" });
    if (moment.startsWith("durable")) owner("web=prod=Director=new", mine);
    const cut = moment.split(" ")[0]!;
    // The run ends right after the first such step.
    await shell(
      `eval "real_$(declare -f ${cut})"
      ${cut}() { real_${cut} "$@"; [[ $# != 1 || $1 != */owners/web=prod=Director=${moment.startsWith("durable") ? "new" : "old"} ]] || exit 0; }
      takeover_all`,
      renamed,
    );
    expect(readdirSync(at()).length).toBeGreaterThan(1);
    await shell("takeover_all", renamed);
    expect(readdirSync(at())).toEqual(["web=prod=Director=new"]);
    const { claims, pending = "", adopted } = filesOf("web=prod=Director=new");
    expect(adopted).toBe(both.adopted);
    expect([claims, ...pending.split("\n")].join("\n")).toContain("older");
    expect([claims, ...pending.split("\n")].join("\n")).toMatch(/^old$/m);
  });

  it("is not taken for one when the former name is applied again", async () => {
    owner("web=prod=Director=new", { leaving: "web/prod/Director/newer\n", claims: "ours\n" });
    await shell("takeover_all");
    expect(filesOf("web=prod=Director=new")).toEqual({ claims: "ours\n" });
  });

  it.each<[string, Record<string, string>]>([
    ["when its claims had become pending", { pending: "a\nb\n" }],
    ["when all but the line that says so was gone", {}],
  ])("of a name that had been applied as well is gone through with: %s", async (_when, files) => {
    owner("web=prod=Director=old", { leaving: "web/prod/Director/new\n", ...files });
    owner("web=prod=Director=new", { adopted: "update web/prod/Director/old\n", claims: "a\n" });
    await shell("takeover_all", renamed);
    expect(readdirSync(at())).toEqual(["web=prod=Director=new"]);
    expect(filesOf("web=prod=Director=new")["pending"]).toBe(files["pending"]);
  });
});

describe("a new resource with a name that another owner had before", () => {
  it("is not looked at in that one's folder", async () => {
    owner("web=prod=Director=newer", {
      adopted: "update web/prod/Director/new\n",
      claims: "theirs",
      document: "# lvs host document 1, owner web/prod/Director/newer\n",
    });
    expect(await shell("names_choose_folder; echo ${MINE##*/}")).toBe("web=prod=Director=new\n");
  });

  it("is not taken for that one when its removal comes twice", async () => {
    owner("web=prod=Director=newer", { adopted: "update web/prod/Director/new\n", claims: "ours" });
    await shell("CREATED=yes; takeover_all");
    expect(filesOf("web=prod=Director=newer")["adopted"]).toBe("create web/prod/Director/new\n");
    expect(await shell('names_find; echo "${MINE##*/}"')).toBe("web=prod=Director=new\n");
  });
});

describe("where the former name has been gone back to after the rename had come about", () => {
  const renamedAway = {
    adopted: "update web/prod/Director/new\n",
    claims: "ours",
    document: "# lvs host document 1, owner web/prod/Director/newer\n",
  };

  it("the renamed owner's claims are nobody else's for a look", async () => {
    owner("web=prod=Director=newer", renamedAway);
    expect(await shell('names_choose_folder; claims_of_others; echo "${#OTHERS[@]}"')).toBe("0\n");
  });

  it("a killed going-back leaves no line of the owner about itself", async () => {
    owner("web=prod=Director=new", { ...renamedAway, adopted: "update a/b\nupdate web/prod/Director/new\n" });
    await shell("takeover_all");
    expect(filesOf("web=prod=Director=new")["adopted"]).toBe("update a/b\n");
  });

  it("a folder of which only the mark is left is not taken for the renamed one", async () => {
    owner("web=prod=Director=new", {
      leaving: "web/prod/Director/newer\n",
      adopted: "update web/prod/Director/new\n",
    });
    owner("web=prod=Director=newer", renamedAway);
    expect(await shell('names_find; echo "${MINE##*/}"')).toBe("web=prod=Director=newer\n");
    await shell("takeover_all");
    expect(readdirSync(at())).toEqual(["web=prod=Director=new"]);
    expect(filesOf("web=prod=Director=new")["claims"]).toBe("ours");
  });

  it("a removal by the former name finds the claims at each moment of a take-over", async () => {
    for (const moment of ["takeover_move_here", "rm"]) {
      rmSync(at(), { recursive: true });
      mkdirSync(at());
      owner("web=prod=Director=old", { claims: "ours" });
      await shell(
        `rm() { command rm "$@"; ${moment === "rm" ? '[[ "$*" != *leaving ]] || exit 0' : ":"}; }
        ${moment === "rm" ? "" : 'eval "real_$(declare -f takeover_move_here)"; takeover_move_here() { real_takeover_move_here "$@"; exit 0; }'}
        takeover_all`,
        renamed,
      );
      expect(await shell('OWNER=web/prod/Director/old; state_open; names_find; echo "${MINE##*/}"')).toBe(
        "web=prod=Director=new\n",
      );
    }
  });
});

describe("what cannot be read is not empty", () => {
  const shellFails = async (lines: string) => {
    const { status, stderr } = await runShell(
      [...stateParts],
      `STATE=${state} OWNER=web/prod/Director/new; state_open
      ${lines}; echo "went on" >&2`,
    );
    expect(stderr).not.toContain("went on");
    expect(status).toBe(1);
    return stderr;
  };
  const failing = (program: string) =>
    `${program}() { echo "${program}: Input/output error" >&2; return 2; }`;

  /** Longer than a block of a file system, so that it is read by a program. */
  const long = "a\n".repeat(4000);

  it.each([
    ["claims that are joined", `${failing("cat")}; takeover_join pending "$MINE" "$MINE"`],
    ["joining them", `${failing("awk")}; takeover_join pending "$MINE" "$MINE"`],
    ["what has begun", `${failing("cat")}; PLAIN=x INTERRUPTED=""; state_begin ""`],
    ["the resources, for a removal", `if resources_superseded; then echo "went on" >&2; fi`],
    ["the former names, for a removal", "MINE=$STATE/owners/none; names_find"],
  ])("%s", async (_what, lines) => {
    owner("web=prod=Director=new", { pending: long });
    // (A folder cannot be read as a file.)
    for (const name of ["resources", "adopted"]) {
      mkdirSync(at("web=prod=Director=new", name));
      writeFileSync(at("web=prod=Director=new", name, "x"), "");
    }
    expect(await shellFails(lines)).toMatch(/cannot be (read|written)/);
  });
});

describe("another owner with the same document", () => {
  const twins = 'names_find_former; observe_twins; printf %s "$REPLY"';
  const theirs = (...lines: string[]) =>
    ["# generation 4", "# lvs host document 1, owner web/dev/Director/new", ...lines].join("\n");

  it("is told of, whatever names stand in either", async () => {
    owner("web=dev=Director=new", {
      document: theirs("[settings]", "drain = 30", "parents = a", "[ipvs]", "# end", ""),
    });
    expect(await shell(twins, names("parents = b", "formerly = a/b/c/d"))).toBe("web/dev/Director/new\n");
    expect(await shell(twins, names())).toBe("web/dev/Director/new\n");
    const bare = names().filter((line) => !/settings|drain/.test(line));
    writeFileSync(
      at("web=dev=Director=new", "document"),
      theirs("[settings]", "parents = a", "[ipvs]", "# end", ""),
    );
    expect(await shell(twins, bare)).toBe("web/dev/Director/new\n");
  });

  it("is not told of where it differs, is known as a former name, or this one has been applied", async () => {
    owner("web=dev=Director=new", { document: theirs("[settings]", "drain = 31", "[ipvs]", "# end", "") });
    expect(await shell(twins, names())).toBe("");
    writeFileSync(
      at("web=dev=Director=new", "document"),
      theirs("[settings]", "drain = 30", "[ipvs]", "# end", ""),
    );
    writeFileSync(at("web=dev=Director=new", "claims"), "");
    expect(await shell(twins, names("formerly = web/dev/Director/new"))).toBe("");
    owner("web=prod=Director=new", { claims: "" });
    expect(await shell(twins, names())).toBe("");
  });
});
