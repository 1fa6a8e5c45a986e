import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eachFolder } from "./folder";
import { runShell, stateParts } from "./shell";

describe("secrets of keepalived's files", () => {
  let folder: string;

  eachFolder((made) => {
    folder = made;
    mkdirSync(join(folder, "keepalived"));
    mkdirSync(join(folder, "mine"));
    writeFileSync(join(folder, "mine/secrets"), "vrrp-one\ts3cret\n");
  });

  /** Stages a file with these lines, as before its test. */
  const stage = (...lines: string[]) =>
    runShell(
      [
        "report.sh",
        "durable.sh",
        "files.sh",
        "place.sh",
        "webServer.sh",
        "secrets.sh",
        "unit.sh",
        "configuration.sh",
      ],
      `STATE=${folder} MINE=${folder}/mine KEEPALIVED=${folder}/keepalived KEEPALIVED_STAGE=${folder}/stage
      user=$(id -un) group=$(id -gn)
      IFS= read -r content
      KEEPALIVED_SETS=("$KEEPALIVED/keepalived.conf mode=0640 owner=$user group=$group content=$content")
      keepalived_stage`,
      `${lines.join("\\n")}\\n\n`,
    );

  it("are put in where they are named", async () => {
    const { status, stderr } = await stage('auth_pass "@{secret:vrrp-one}"');
    expect(status, stderr).toBe(0);
    expect(readFileSync(join(folder, "stage/keepalived.conf"), "utf8")).toBe('auth_pass "s3cret"\n');
  });

  it.each(["p#!'~&$a", "$(id)", "`id`&", "%s*?[a]", "  a  b ", "'", "/|;<>^=,"])(
    "are put in as they are: %j",
    async (password) => {
      writeFileSync(join(folder, "mine/secrets"), `vrrp-one\t${password}\n`);
      const { status, stderr } = await stage('auth_pass "@{secret:vrrp-one}"');
      expect(status, stderr).toBe(0);
      expect(readFileSync(join(folder, "stage/keepalived.conf"), "utf8")).toBe(`auth_pass "${password}"\n`);
    },
  );

  it("that have not arrived are named, and nothing else of the file is said", async () => {
    const { status, stderr } = await stage(
      'auth_pass "@{secret:vrrp-two}"',
      'auth_pass "@{secret:vrrp-one}"',
    );
    expect(status).toBe(1);
    expect(stderr).toBe(
      `error: the secret vrrp-two of ${folder}/keepalived/keepalived.conf has not arrived on this host; run pulumi up again\n`,
    );
  });
});

describe("secrets that are forgotten", () => {
  let state: string;
  const at = (...path: string[]) => join(state, "owners", ...path);
  eachFolder((made) => {
    state = join(made, "state");
    mkdirSync(at(), { recursive: true });
  });

  const owner = (name: string, files: Record<string, string>) => {
    mkdirSync(at(name));
    for (const [file, text] of Object.entries(files)) writeFileSync(at(name, file), text);
  };
  const left = () =>
    existsSync(at())
      ? readdirSync(at()).flatMap((name) => readdirSync(at(name)).map((file) => `${name}/${file}`))
      : [];
  const forget = async (name: string, ...formerly: string[]) => {
    const { status, stderr } = await runShell(
      [...[...stateParts], ...["keep.sh", "secrets.sh"]],
      `STATE=${state} VERB=forget; secrets_main`,
      [`# lvs secrets 1, owner ${name}`, ...formerly.map((each) => `formerly = ${each}`), "# end"].join("\n"),
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  };

  it("by a former name, after its removal, are those of the name that an update has given it", async () => {
    owner("w=new", { secrets: "vrrp-one\ts3cret\n", adopted: "update w/old\n" });
    await forget("w/old");
    expect(left()).toEqual([]);
  });

  it("by a new name, after a rename that failed, go with those of the former name", async () => {
    owner("w=old", { secrets: "vrrp-one\ts3cret\n" });
    owner("w=new", { secrets: "vrrp-one\ts3cret\n" });
    await forget("w/new", "w/old");
    expect(left()).toEqual([]);
  });

  it("stay with a former name that has been dealt with: it may be somebody else's", async () => {
    owner("w=old", { secrets: "vrrp-one\ttheirs\n" });
    owner("w=new", { secrets: "vrrp-one\ts3cret\n", adopted: "update w/old\n" });
    await forget("w/new", "w/old");
    expect(left()).toEqual(["w=old/secrets"]);
  });

  it("stay as long as a document that is applied names them", async () => {
    owner("w=new", { secrets: "vrrp-one\ts3cret\n", document: "@{secret:vrrp-one}" });
    await forget("w/new");
    expect(left()).toEqual(["w=new/document", "w=new/secrets"]);
  });
});
