// The text of `preview --diff`, word for word, for each kind of change: a reviewer reads this.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { normalised } from "./support/stablePreview";
import { shell, Stack } from "./support/stack";
import { rules } from "./support/table";

interface Machine {
  name: string;
  weight?: number;
}

describe("preview --diff", () => {
  let stack: Stack;
  let all: Machine[];
  const seen: string[] = [];

  beforeAll(() => {
    stack = new Stack(undefined, { scheduler: "wrr", moreServices: '[{"port":443}]' });
    all = JSON.parse(stack.config.realServers!) as Machine[];
    stack.config.realServers = JSON.stringify(all.slice(0, 2));
  });

  afterAll(async () => {
    await stack.destroy();
    stack.forget();
  });

  async function golden(name: string, config: Record<string, string> = {}): Promise<string> {
    const before = { ...stack.config };
    Object.assign(stack.config, config);
    const { code, stdout, stderr } = await stack.try("preview", { diff: true });
    Object.assign(stack.config, before);
    expect(code, stderr).toBe(0);
    seen.push(stdout + stderr);
    await expect(normalised(stdout, stderr)).toMatchFileSnapshot(`golden/${name}.txt`);
    return stdout;
  }

  const heavier = () => ({ realServers: JSON.stringify([all[0], { ...all[1], weight: 3 }]) });

  it("of a first creation says what each host will get", async () => {
    await golden("first-creation");
    await stack.up();
  });

  it("of nothing to do shows nothing", () => golden("nothing"));

  it("of a weight", () => golden("weight", heavier()));

  it("of a real server that joins", () => golden("server-joins", { realServers: JSON.stringify(all) }));

  it("of a real server that leaves", () =>
    golden("server-leaves", { realServers: JSON.stringify(all.slice(0, 1)) }));

  it("of a service that joins", () =>
    golden("service-joins", { moreServices: '[{"port":443},{"port":8080,"persistence":{"timeout":60}}]' }));

  it("of a service that leaves", () => golden("service-leaves", { moreServices: "[]" }));

  it("of a scheduler", () => golden("scheduler", { scheduler: "wlc" }));

  it("of drift alone", async () => {
    const vip = stack.config.vip!;
    await shell(
      "d1",
      `ipvsadm -e -t ${vip}:80 -r 198.18.0.21:80 -g -w 5; ipvsadm -d -t ${vip}:443 -r 198.18.0.22:443`,
    );
    await shell("r1", `ip address del ${vip}/32 dev lo; echo changed >/usr/share/nginx/html/index.html`);
    await shell("r2", "sysctl -qw net.ipv4.conf.all.arp_ignore=0; systemctl stop nginx");
    await golden("drift");
  });

  it("of drift and a change together; and its rules are those that come of it", async () => {
    const shown = await golden("drift-and-change", heavier());
    Object.assign(stack.config, heavier());
    await stack.up();
    const table = await rules("d1");
    const added = [...shown.matchAll(/^ *\+ (-[Aa] .*)$/gm)].map((match) => match[1]);
    expect(added).toHaveLength(2);
    for (const rule of added) expect(table).toContain(rule);
    await stack.unchanged();
  });

  it("shows no secret and nothing of the program that runs on hosts", () => {
    const [, key] = readFileSync(stack.config.keyFile!, "utf8").split("\n");
    for (const text of seen) expect(text).not.toMatch(/PRIVATE KEY|LVS_PROGRAM|document_read/);
    for (const text of seen) expect(text).not.toContain(key);
  });
});
