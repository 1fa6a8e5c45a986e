// The host as the last change has read it back.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eachFolder } from "./folder";
import { runShell, stateParts } from "./shell";

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
eachFolder((made) => {
  folder = made;
  for (const name of ["owners", "owners/me", "owners/other"]) mkdirSync(at(name));
  writeFileSync(at("owners/me/claims"), "packages\tx\n");
});

const facts = "packages\tx\nsysctl\ta = 1\n";
const rule = "-A -t 198.18.0.100:80 -s rr\n";

/** Runs lines on a host that looks like this. `awk` and all functions that read the host are replaced. */
async function shell(lines: string, rules = rule, live = facts) {
  const quoted = (text: string) => `$'${text.replaceAll("\n", "\\n").replaceAll("\t", "\\t")}'`;
  const { status, stdout, stderr } = await runShell(
    [...stateParts, "live.sh"],
    `STATE=${folder} MINE=${folder}/owners/me KEEPER="" VERB=apply SAME_DOCUMENT=yes CLAIMED=$'\n'
    PLAIN=${quoted(facts)}
    addresses_live() { ADDRESSES=$'addresses\ta\n'; }
    live_read() { RULES_LIVE=${quoted(rules)} LIVE=${quoted(live)} RULES_LIMITS=""; addresses_live; }
    awk() { echo "an awk was started" >&2; }
    RULES_WANTED="" RULES_CLAIMED="" APPLY_BEGUN=""
    keep() { live_read; readback_write; }
    ${lines}`,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}
const look = "readback_open; if readback_nothing_new; then echo same; else echo other; fi";
const owners = () => readFileSync(at("readback/owners"), "utf8");

describe("a look", () => {
  it("needs no plan where the host is as the last change has left it", async () => {
    expect(await shell(look)).toBe("other\n");
    await shell("readback_open; keep");
    expect(await shell(look)).toBe("same\n");
  });

  it("needs one where anything is otherwise", async () => {
    await shell("readback_open; keep");
    expect(await shell(look, `${rule}-A -t 198.18.0.101:80 -s rr\n`)).toBe("other\n");
    expect(await shell(look, rule, facts.replace("a = 1", "a = 2"))).toBe("other\n");
    expect(await shell(`SAME_DOCUMENT=""; ${look}`)).toBe("other\n");
    expect(await shell(`addresses_live() { ADDRESSES=b; }; ${look}`)).toBe("other\n");
    expect(await shell(`MINE=$STATE/owners/other; ${look}`)).toBe("other\n");
    const limited = `eval "real_$(declare -f live_read)"; live_read() { real_live_read; RULES_LIMITS='-> 198.18.0.21:80  9  0  0  0'; }`;
    expect(await shell(`${limited}; ${look}`)).toBe("other\n");
    writeFileSync(at("owners/me/pending"), "");
    expect(await shell(look)).toBe("other\n");
  });
});

describe("a change", () => {
  it("leaves what it has read back of other owners as well, as long as the host was as they had left it", async () => {
    await shell("MINE=$STATE/owners/other; readback_open; keep");
    await shell("readback_open; keep");
    expect(owners()).toBe("other\nme\n");
    const more = "-A -t 198.18.0.101:80 -s rr\n";
    await shell(`readback_open; RULES_WANTED=$'${more.trim()}\\n'; keep`, rule + more);
    expect(owners()).toBe("other\nme\n");
    await shell("readback_open; keep", rule);
    expect(owners()).toBe("me\n");
  });

  it("no longer vouches for others where something has gone that they claim as well", async () => {
    const own = `RULES_CLAIMED=$'${rule.trim()}\\n' CLAIMED+=$'addresses\\ta\\n'; PLAIN="" OTHER_FOLDERS=("$STATE/owners/other")`;
    const gone = {
      rules: `readback_open; ${own}; keep`,
      addresses: `addresses_live() { ADDRESSES=""; }; readback_open; ${own}; keep`,
    };
    await shell("MINE=$STATE/owners/other; readback_open; keep");
    await shell(gone.rules, "");
    expect(owners()).toBe("other\nme\n");
    writeFileSync(at("owners/other/rules"), rule);
    await shell("MINE=$STATE/owners/other; readback_open; keep");
    await shell(gone.rules, "");
    expect(owners()).toBe("me\n");
    writeFileSync(at("owners/other/rules"), "");
    writeFileSync(at("owners/other/claims"), "addresses\ta\n");
    await shell("MINE=$STATE/owners/other; readback_open; keep");
    await shell(gone.addresses);
    expect(owners()).toBe("me\n");
  });

  it("tells the foreign service of a mark of IPv6 from that of the same mark", async () => {
    const left = await shell(
      `READBACK_FOREIGN=$'-A -f 7 -s rr\\n-A -f 7 -6 -s rr\\n'
      readback_foreign_outside $'-A -f 7 -6 \\n'; printf '%s' "$REPLY"
      readback_foreign_outside $'-A -f 7 -s wrr\\n'; printf '%s' "$REPLY"`,
    );
    expect(left).toBe("-A -f 7 -s rr\n-A -f 7 -6 -s rr\n");
  });

  it("no longer vouches for others where an address has changed that is not its own", async () => {
    await shell("MINE=$STATE/owners/other; readback_open; keep");
    await shell("addresses_live() { ADDRESSES=$'addresses\\tb\\n'; }; readback_open; keep");
    expect(owners()).toBe("me\n");
  });

  it("that is killed while it writes that down leaves nobody beside a table of another moment", async () => {
    await shell("MINE=$STATE/owners/other; readback_open; keep");
    await shell(
      'mv() { [[ $* != */readback/owners ]] || exit 0; command mv "$@"; }; readback_open; keep',
      "",
    );
    expect(readFileSync(at("readback/rules"), "utf8")).toBe("");
    expect(readdirSync(at("readback"))).not.toContain("owners");
  });

  it("reads the host back though nothing differs where nobody has, where it looks otherwise, or something is claimed that was there", async () => {
    const ask = (lines: string) =>
      shell(`readback_open; live_read; ${lines}; if readback_is_stale; then echo yes; else echo no; fi`);
    expect(await ask(":")).toBe("yes\n");
    await shell("readback_open; keep");
    expect(await ask(":")).toBe("no\n");
    expect(await ask("APPLY_BEGUN=yes")).toBe("yes\n");
    expect(await ask('RULES_LIVE=""')).toBe("yes\n");
    expect(await ask("KEEPER=yes")).toBe("no\n");
  });

  it("has nobody rely on it while it is under way", async () => {
    await shell("readback_open; keep");
    await shell('readback_open; INTERRUPTED="" RULES_CHANGE=""; state_durable() { :; }; state_begin ""');
    expect(readdirSync(at("readback"))).not.toContain("owners");
    expect(await shell(look)).toBe("other\n");
  });

  it("writes nothing where keepalived keeps a table of this host", async () => {
    for (const keeping of ["KEEPER=yes", "CLAIMED=$'\\nkeeper\\tkeepalived\\n'"])
      await shell(`${keeping}; keep`);
    writeFileSync(at("owners/other/claims"), "modules\tip_vs\nkeeper\tkeepalived\n");
    await shell("keep");
    expect(readdirSync(folder)).toEqual(["owners"]);
  });

  it("keeps of what it has read only what is claimed", async () => {
    await shell("readback_open; keep", rule, `${facts}packages\ty\n`);
    expect(readFileSync(at("owners/me/readback"), "utf8")).toBe(facts);
  });
});
