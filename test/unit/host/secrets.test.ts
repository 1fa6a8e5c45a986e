import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runShell } from "./shell";

describe("secrets of keepalived's files", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lvs-secrets-"));
    mkdirSync(join(folder, "keepalived"));
    mkdirSync(join(folder, "mine"));
    writeFileSync(join(folder, "mine/secrets"), "vrrp-one\ts3cret\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Stages a file with these lines as it would be tried. */
  const stage = (...lines: string[]) =>
    runShell(
      ["report.sh", "durable.sh", "files.sh", "place.sh", "secrets.sh", "keeper.sh", "keepalived.sh"],
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
