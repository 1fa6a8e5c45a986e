// VRRP version 2 with a password: the pair works, and only root can read the password.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { on, shell, theLab } from "../support/stack";
import { all, answers, directors, Pair } from "./pair";

const first = "Xq7#w'!-";
const second = "k0 rn'%s";

export function secrets(): void {
  let pair: Pair;
  let said = "";

  const operate = async (operation: "preview" | "up" | "destroy") => {
    const { code, stdout, stderr } = await pair.try(operation, { diff: true });
    said += stdout + stderr;
    expect(code, stdout + stderr).toBe(0);
  };

  beforeAll(async () => {
    pair = new Pair({ pair: { vrrpVersion: 2 }, password: first });
    await operate("preview");
    await operate("up");
    await pair.who();
  });

  afterAll(async () => {
    await pair.destroy();
    pair.forget();
  });

  /** Searches a host for a text in all places that other users than root can read: files, the journal, and the output of ps. */
  async function readable(host: string, text: string): Promise<string> {
    // (In a file of root's own: xargs may call grep more than once, and each has to read it.)
    const line = `umask 077; cat >/run/wanted
      find / -xdev \\( -path /proc -o -path /sys \\) -prune -o -type f -perm /004 -print0 | xargs -0 grep -lF -f /run/wanted --
      journalctl -o cat | grep -F -f /run/wanted
      grep -lzF -f /run/wanted /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null
      rm /run/wanted`;
    return (await theLab().exec(host, ["bash", "-c", line], { stdin: text, timeout: 60_000 })).stdout;
  }

  it("still has it after a first change that failed", async () => {
    await pair.destroy();
    pair.declare({ pair: { vrrpVersion: 2, verbatim: "no_such_word at_all" } });
    const { code, stdout, stderr } = await pair.try("up");
    said += stdout + stderr;
    expect(code).toBe(1);
    pair.declare({ pair: { vrrpVersion: 2 } });
    await operate("up");
    await pair.who();
  });

  it("has one master, with the password in its configuration", async () => {
    await answers(all);
    for (const host of directors) {
      expect(await on(host, "stat", "-c", "%a %U", "/etc/keepalived/keepalived.conf")).toBe("640 root");
      expect(await shell(host, "grep -c 'auth_pass' /etc/keepalived/keepalived.conf")).toBe("1");
      expect(await on(host, "keepalived", "--config-test")).toBe("");
    }
    await pair.unchanged();
  });

  it("takes another one", async () => {
    pair.declare({ password: second });
    await operate("preview");
    await operate("up");
    await pair.who();
    await answers(all);
    await pair.unchanged();
  });

  it("shows neither to anybody", async () => {
    // The search works: it finds a text in a file that anyone may read.
    await shell("d1", `echo 'not so secret' >/root/public; chmod 644 /root/public`);
    expect(await readable("d1", "not so secret")).toBe("/root/public\n");
    await on("d1", "rm", "/root/public");
    for (const password of [first, second]) {
      expect(said).not.toContain(password);
      expect(states(pair.state).filter(({ text }) => text.includes(password))).toEqual([]);
      for (const host of directors) expect(await readable(host, password), host).toBe("");
    }
  });

  it("forgets it with the pair", async () => {
    await operate("destroy");
    for (const host of directors) {
      expect(await shell(host, "grep -rlF auth_pass /etc /var/lib/pulumi-lvs 2>/dev/null || :")).toBe("");
    }
  });
}

/** The files of a state, without the config that was given in plain text. */
function states(folder: string): { file: string; text: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^Pulumi\..*\.yaml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, text: readFileSync(file, "utf8") }));
}
