// A cluster gets a second director under load, and loses it again.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "../../lab/client";
import { fingerprint, leftBehind, withoutNewPackages, type Fingerprint } from "../../lab/fingerprint";
import { Moving, putPage, removePage } from "./pairs/moving";
import { resetClusterHosts, fingerprints, leftBesidesPackages, nothing } from "./support/leftovers";
import { bothDirectors, on, shell, Stack, theLab } from "./support/stack";
import { rules } from "./support/table";
import { requests, vip, visits } from "./support/traffic";

const declared = [
  `-A -t ${vip}:80 -s rr`,
  ...[21, 22, 23].map((last) => `-a -t ${vip}:80 -r 198.18.0.${last}:80 -g -w 1`),
];

// A machine that is busy with other things takes several times as long.
describe("under load, a cluster", { timeout: 600_000 }, () => {
  let stack: Stack;
  let client: Client;
  let moving: Moving;
  let before: Record<string, Fingerprint>;
  let second: Fingerprint;
  let one: string;

  const directorsOf = (...hosts: string[]) =>
    JSON.stringify(
      (JSON.parse(bothDirectors().directors!) as { name: string }[]).filter(({ name }) =>
        hosts.includes(name),
      ),
    );
  const addresses = (host: string) => shell(host, `ip -o address show to ${vip}`);
  const runs = (host: string) => shell(host, "systemctl is-active keepalived || :");

  beforeAll(async () => {
    await Promise.all([resetClusterHosts(), theLab().reset("d2")]);
    [before, second] = await Promise.all([fingerprints(), fingerprint(theLab(), "d2")]);
    stack = new Stack();
    one = stack.config.directors!;
    await stack.up();
    await putPage(["r1", "r2", "r3"]);
    client = new Client(theLab());
    await client.call("load", { url: `http://${vip}/`, visitors: 4 });
    const [held] = await client.hold(1, vip);
    moving = new Moving(held!);
  });

  afterAll(async () => {
    await client.end();
    await stack.destroy();
    stack.forget();
    await Promise.all([resetClusterHosts(), theLab().reset("d2")]);
  });

  /** (Not in turn, because the requests of the load come in between.) */
  const everybodyAnswers = async () =>
    expect([...new Set(await visits(12))].sort()).toEqual(["<h1>r1</h1>", "<h1>r2</h1>", "<h1>r3</h1>"]);

  /** Everything that the second director has now and did not have at first, except packages. */
  const leftOnSecond = async () => leftBehind(second, await withoutNewPackages(theLab(), "d2", second));

  /** No request fails, no connection breaks, and the next preview shows no change. */
  async function unnoticed(directors: string): Promise<void> {
    const count = async () => requests(await client.call("seen"));
    const first = await count();
    await expect.poll(count, { timeout: 60_000 }).toBeGreaterThan(first);
    stack.config.directors = directors;
    await stack.up();
    const then = await count();
    await expect.poll(count, { timeout: 60_000 }).toBeGreaterThan(then + 20);
    await moving.goesOn(20);
    expect((await client.call("seen")).failures).toEqual([]);
    await stack.unchanged();
  }

  it("gets a second director, and is a pair: the first one is its master", async () => {
    await unnoticed(directorsOf("d1", "d2"));
    for (const host of ["d1", "d2"]) {
      expect(await rules(host), host).toEqual(declared);
      expect(await runs(host), host).toBe("active");
    }
    expect(await addresses("d1")).toContain(vip);
    expect(await addresses("d2")).toBe("");
  });

  it("loses it again: the first one goes on by itself, and the other is as it was", async () => {
    await unnoticed(one);
    expect(await rules("d1")).toEqual(declared);
    expect(await addresses("d1")).toContain(vip);
    expect(
      await shell("d1", "systemctl is-enabled keepalived || :; systemctl is-active keepalived || :"),
    ).toBe("disabled\ninactive");
    expect(await leftOnSecond()).toEqual([]);
  });

  it("does so when the second one is its master", async () => {
    await unnoticed(directorsOf("d1", "d2"));
    await on("d1", "systemctl", "restart", "keepalived");
    await expect.poll(() => addresses("d2"), { timeout: 60_000 }).toContain(vip);
    await expect.poll(() => rules("d1"), { timeout: 60_000 }).toEqual(declared);
    await unnoticed(one);
    expect(await addresses("d1")).toContain(vip);
    expect(await addresses("d2")).toBe("");
    await everybodyAnswers();
  });

  it("stays a pair while the second one cannot be given back", async () => {
    await unnoticed(directorsOf("d1", "d2"));
    // The command that removes it from the pair runs this file.
    await shell("d2", "mv /var/lib/pulumi-lvs/program /var/lib/pulumi-lvs/away");
    stack.config.directors = one;
    for (let tries = 0; tries < 2; tries += 1) {
      expect((await stack.try("up")).code).not.toBe(0);
      expect([await runs("d1"), await runs("d2")]).toEqual(["active", "active"]);
      expect(await addresses("d1")).toContain(vip);
      expect(await addresses("d2")).toBe("");
    }
    const { stdout, stderr } = await stack.try("preview", { diff: true });
    expect(stdout + stderr).toContain(
      "d1 (198.18.0.11): keepalived is no longer declared and is still there",
    );
    await shell("d2", "mv /var/lib/pulumi-lvs/away /var/lib/pulumi-lvs/program");
    await unnoticed(one);
    expect([await runs("d1"), await runs("d2")]).toEqual(["inactive", "inactive"]);
    expect(await addresses("d1")).toContain(vip);
  });

  it("keeps what works where keepalived does not start", async () => {
    await shell(
      "d1",
      "mkdir -p /run/systemd/system/keepalived.service.d; printf '[Service]\\nExecStart=\\nExecStart=/bin/false\\n' >/run/systemd/system/keepalived.service.d/zz.conf; systemctl daemon-reload",
    );
    stack.config.directors = directorsOf("d1", "d2");
    const { code, stdout, stderr } = await stack.try("up");
    await shell(
      "d1",
      "rm /run/systemd/system/keepalived.service.d/zz.conf; rmdir /run/systemd/system/keepalived.service.d 2>/dev/null || :; systemctl daemon-reload",
    );
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain("the VIPs and rules that this one had before were set again");
    expect(await rules("d1")).toEqual(declared);
    expect(await addresses("d1")).toContain(vip);
    await everybodyAnswers();
    // The second director is not touched before the first one works.
    expect(await leftOnSecond()).toEqual([]);
    await stack.up();
    expect(await runs("d2")).toBe("active");
    await stack.unchanged();
    await everybodyAnswers();
  });

  it("gives both back", async () => {
    await moving.end();
    await client.call("unload");
    await removePage(["r1", "r2", "r3"]);
    await stack.destroy();
    expect(await leftBesidesPackages(before)).toEqual(nothing);
    expect(await leftOnSecond()).toEqual([]);
  });
});
