// What a killed run, or a run whose input was cut off, leaves for the next one.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { awkProgram } from "../../../components/host/program";
import { eachFolder } from "./folder";
import { partPath, runShell, stateParts } from "./shell";

const parts = [
  ...stateParts,
  "unit.sh",
  "files.sh",
  "place.sh",
  "firewalld.sh",
  "firewall.sh",
  "managers.sh",
  "boot.sh",
];
let folder: string;
const at = (...path: string[]) => join(folder, ...path);

eachFolder((made) => {
  folder = made;
  mkdirSync(at("state/boot"), { recursive: true });
  mkdirSync(at("state/files"));
});

async function shell(lines: string, stdin = "") {
  const { status, stdout, stderr } = await runShell(parts, `STATE=${at("state")}\n${lines}`, stdin);
  return { status, said: `${stdout}${stderr}` };
}

describe("a document that is cut short", () => {
  const whole = [
    "# generation 2: repairs drift",
    "# lvs host document 1, owner web/prod/VirtualService/api-d1",
    "[files]",
    "/srv/page mode=0644 owner=root group=root",
    "| # end",
    "# end",
    "",
  ].join("\n");

  it("is not read, wherever the cut is, be it in the owner's name", async () => {
    const cuts = Array.from({ length: Math.ceil(whole.length / 5) }, (_, index) => index * 5);
    const outcomes = await Promise.all(cuts.map((cut) => shell("document_read", whole.slice(0, cut))));
    for (const [index, { status, said }] of outcomes.entries()) {
      expect(`${status} ${said}`, whole.slice(0, cuts[index])).toMatch(
        /^1 error: (the document is cut short|standard input is no host document)/,
      );
    }
  });

  it("is read when nothing but its last newline is missing", async () => {
    const { status, said } = await shell('document_read; printf %s "$OWNER"', whole.trimEnd());
    expect({ status, said }).toEqual({ status: 0, said: "web/prod/VirtualService/api-d1" });
  });
});

describe("the program on the host", () => {
  it("is written by one of many that look at the host at once", { timeout: 60_000 }, async () => {
    const program = "# line\n".repeat(20_000);
    const keep = "LVS_PROGRAM=$(cat); lock shared; program_keep";
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => shell(keep, program)));
    expect(outcomes).toEqual(outcomes.map(() => ({ status: 0, said: "" })));
    expect(readFileSync(at("state/program"), "utf8")).toBe(program);
    expect(readdirSync(at("state"))).not.toContain("program.new");
  });

  const release = (number: string, text: string) => `# the program\nLVS_RELEASE=${number}\n${text}\n`;
  const keep = (number: string) => `LVS_RELEASE=${number} LVS_PROGRAM=$(cat); program_keep`;

  it.each([
    ["0.9.0", "0.10.0", "stays"],
    ["1.2.3", "1.2.4", "stays"],
    ["1.2.3", "1.2.3", "goes"],
    ["0.10.0", "0.9.9", "goes"],
    ["1.0.0", "none", "goes"],
  ])("release %s over %s: the one on the host %s", async (ours, theirs, then) => {
    writeFileSync(at("state/program"), release(theirs, "theirs"));
    expect(await shell(keep(ours), release(ours, "ours"))).toEqual({ status: 0, said: "" });
    const expected = then === "stays" ? release(theirs, "theirs") : release(ours, "ours");
    expect(readFileSync(at("state/program"), "utf8")).toBe(expected);
  });
});

describe("a removal", () => {
  it("has nothing to do where another one has come first while it waited", async () => {
    const document = "# lvs host document 1, owner a/b/c/d\n# end\n";
    const remove = `. ${partPath("connections.sh")}; . ${partPath("apply.sh")}; VERB=remove; rm -r $STATE; apply_begin; apply_main`;
    expect(await shell(remove, document)).toEqual({ status: 0, said: "" });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("half-written files", () => {
  it("go with the next change, but nothing that only looks like one", async () => {
    mkdirSync(at("state/owners/a"), { recursive: true });
    const left = ["state/program.new", "state/boot/rules.new", "state/owners/a/claims.new"];
    const kept = ["page", "other.new", "state/files/=etc=x.new", "state/boot/rules"];
    for (const name of [...left, ...kept]) writeFileSync(at(name), "");
    await shell(`MINE=$STATE/owners/a INTERRUPTED=yes; state_sweep`);
    expect(left.filter((name) => existsSync(at(name)))).toEqual([]);
    expect(kept.filter((name) => existsSync(at(name)))).toEqual(kept);
  });
});

describe("a boot file", () => {
  it("is never there in another mode than the one it is to have", async () => {
    mkdirSync(at("etc"));
    // The last action of the run that is killed here is to move the file to its place.
    const move = `boot_path() { REPLY=${at("etc")}/$1; }; mv() { command mv "$@"; [[ \${!#} != */etc/* ]] || exit 9; }`;
    expect((await shell(`umask 077; ${move}; boot_put rules text`)).status).toBe(9);
    expect(statSync(at("etc/rules")).mode & 0o777).toBe(0o644);
  });
});

describe("boot files", () => {
  const redirected = () => `umask 077; mkdir -p ${at("etc")}; boot_path() { REPLY=${at("etc")}/$1; }
    BOOT_UNIT=${at("etc/unit")} BOOT_LINK=${at("etc/link")} NAMES=""
    boot_unit_text() { REPLY=text; }; systemctl() { :; }`;
  const write = 'boot_write rules; echo "$NAMES"';
  const counted = `boot_durable() { NAMES+=" durable"; }`;

  it("are brought to the disk, also those that a run has written that was cut off before that", async () => {
    expect((await shell(`${redirected()}; boot_durable() { exit 9; }; ${write}`)).status).toBe(9);
    expect((await shell(`${redirected()}; ${counted}; ${write}`)).said).toBe("\n");
    expect((await shell(`${redirected()}; ${counted}; INTERRUPTED=yes; ${write}`)).said).toBe(" durable\n");
  });

  it("are brought there with the link that enables their unit, where that alone has gone", async () => {
    await shell(`${redirected()}; ${write}`);
    rmSync(at("etc/link"));
    expect((await shell(`${redirected()}; ${counted}; ${write}`)).said).toBe(" durable\n");
  });
});

describe("an installation that was cut off", () => {
  it("is known to a removal as well: what came along with it goes with it", async () => {
    writeFileSync(at("state/packages-before"), "bash\n");
    writeFileSync(at("document.awk"), awkProgram("DOCUMENT_AWK"));
    mkdirSync(at("state/owners/a=b=c=d"), { recursive: true });
    const document = "# lvs host document 1, owner a/b/c/d\n[packages]\nkeepalived\n# end\n";
    const { said } = await shell(
      `. ${partPath("connections.sh")}; . ${partPath("apply.sh")}; . ${partPath("installing.sh")}; . ${partPath("packages.sh")}; VERB=remove IP_ADDRESSES="" DOCUMENT_AWK=$(<${at("document.awk")})
      addresses_read() { :; }; packages_all() { printf '%s\\n' bash keepalived snmp; }
      claims_of_others() { cat "$STATE/brought"; exit; }
      apply_begin; apply_main`,
      document,
    );
    expect(said).toBe("snmp\n");
  });
});

describe("a folder of boot files that was not there", () => {
  it("is one that everybody may read, and goes with them", async () => {
    mkdirSync(at("etc"));
    const place = `umask 077; boot_path() { REPLY=${at("etc/made.d")}/$1; }`;
    expect(await shell(`${place}; boot_put rules text`)).toEqual({ status: 0, said: "" });
    expect(statSync(at("etc/made.d")).mode & 0o777).toBe(0o755);
    expect(await shell(`${place}; boot_put rules ""; files_drop_folders`)).toEqual({ status: 0, said: "" });
    expect(readdirSync(at("etc"))).toEqual([]);
  });
});

describe("a file's origin", () => {
  it("is what was there when it was written down, not when a killed run had come as far as to copy it", async () => {
    writeFileSync(at("page"), "today");
    await shell(
      `files_origin_path ${at("page")}; printf yesterday >"$REPLY"; files_save_origin ${at("page")}`,
    );
    rmSync(at("page"));
    writeFileSync(at("page"), "ours");
    await shell(`files_unset ${at("page")} something`);
    expect(readFileSync(at("page"), "utf8")).toBe("today");
  });

  it("does not come back into a folder that has gone with its package", async () => {
    mkdirSync(at("html"));
    writeFileSync(at("html/page"), "before");
    await shell(`files_save_origin ${at("html/page")}`);
    rmSync(at("html"), { recursive: true });
    expect(await shell(`files_unset ${at("html/page")} something`)).toEqual({ status: 0, said: "" });
    expect(existsSync(at("html"))).toBe(false);
  });
});
