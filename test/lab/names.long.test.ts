// A cluster that gets another parent or another name under load: the hosts keep their facts, under the new name.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "../../lab/client";
import type { Fingerprint } from "../../lab/fingerprint";
import { resetClusterHosts, fingerprints, leftBesidesPackages, nothing, ofEach } from "./support/leftovers";
import { repository, shell, Stack, theLab } from "./support/stack";
import { requests, vip } from "./support/traffic";

const program = join(repository, "test/lab/programs/names");

describe("under load, a cluster", { timeout: 600_000 }, () => {
  let stack: Stack;
  let client: Client;
  let before: Record<string, Fingerprint>;

  const named = (names: object) => (stack.config.names = JSON.stringify(names));
  const owners = () => ofEach((host) => shell(host, "ls /var/lib/pulumi-lvs/owners"));
  const owner = (type: string, name: string, host: string, where: string) =>
    `${where.replace("/", "=")}=${type}=${name}-${host}`;
  const ownersOf = (name: string, where = "names/dev") => ({
    d1: owner("Director", name, "d1", where),
    r1: owner("RealServer", name, "r1", where),
    r2: owner("RealServer", name, "r2", where),
    r3: owner("RealServer", name, "r3", where),
  });

  beforeAll(async () => {
    await resetClusterHosts();
    before = await fingerprints();
    stack = new Stack(program);
    named({ name: "web" });
    await stack.up();
    client = new Client(theLab());
    await client.call("load", { url: `http://${vip}/`, visitors: 4 });
  });

  afterAll(async () => {
    await client.end();
    await stack.destroy();
    stack.forget();
  });

  /** The change fails no request, and the next preview shows no change. */
  async function unnoticed(change: () => Promise<unknown>): Promise<void> {
    const count = async () => requests(await client.call("seen"));
    const first = await count();
    await expect.poll(count, { timeout: 60_000 }).toBeGreaterThan(first);
    await change();
    const then = await count();
    await expect.poll(count, { timeout: 60_000 }).toBeGreaterThan(then + 20);
    expect((await client.call("seen")).failures).toEqual([]);
    await stack.unchanged();
  }

  it("gets a parent, which Pulumi takes for other resources: what it takes away has been claimed anew", async () => {
    named({ name: "web", parent: "shop" });
    await unnoticed(() => stack.up());
    expect(await owners()).toEqual(ownersOf("web"));
  });

  it("loses it again, with an alias: Pulumi updates what it has", async () => {
    named({ name: "web", wasIn: "urn:pulumi:dev::names::test:index:Shop::shop" });
    await unnoticed(() => stack.up());
    expect(await owners()).toEqual(ownersOf("web"));
  });

  it("is renamed with an alias: the claims of its former name are its own now", async () => {
    named({ name: "site", was: "web" });
    await unnoticed(() => stack.up());
    expect(await owners()).toEqual(ownersOf("site"));
  });

  it("is of a stack that is renamed: a preview tells how to say so, and then it is one", async () => {
    const { code, stdout, stderr } = await stack.pulumi("stack", "rename", "live");
    expect(code, stdout + stderr).toBe(0);
    stack = stack.renamed("live");
    const silent = await stack.try("preview", { diff: true });
    expect(silent.code, silent.stderr).toBe(0);
    expect(silent.stdout + silent.stderr).toContain(
      "d1 (198.18.0.11): names/dev/Director/site-d1 has the same there, word for word. If that is a former name of names/live/Director/site-d1, say so first (pulumi config set --path 'lvs:formerly[0]' names/dev)",
    );
    stack.config["lvs:formerly"] = JSON.stringify(["names/dev"]);
    const said = await stack.try("preview", { diff: true });
    expect(said.code, said.stderr).toBe(0);
    expect(said.stdout + said.stderr).not.toContain("word for word");
    await unnoticed(() => stack.up());
    expect(await owners()).toEqual(ownersOf("site", "names/live"));
  });

  it("is given back whole afterwards", async () => {
    await client.call("unload");
    await stack.destroy();
    expect(await leftBesidesPackages(before)).toEqual(nothing);
  });
});
