// A director on which keepalived ran before: the pair takes it over without a restart, and a destroy restores its own
// configuration.
import { afterAll, beforeAll, expect, it } from "vitest";
import { fingerprint, leftBehind, type Fingerprint } from "../../../lab/fingerprint";
import { masterOf } from "../../../lab";
import { Client } from "../../../lab/client";
import { on, shell, theLab } from "../support/stack";
import { rules } from "../support/table";
import { vip } from "../support/traffic";
import { Moving, putPage, removePage } from "./moving";
import { all, answers, directors, holders, leave, Pair, patience, processOf, table } from "./pair";

const [host, other] = ["d1", "d2"];
const webServers = ["r1", "r2", "r3"];
const oldVip = "198.18.0.90";
const linked = "/srv/keepalived.conf";
const oldTable = [`-A -t ${oldVip}:80 -s rr`, `-a -t ${oldVip}:80 -r 198.18.0.21:80 -g -w 1`];
const configuration = `vrrp_instance old {
    interface eth0
    virtual_router_id 9
    virtual_ipaddress {
        ${oldVip}/32
    }
    virtual_routes {
        203.0.113.0/24 via 198.18.0.21 dev eth0
    }
}
virtual_server ${oldVip} 80 {
    lvs_sched rr
    lvs_method DR
    protocol TCP
    real_server 198.18.0.21 80 {
    }
}
`;

export function adopted(): void {
  let pair: Pair;
  let client: Client;
  let before: Fingerprint;

  /** Waits until it is master of its old VIP, and compares its state with the state before. */
  async function asItWas(): Promise<void> {
    await masterOf(theLab(), oldVip, [host]);
    await expect.poll(() => rules(host), patience).toEqual(oldTable);
    expect(leftBehind(before, await fingerprint(theLab(), host))).toEqual([]);
    expect(await shell(host, "ls -d /run/pulumi-lvs 2>/dev/null || :")).toBe("");
    expect(await optionsOf(host)).not.toContain("--dont-release-ipvs");
    expect(`${await on(host, "cat", linked)}\n`).toBe(configuration);
  }

  const optionsOf = async (host: string) => {
    const pid = (await processOf(host)).replace("MainPID=", "");
    return shell(host, `tr '\\0' ' ' </proc/${pid}/cmdline`);
  };

  beforeAll(async () => {
    await on(host, "dnf", "-y", "-q", "install", "keepalived", "ipvsadm");
    // Some users have a link to a file that their tools write.
    await theLab().exec(host, ["tee", linked], { stdin: configuration });
    await on(host, "ln", "-sf", linked, "/etc/keepalived/keepalived.conf");
    await on(host, "systemctl", "-q", "enable", "--now", "keepalived");
    await masterOf(theLab(), oldVip, [host]);
    before = await fingerprint(theLab(), host);
    pair = new Pair();
    client = new Client(theLab());
  });

  afterAll(async () => {
    await client.end();
    await pair.destroy();
    pair.forget();
    await theLab().reset(host);
  });

  it("lets it run on when the pair's configuration is refused", async () => {
    const running = await processOf(host);
    pair.declare({ pair: { verbatim: "no_such_word at_all" } });
    const { code, stdout, stderr } = await pair.try("up");
    pair.declare({ pair: {} });
    expect(code).toBe(1);
    expect(`${stdout}${stderr}`).toMatch(/keepalived refuses the configuration[^]*undone/);
    expect(await processOf(host)).toBe(running);
    await asItWas();
  });

  it("takes it over without a restart", async () => {
    const running = await processOf(host);
    await pair.up();
    expect(await processOf(host)).toBe(running);
    for (const each of directors) expect(await rules(each)).toEqual(table);
    expect(await shell(host, `ip -o address show to ${oldVip}`)).toBe("");
    await answers(all);
    await pair.unchanged();
  });

  it("hands over before it goes on as it was: open connections stay", async () => {
    await putPage(webServers);
    // The other one is started last, so that this one is master.
    for (const each of [host, other]) {
      await on(each, "systemctl", "restart", "keepalived");
      await pair.who();
      await expect.poll(() => rules(each), patience).toEqual(table);
    }
    await expect.poll(holders, patience).toEqual([host]);
    expect(await optionsOf(host)).toContain("-D --dont-release-ipvs");
    const [held] = await client.hold(1, vip);
    const moving = new Moving(held!);
    await moving.goesOn(100);
    await leave(host);
    await moving.goesOn();
    await moving.end();
    await removePage(webServers);
    expect(await holders()).toEqual([other]);
    await asItWas();
  });

  it("is taken over again, and given back with the pair", async () => {
    await pair.up();
    await answers(all);
    await pair.unchanged();
    await pair.destroy();
    await asItWas();
  });
}
