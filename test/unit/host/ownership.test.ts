// Which owner has what on a host when names, parents and Pulumi's state change (docs/names.md): what Pulumi runs, which rules reach the
// table, and what the host has at the end.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readFinding } from "../../../components/remote/probe";
import { FakeHost } from "../../walks/fake/host";
import { documentOf, type Owner, rulesOf } from "../../walks/steps";
import { eachFolder } from "./folder";

let host: FakeHost;
eachFolder((folder) => {
  mkdirSync(join(folder, "host"));
  host = new FakeHost(join(folder, "host"));
});

const want = {
  vips: [1],
  scheduler: "rr" as const,
  forwarding: "dr" as const,
  weights: [1, 1],
  page: "one\n",
};
const d1: Owner = { name: "web/prod/Director/d1", port: 80, parents: "", formerly: [], want };
const heavier: Owner = { ...d1, want: { ...want, weights: [1, 5] } };
const inShop: Owner = { ...d1, parents: "acme:index:Shop" };
const renamed: Owner = { ...d1, name: "web/prod/Director/lb" };
const stage: Owner = { ...d1, name: "web/stage/Director/d1" };
const shop: Owner = { ...d1, name: "shop/prod/Director/d1" };
const other: Owner = { ...d1, name: "web/prod/Director/other", port: 443 };
const formerly = (now: Owner, ...before: Owner[]): Owner => ({
  ...now,
  formerly: before.map(({ name }) => name),
});

type Call = ["apply" | "update" | "remove", Owner];

interface Row {
  what: string;
  /** What has been applied before. */
  before: Owner[];
  /** What Pulumi runs. */
  runs: Call[];
  /** The rules of these runs that reach the table. */
  fed: string[];
  /** The owners whose claims the host has at the end. The next preview has nothing to change for any of them. */
  owners: Owner[];
}

const rules = rulesOf(d1);
const service = "-t 198.18.0.131:80";
const weight = `-e ${service} -r 198.18.0.22:80 -g -w 5`;
const back = [
  `-e ${service} -r 198.18.0.21:80 -g -w 0`,
  `-e ${service} -r 198.18.0.22:80 -g -w 0`,
  `-D ${service}`,
];

const rows: Row[] = [
  { what: "created", before: [], runs: [["apply", d1]], fed: rules, owners: [d1] },
  { what: "updated", before: [d1], runs: [["update", heavier]], fed: [weight], owners: [heavier] },
  { what: "applied once more", before: [d1], runs: [["update", d1]], fed: [], owners: [d1] },
  { what: "destroyed", before: [d1], runs: [["remove", d1]], fed: back, owners: [] },
  {
    what: "renamed with an alias",
    before: [d1],
    runs: [["update", formerly(renamed, d1)]],
    fed: [],
    owners: [formerly(renamed, d1)],
  },
  {
    what: "renamed with an alias, and changed",
    before: [d1],
    runs: [["update", formerly({ ...heavier, name: renamed.name }, d1)]],
    fed: [weight],
    owners: [formerly({ ...heavier, name: renamed.name }, d1)],
  },
  {
    what: "renamed without an alias",
    before: [d1],
    runs: [
      ["apply", renamed],
      ["remove", d1],
    ],
    fed: [],
    owners: [renamed],
  },
  {
    what: "given another parent, with an alias",
    before: [d1],
    runs: [["update", inShop]],
    fed: [],
    owners: [inShop],
  },
  {
    what: "given another parent, without an alias",
    before: [d1],
    runs: [
      ["apply", inShop],
      ["remove", d1],
    ],
    fed: [],
    owners: [inShop],
  },
  {
    what: "of a stack that was renamed",
    before: [d1],
    runs: [["update", formerly(stage, d1)]],
    fed: [],
    owners: [formerly(stage, d1)],
  },
  {
    what: "of a stack that was renamed, without a word",
    before: [d1],
    runs: [["update", stage]],
    fed: [],
    owners: [d1, stage],
  },
  {
    what: "of a stack that was renamed, which is said later",
    before: [d1, stage],
    runs: [["update", formerly(stage, d1)]],
    fed: [],
    owners: [formerly(stage, d1)],
  },
  {
    what: "of a project that was renamed",
    before: [d1],
    runs: [["update", formerly(shop, d1)]],
    fed: [],
    owners: [formerly(shop, d1)],
  },
  {
    what: "of a stack that was moved to another backend under another name",
    before: [d1],
    runs: [["apply", formerly(stage, d1)]],
    fed: [],
    owners: [formerly(stage, d1)],
  },
  {
    what: "replaced (up --replace)",
    before: [d1],
    runs: [
      ["remove", d1],
      ["apply", d1],
    ],
    fed: [...back, ...rules],
    owners: [d1],
  },
  {
    what: "one of two that is updated (up --target)",
    before: [d1, other],
    runs: [["update", heavier]],
    fed: [weight],
    owners: [heavier, other],
  },
  {
    what: "created again where Pulumi's state has lost it (state delete)",
    before: [d1],
    runs: [["apply", heavier]],
    fed: [weight],
    owners: [heavier],
  },
  {
    what: "destroyed where another stack wants the same",
    before: [d1, stage],
    runs: [["remove", d1]],
    fed: [],
    owners: [stage],
  },
  {
    what: "destroyed by both stacks",
    before: [d1, stage],
    runs: [
      ["remove", d1],
      ["remove", stage],
    ],
    fed: back,
    owners: [],
  },
];

async function run(verb: Call[0], owner: Owner): Promise<void> {
  const { code, said } = await host.run(verb, `# generation 1\n${documentOf(owner, host.root)}`);
  expect(code, `${verb} ${owner.name}: ${said}`).toBe(0);
}

const look = async (owner: Owner) =>
  readFinding("the host", (await host.look(documentOf(owner, host.root))).stdout);

const owners = () => {
  try {
    return readdirSync(join(host.root, "var/lib/pulumi-lvs/owners")).sort();
  } catch {
    return [];
  }
};

describe("a component", () => {
  it.each(rows)("$what", async ({ before, runs, fed, owners: left }) => {
    await host.differences();
    for (const each of before) await run("apply", each);
    host.fed();
    for (const [verb, owner] of runs) await run(verb, owner);
    expect(host.fed()).toEqual(fed);
    expect(owners()).toEqual(left.map(({ name }) => name.replaceAll("/", "=")).sort());
    expect(host.table()).toEqual([...new Set(left.flatMap(rulesOf))]);
    for (const owner of left) {
      const { header, drift, reasons, unfinished } = await look(owner);
      expect({ header, drift, reasons, unfinished }, owner.name).toEqual({
        header: "# generation 1",
        drift: [],
        reasons: [],
        unfinished: false,
      });
    }
    if (left.length === 0) expect(await host.differences()).toEqual([]);
  });

  it("of a stack that was renamed, before its first update: a preview names the former stack's", async () => {
    await run("apply", d1);
    expect((await look(stage)).twins).toEqual([d1.name]);
    expect((await look(formerly(stage, d1))).takesOver).toEqual([d1.name]);
  });

  it("that wants another value than another stack is refused, and changes nothing", async () => {
    await run("apply", d1);
    host.fed();
    const theirs = { ...heavier, name: stage.name };
    expect((await look(theirs)).reasons.join("\n")).toContain(
      `is wanted by ${stage.name}, but ${d1.name} has`,
    );
    const { code, said } = await host.run("apply", `# generation 1\n${documentOf(theirs, host.root)}`);
    expect({ code, fed: host.fed(), owners: owners() }).toEqual({
      code: 1,
      fed: [],
      owners: [d1.name.replaceAll("/", "=")],
    });
    expect(said).toContain("let one of the two declare it");
  });

  it("whose host has lost its state takes what is there for somebody else's, and leaves it at the end", async () => {
    await run("apply", d1);
    rmSync(join(host.root, "var/lib/pulumi-lvs"), { recursive: true });
    host.fed();
    // (It does not take over the firewall's table: a user must delete that table by hand.)
    const { code, said } = await host.run("apply", `# generation 1\n${documentOf(d1, host.root)}`);
    expect([code, said]).toEqual([
      1,
      expect.stringContaining("delete it if nobody needs it (nft delete table inet pulumi_lvs)"),
    ]);
    await host.shell("nft delete table inet pulumi_lvs");
    await run("apply", d1);
    expect(host.fed()).toEqual([]);
    await run("remove", d1);
    expect(host.table()).toEqual(rules);
  });

  it("that is killed at its first call has changed nothing, and goes on at the next", async () => {
    const document = `# generation 1\n${documentOf(d1, host.root)}`;
    expect(await host.kill("apply", document, 0)).toBe(true);
    expect(host.table()).toEqual([]);
    await run("apply", d1);
    expect(host.table()).toEqual(rules);
  });
});

describe("a VIP that leaves the document of a real server", () => {
  const [both, one] = [
    { ...d1, last: true, want: { ...want, vips: [1, 2] } },
    { ...d1, last: true },
  ];
  const vips = () => host.shell("ip -o address show | awk '$4 ~ /\\/32$/ { print $4 }'");
  const release = (owner: Owner) => host.run("release", `# lvs release 1, owner ${owner.name}\n# end\n`);
  const first = "198.18.0.131/32";
  const all = `${first}\n198.18.0.132/32`;

  it("stays until the release, also for another change and a boot; a preview then says that it is still there", async () => {
    await run("apply", both);
    expect((await look(both)).leftovers).toEqual([]);
    expect((await look(one)).leftovers).toEqual([]);
    await run("update", one);
    expect(await vips()).toBe(all);
    await run("update", { ...one, want: { ...want, page: "two\n" } });
    await host.power();
    expect(await vips()).toBe(all);
    const later = await look({ ...one, want: { ...want, page: "two\n" } });
    expect(later).toMatchObject({
      drift: [],
      unfinished: false,
      leftovers: [
        expect.stringMatching(/^mark .* to 198\.18\.0\.132$/),
        "notrack tcp 80 to 198.18.0.132",
        "accept 80/tcp to 198.18.0.132 dev eth0",
        "198.18.0.132/32 dev eth0",
      ],
    });
    expect([(await release(one)).said, (await release(one)).said]).toEqual(["", ""]);
    expect(await vips()).toBe(first);
    expect((await look({ ...one, want: { ...want, page: "two\n" } })).leftovers).toEqual([]);
  });

  it("is released under the name that the same update has given the owner", async () => {
    await run("apply", both);
    await run("update", formerly({ ...renamed, last: true }, d1));
    expect(await vips()).toBe(all);
    expect((await release(d1)).said).toBe("");
    expect(await vips()).toBe(first);
  });

  it("is released by the removal of the old resource where the same update has given the component another parent", async () => {
    await run("apply", both);
    await run("apply", { ...one, parents: "acme:index:Shop" });
    expect(await vips()).toBe(all);
    await run("remove", both);
    expect(await vips()).toBe(first);
    expect(host.table()).toEqual(rules);
  });

  it("and that comes back before is there all the time", async () => {
    await run("apply", both);
    await run("update", one);
    await run("update", both);
    expect((await release(both)).said).toBe("");
    expect(await vips()).toBe(all);
    await run("remove", both);
    expect(await vips()).toBe("");
  });

  it("is nothing to a host that knows nothing of its owner", async () => {
    await run("apply", other);
    const { code, said } = await release(d1);
    expect({ code, said }).toEqual({ code: 0, said: "" });
  });
});
