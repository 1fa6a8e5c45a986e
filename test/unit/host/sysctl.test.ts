// Parameters of IPVS that a kernel may lack: told by what is there, or by the module's file while it is not loaded.
import { gzipSync } from "node:zlib";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runShell } from "./shell";

let folder: string;
const at = (name: string) => join(folder, name);

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "lvs-host-"))));
afterEach(() => rmSync(folder, { recursive: true }));

async function lacking(...parameters: string[]): Promise<string> {
  writeFileSync(at("facts"), parameters.map((each) => `sysctl\t${each} = 1\n`).join(""));
  const { status, stdout, stderr } = await runShell(
    ["lines.sh", "sysctl.sh"],
    `PATH=${folder}:$PATH SYSCTL_IPVS=${at("vs")}; sysctl_lacks "$(<${at("facts")})"; printf %s "$REPLY"`,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

const sentence = (names: string) =>
  new RegExp(
    `^kernel \\S+ of this host does not have these kernel parameters: ${names.replaceAll(".", "\\.")}; leave them out of ipvs or sysctls, or boot a kernel that has them$`,
  );
const vs = (name: string) => `net.ipv4.vs.${name}`;

describe("where the module is loaded", () => {
  beforeEach(() => {
    mkdirSync(at("vs"));
    for (const name of ["expire_nodest_conn", "conntrack"]) writeFileSync(at(`vs/${name}`), "0\n");
  });

  it.each<[string, string[], RegExp]>([
    ["those that are there", [vs("expire_nodest_conn"), vs("conntrack")], /^$/],
    ["one that is not there", [vs("conntrack"), vs("conn_max")], sentence(vs("conn_max"))],
    ["two", [vs("conn_max"), vs("est_nice")], sentence(`${vs("conn_max")}, ${vs("est_nice")}`)],
    ["one of a scheduler's module", [vs("lblc_expiration")], /^$/],
    ["those of others", ["net.ipv4.no_such"], /^$/],
    ["none", [], /^$/],
  ])("%s", async (_, parameters, expected) => {
    expect(await lacking(...parameters)).toMatch(expected);
  });
});

describe("where the module is not loaded, its file tells", () => {
  const words = (...names: string[]) => Buffer.from(`\x7fELF\0${names.join("\0")}\0\x01end`, "latin1");
  const module = words("IPVS: %s\n", "nf_conntrack", "expire_nodest_conn", "est_nice");

  function shipped(file: string, content: Buffer): void {
    writeFileSync(at(file), content);
    writeFileSync(at("modinfo"), `#!/bin/sh\n[ "$*" = "-n ip_vs" ] && echo ${at(file)}\n`, { mode: 0o755 });
  }

  it.each<[string, Buffer]>([
    ["ip_vs.ko", module],
    ["ip_vs.ko.gz", gzipSync(module)],
  ])("%s", async (file, content) => {
    shipped(file, content);
    expect(await lacking(vs("expire_nodest_conn"), vs("est_nice"))).toBe("");
    // (A linker may keep a name as the end of another one.)
    expect(await lacking(vs("conntrack"))).toBe("");
    expect(await lacking(vs("est_nice"), vs("conn_max"))).toMatch(sentence(vs("conn_max")));
    expect(await lacking(vs("nodest_con"))).toMatch(sentence(vs("nodest_con")));
  });

  it.each<[string, Buffer]>([
    ["ip_vs.ko.strange", module],
    ["ip_vs.ko.gz", Buffer.from("no gzip")],
    ["ip_vs.ko", words("nothing", "known")],
  ])("and nothing is said where it cannot be read (%s)", async (file, content) => {
    shipped(file, content);
    expect(await lacking(vs("conn_max"))).toBe("");
  });

  it("and nothing is said where there is no module", async () => {
    writeFileSync(at("modinfo"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    expect(await lacking(vs("conn_max"))).toBe("");
  });
});
