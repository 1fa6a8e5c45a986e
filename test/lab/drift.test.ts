// Changes by hand are reported by the next preview and repaired by the next up; foreign things stay.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { differences, fingerprint, type Fingerprint } from "../../lab/fingerprint";
import { breakAll, named } from "./support/drifted";
import {
  addForeignRules,
  oneWay,
  foreignRules,
  foreignService,
  withPackages,
  anotherWay,
  weightEdited,
} from "./support/driftCases";
import { gained } from "./support/previewed";
import { on, shell, Stack, theLab } from "./support/stack";
import { rules } from "./support/table";
import { vip, visits } from "./support/traffic";

const hosts = ["d1", "r1", "r2", "r3"];
const realServers = hosts.slice(1);

// Foreign things beside ours, and similar to them.
const addForeign = (host: string) =>
  shell(
    host,
    `echo 'net.ipv4.tcp_syncookies = 0' >/etc/sysctl.d/50-theirs.conf; echo dummy >/etc/modules-load.d/theirs.conf
    sysctl -qw net.ipv4.tcp_syncookies=0 net.ipv4.conf.lo.arp_announce=1; ip address add 198.18.0.151/32 dev lo
    ${host === "d1" ? addForeignRules : "true"}`,
  );
const removeForeign = (host: string) =>
  shell(
    host,
    `rm /etc/sysctl.d/50-theirs.conf /etc/modules-load.d/theirs.conf
    sysctl -qw net.ipv4.tcp_syncookies=1 net.ipv4.conf.lo.arp_announce=0; ip address del 198.18.0.151/32 dev lo
    ${host === "d1" ? "ipvsadm -D -t 198.18.0.150:8080" : "true"}`,
  );

/** The facts of a fingerprint about them. */
const theirs =
  /theirs\.conf$|198\.18\.0\.15[01]\b|^sysctl net\.ipv4\.(tcp_syncookies|conf\.lo\.arp_announce)$/;

const fingerprints = () => Promise.all(hosts.map((host) => fingerprint(theLab(), host)));

// A machine that is busy with other things takes ten times as long.
describe("drift", { timeout: 600_000 }, () => {
  let stack: Stack;
  let whole: Fingerprint[];

  beforeAll(async () => {
    stack = new Stack();
    await stack.up();
    await Promise.all(hosts.map(addForeign));
    whole = await fingerprints();
  });

  afterAll(async () => {
    await stack.destroy();
    stack.forget();
    await Promise.all(hosts.map(removeForeign));
  });

  async function repaired(): Promise<void> {
    await stack.up();
    for (const [index, now] of (await fingerprints()).entries()) {
      expect(differences(whole[index]!, now), hosts[index]).toEqual([]);
    }
    expect(gained(await stack.unchanged())).toEqual({});
  }

  // The weight that it leaves edited is also the first case of the next test, which repairs it.
  it("is warned of and left alone where it is only to be reported; not mentioned where it is off", async () => {
    const [, found] = weightEdited.lines;
    async function leftAlone(drift: string, operation: "preview" | "up"): Promise<string> {
      const { code, stdout, stderr } = await stack.try(operation, { diff: true, expectNoChanges: true });
      expect(code, `${drift}, ${operation}: ${stderr}`).toBe(0);
      expect(await on("d1", "ipvsadm", "-Sn")).toContain(found!.replace("found ", ""));
      return `${stdout}${stderr}`;
    }
    try {
      stack.config.drift = "report";
      await stack.up();
      await breakAll([weightEdited]);
      for (const operation of ["preview", "up"] as const) {
        const said = await leftAlone("report", operation);
        for (const line of weightEdited.lines)
          expect(said, operation).toContain(`d1 (198.18.0.11) was changed: ${line}`);
      }
      stack.config.drift = "off";
      await stack.up();
      await breakAll([weightEdited]);
      expect(await leftAlone("off", "preview")).not.toMatch(/was changed|lost {2}|left alone/);
    } finally {
      stack.config.drift = "repair";
    }
  });

  it.each([
    ["one way", oneWay],
    ["with packages", withPackages],
  ])("of many kinds is named line by line, and repaired at once: %s", async (_round, cases) => {
    await breakAll(cases);
    await named(stack, hosts, cases);
    await repaired();
    const answers = new Set(await visits(6));
    expect([...answers].sort()).toEqual(realServers.map((host) => `<h1>${host}</h1>`));
  });

  it("that comes back after its repair is seen again, line by line: another way", async () => {
    await breakAll(anotherWay);
    await named(stack, hosts, anotherWay);
    await stack.up();
    await breakAll(anotherWay);
    await named(stack, hosts, anotherWay);
    await repaired();
  });

  it("is not what others put there: it is mentioned, and outlives even a destroy", async () => {
    const { stdout, stderr } = await stack.try("preview", { diff: true, expectNoChanges: true });
    expect(`${stdout}${stderr}`).toContain(`left alone, not declared here: ${foreignService}`);
    await stack.destroy();
    expect(await rules("d1")).toEqual([...foreignRules].sort());
    for (const [index, now] of (await fingerprints()).entries()) {
      expect(
        [...now.keys()].filter((fact) => fact.includes(vip)),
        hosts[index],
      ).toEqual([]);
      // The foreign things are as they were when ours were there, too.
      const facts = [...whole[index]!].filter(([fact]) => theirs.test(fact));
      expect(facts, hosts[index]).toHaveLength(hosts[index] === "d1" ? 11 : 8);
      expect(
        [...now].filter(([fact]) => theirs.test(fact)),
        hosts[index],
      ).toEqual(facts);
    }
  });
});
