// Which director has the VIP, what is drift and what is not, reloads, a refused configuration, a power cut, and the end.
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Fingerprint } from "../../../lab/fingerprint";
import { fingerprints, leftBesidesPackages } from "../support/leftovers";
import { on, shell, theLab } from "../support/stack";
import { rules } from "../support/table";
import { tally, vip, visits } from "../support/traffic";
import {
  all,
  answers,
  directors,
  head,
  holders,
  mainFile,
  Pair,
  patience,
  processOf,
  realServers,
  rule,
  table,
} from "./pair";

const drained = [head, rule(21, 0), rule(22), rule(23)];

export function basics(): void {
  let pair: Pair;
  let before: Record<string, Fingerprint>;

  beforeAll(async () => {
    before = await fingerprints(directors);
    pair = new Pair();
    await pair.up();
  });

  afterAll(async () => {
    await pair.destroy();
    pair.forget();
  });

  it("holds the VIP on one of its directors, has the rules on both, and answers at once", async () => {
    expect(await holders()).toHaveLength(1);
    for (const host of directors) expect(await rules(host)).toEqual(table);
    expect(tally(await visits(6))).toEqual(all);
  });

  it("is as declared: another up changes nothing", async () => {
    const running = await Promise.all(directors.map(processOf));
    const { code, stdout } = await pair.try("up", { expectNoChanges: true });
    expect(code, stdout).toBe(0);
    expect(await Promise.all(directors.map(processOf))).toEqual(running);
  });

  it("has a real server that does not answer out of the table, which is no drift, and back when it is well", async () => {
    await on("r2", "systemctl", "stop", "nginx");
    await expect.poll(() => rules(pair.master), patience).toEqual([head, rule(21), rule(23)]);
    expect(tally(await visits(4))).toEqual({ "<h1>r1</h1>": 2, "<h1>r3</h1>": 2 });
    const said = await pair.shown();
    expect(directors.filter((host) => host in said)).toEqual([]);
    await on("r2", "systemctl", "start", "nginx");
    await answers(all);
    await pair.unchanged();
  });

  it("shows what somebody did to it, and puts it right without a restart", async () => {
    const { master, backup } = pair;
    const pid = await processOf(master);
    await shell(
      master,
      `ipvsadm -d -t ${vip}:80 -r 198.18.0.21:80; ipvsadm ${rule(99)}; ipvsadm -e -t ${vip}:80 -r 198.18.0.22:80 -g -w 7`,
    );
    await shell(
      backup,
      `ip address add ${vip}/32 dev eth0; echo '# mine' >>/etc/keepalived/keepalived.conf; ipvsadm -C`,
    );
    const said = await pair.drift();
    expect(said[master]).toEqual(
      [`lost  ${rule(21)}`, `found ${rule(99)}`, `lost  ${rule(22)}`, `found ${rule(22, 7)}`].sort(),
    );
    expect(said[backup]).toEqual(
      [
        ...table.map((line) => `lost  ${line}`),
        `found ${vip}/32 dev eth0`,
        `lost  ${mainFile}`,
        `found ${mainFile}, edited`,
      ].sort(),
    );
    await pair.up();
    expect(pair.master).toBe(master);
    for (const host of directors) expect(await rules(host)).toEqual(table);
    expect(await processOf(master)).toBe(pid);
    await pair.unchanged();
  });

  it("leaves its rules to the kernel when it stops, and starts without what is left of them", async () => {
    const { master, backup } = pair;
    await on(master, "systemctl", "stop", "keepalived");
    await pair.who();
    expect(pair.master).toBe(backup);
    expect(await rules(master)).toEqual(table);
    // As after a change that it has not noticed, and with a sorry server that has stood in.
    await shell(master, `ipvsadm -e -t ${vip}:80 -r 198.18.0.21:80 -g -w 9; ipvsadm ${rule(99)}`);
    await on(master, "systemctl", "start", "keepalived");
    await expect.poll(() => rules(master), patience).toEqual(table);
    await pair.unchanged();
    await answers(all);
  });

  it("takes a weight, and a service of its own beside it, by a reload", async () => {
    const { master } = pair;
    const pid = await processOf(master);
    pair.declare({ weight: 3, beside: 8080 });
    await pair.up();
    const wanted = [
      head,
      ...[21, 22, 23].map((last) => rule(last, 3)),
      `-A -t ${vip}:8080 -s rr`,
      `-a -t ${vip}:8080 -r 198.18.0.21:8080 -g -w 1`,
    ];
    await expect.poll(() => rules(master)).toEqual(wanted.sort());
    await pair.unchanged();
    expect(await processOf(master)).toBe(pid);
    expect(pair.master).toBe(master);
  });

  it("gives that service back and honours a weight of 0 by a reload, and by a restart", async () => {
    const { master } = pair;
    const pid = await processOf(master);
    pair.declare({ weight: 1, beside: 0, service: { realServers: realServers(0, 1, 1) } });
    await pair.up();
    for (const host of directors) expect(await rules(host)).toEqual(drained);
    expect(await processOf(master)).toBe(pid);
    expect(pair.master).toBe(master);
    expect(tally(await visits(6))).toEqual({ "<h1>r2</h1>": 3, "<h1>r3</h1>": 3 });
    await on(master, "systemctl", "restart", "keepalived");
    await pair.who();
    await expect.poll(() => rules(master), patience).toEqual(drained);
    await pair.unchanged();
  });

  it("keeps what works when the new configuration is refused, and takes the next one, a drained server back too", async () => {
    const { master } = pair;
    expect(await rules(master)).toEqual(drained);
    pair.declare({ pair: { verbatim: "no_such_word at all" }, service: {} });
    const { code, stdout, stderr } = await pair.try("up");
    pair.declare({ pair: {} });
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toMatch(/keepalived refuses the configuration/);
    expect(await holders()).toEqual([master]);
    for (const host of directors) expect(await rules(host)).toEqual(drained);
    await pair.up();
    for (const host of directors) expect(await rules(host)).toEqual(table);
    await pair.unchanged();
    await answers(all);
  });

  it("goes on when its master loses its power, and when that comes back nothing moves", async () => {
    const { master, backup } = pair;
    // The client knows the old master's MAC by now; the new one has to announce its own.
    await answers(all);
    await theLab().crash(master);
    await answers(all);
    expect(await holders([backup])).toEqual([backup]);
    await theLab().boot(master);
    await delay(5000);
    await answers(all);
    await pair.who();
    expect(pair.master).toBe(backup);
    await pair.unchanged();
  });

  it("has in the kernel what keepalived's own words ask for, which is no drift", async () => {
    const block = `virtual_server ${vip} 8081 {\n  lvs_sched rr\n  lvs_method DR\n  protocol TCP\n  real_server 198.18.0.21 8081 {\n  }\n}`;
    pair.declare({ pair: { verbatimBlocks: block } });
    await pair.up();
    const own = [`-A -t ${vip}:8081 -s rr`, `-a -t ${vip}:8081 -r 198.18.0.21:8081 -g -w 1`];
    for (const host of directors) expect(await rules(host)).toEqual([...table, ...own].sort());
    await pair.unchanged();
  });

  it("gives its directors back as they were, those words' rules too, and where keepalived was killed", async () => {
    // A killed keepalived leaves a sync daemon, which uses the kernel's module.
    await shell(pair.backup, "systemctl kill -s KILL keepalived; systemctl stop keepalived");
    const said = await pair.destroy();
    expect(await leftBesidesPackages(before), said).toEqual({ d1: [], d2: [] });
  });
}
