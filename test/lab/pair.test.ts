// Two directors of which one is master: what holds the VIP, who takes over, what keepalived's checks take out, and what is drift then.
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fingerprint, withoutNewPackages, type Fingerprint } from "../../lab/fingerprint";
import { left } from "./left";
import { gained } from "./previewed";
import { bothDirectors, on, repository, shell, Stack, theLab } from "./stack";
import { tally, vip, visits } from "./traffic";
import { join } from "node:path";

const directors = ["d1", "d2"];
const rule = (last: number, weight = 1) => `-a -t ${vip}:80 -r 198.18.0.${last}:80 -g -w ${weight}`;
const table = [`-A -t ${vip}:80 -s rr`, rule(21), rule(22), rule(23)];

async function holders(): Promise<string[]> {
  const held = await Promise.all(
    directors.map((host) => shell(host, `ip -o address show dev eth0 to ${vip}/32`)),
  );
  return directors.filter((_, index) => held[index] !== "");
}

const rules = async (host: string) =>
  (await on(host, "ipvsadm", "-Sn"))
    .split("\n")
    .map((line) => line.trimEnd())
    .sort();

/** Until everything answers again: how long checks and adverts take is another matter. */
async function answers(wanted: Record<string, number>): Promise<void> {
  const count = Object.values(wanted).reduce((sum, each) => sum + each, 0);
  await expect
    .poll(async () => tally(await visits(count)), { timeout: 60_000, interval: 500 })
    .toEqual(wanted);
}
const all = { "<h1>r1</h1>": 2, "<h1>r2</h1>": 2, "<h1>r3</h1>": 2 };

describe("a keepalived pair", { timeout: 600_000 }, () => {
  let stack: Stack;
  let before: Fingerprint[];
  let master: string;
  let backup: string;

  /** What a preview says of each director, whose resources are called by their addresses. */
  async function shown(): Promise<Record<string, string[]>> {
    const { stdout } = await stack.try("preview", { diff: true });
    return gained(stdout.replaceAll(/::lb-198\.18\.0\.1(\d)/g, "::lb-d$1-"));
  }

  const who = async () => {
    const [holder] = await holders();
    master = holder ?? "";
    backup = directors.find((host) => host !== master)!;
  };

  beforeAll(async () => {
    before = await Promise.all(directors.map((host) => fingerprint(theLab(), host)));
    stack = new Stack(join(repository, "test/lab/programs/pair"), bothDirectors());
    await stack.up();
    await who();
    expect(master).not.toBe("");
  });

  afterAll(async () => {
    await stack.destroy();
    stack.forget();
  });

  it("holds the VIP on one of its directors, has the rules on both, and answers at once", async () => {
    expect(await holders()).toHaveLength(1);
    for (const host of directors) expect(await rules(host)).toEqual(table);
    expect(tally(await visits(6))).toEqual(all);
  });

  it("is as declared: another up changes nothing", async () => {
    const pids = () =>
      Promise.all(directors.map((host) => on(host, "systemctl", "show", "-p", "MainPID", "keepalived")));
    const running = await pids();
    const { code, stdout } = await stack.try("up", { expectNoChanges: true });
    expect(code, stdout).toBe(0);
    expect(await pids()).toEqual(running);
  });

  it("has a real server that does not answer out of the table, which is no drift, and back when it is well", async () => {
    await on("r2", "systemctl", "stop", "nginx");
    await expect.poll(() => rules(master), { timeout: 60_000 }).toEqual([table[0], rule(21), rule(23)]);
    expect(tally(await visits(4))).toEqual({ "<h1>r1</h1>": 2, "<h1>r3</h1>": 2 });
    const said = await shown();
    expect(directors.filter((host) => host in said)).toEqual([]);
    await on("r2", "systemctl", "start", "nginx");
    await answers(all);
    await stack.unchanged();
  });

  it("shows what somebody did to it, and puts it right without a restart", async () => {
    const pid = await on(master, "systemctl", "show", "-p", "MainPID", "keepalived");
    await shell(
      master,
      `ipvsadm -d -t ${vip}:80 -r 198.18.0.21:80; ipvsadm ${rule(99)}; ipvsadm -e -t ${vip}:80 -r 198.18.0.22:80 -g -w 7`,
    );
    await shell(
      backup,
      `ip address add ${vip}/32 dev eth0; echo '# mine' >>/etc/keepalived/keepalived.conf; ipvsadm -C`,
    );
    const said = await shown();
    const words = (host: string) =>
      said[host]
        ?.slice(1)
        .map((line) => line.replace(/^# \d+ /, ""))
        .sort();
    expect(words(master)).toEqual(
      [`lost  ${rule(21)}`, `found ${rule(99)}`, `lost  ${rule(22)}`, `found ${rule(22, 7)}`].sort(),
    );
    const file = "file /etc/keepalived/keepalived.conf mode=0640 owner=root group=root";
    expect(words(backup)).toEqual(
      [
        ...table.map((line) => `lost  ${line}`),
        `found ${vip}/32 dev eth0`,
        `lost  ${file}`,
        `found ${file}, edited`,
      ].sort(),
    );
    await stack.up();
    expect(await holders()).toEqual([master]);
    for (const host of directors) expect(await rules(host)).toEqual(table);
    expect(await on(master, "systemctl", "show", "-p", "MainPID", "keepalived")).toBe(pid);
    await stack.unchanged();
  });

  it("takes a weight, and a service of its own beside it, by a reload", async () => {
    const pid = await on(master, "systemctl", "show", "-p", "MainPID", "keepalived");
    stack.config.weight = "3";
    stack.config.beside = "8080";
    await stack.up();
    const wanted = [table[0]!, rule(21, 3), rule(22, 3), rule(23, 3), `-A -t ${vip}:8080 -s rr`];
    await expect
      .poll(() => rules(master))
      .toEqual([...wanted, `-a -t ${vip}:8080 -r 198.18.0.21:8080 -g -w 1`].sort());
    await stack.unchanged();
    Object.assign(stack.config, { weight: "1", beside: "0" });
    await stack.up();
    for (const host of directors) expect(await rules(host)).toEqual(table);
    expect(await on(master, "systemctl", "show", "-p", "MainPID", "keepalived")).toBe(pid);
    expect(await holders()).toEqual([master]);
  });

  it("keeps what works when the new configuration is refused", async () => {
    stack.config.verbatim = "no_such_word at_all";
    const { code, stdout, stderr } = await stack.try("up");
    stack.config.verbatim = "";
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toMatch(/keepalived refuses the configuration/);
    expect(await holders()).toEqual([master]);
    for (const host of directors) expect(await rules(host)).toEqual(table);
    await stack.up();
    await stack.unchanged();
  });

  it("goes on when its master loses its power, and when that comes back nothing moves", async () => {
    // The client knows the master's MAC by now; it is the new one that has to tell it.
    await answers(all);
    await theLab().crash(master);
    await answers(all);
    expect(await shell(backup, `ip -o address show dev eth0 to ${vip}/32`)).toContain(vip);
    await theLab().boot(master);
    await delay(5000);
    await answers(all);
    expect(await holders()).toEqual([backup]);
    await stack.unchanged();
    await who();
  });

  it("gives its directors back as they were", async () => {
    await stack.destroy();
    const after = await Promise.all(
      directors.map((host, index) => withoutNewPackages(theLab(), host, before[index]!)),
    );
    expect(after.map((now, index) => left(before[index]!, now))).toEqual([[], []]);
  });
});
