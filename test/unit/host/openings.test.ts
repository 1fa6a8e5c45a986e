// [openings] and firewalld: what is opened at runtime and permanently, what is noticed, and what is given back.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readFinding } from "../../../components/remote/probe";
import { renderDocument } from "../../../components/render/document";
import { completeService } from "../../../components/model/service";
import { FakeHost } from "../../walks/fake/host";
import { eachFolder } from "./folder";
import { runShell, stateParts } from "./shell";

let host: FakeHost;
let root: string;
eachFolder((folder) => {
  root = join(folder, "host");
  mkdirSync(root);
  host = new FakeHost(root);
  mkdirSync(join(root, "etc/firewalld/zones"), { recursive: true });
});

const at = (path: string) => join(root, path);

function put(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}

const processes = "sys/fs/cgroup/system.slice/firewalld.service/cgroup.procs";

function start(): void {
  put(processes, "83\n");
  put("firewalld/running", "");
}

/** What was only at runtime is gone. */
function stop(): void {
  rmSync(at("sys/fs/cgroup/system.slice/firewalld.service"), { recursive: true });
  for (const name of readdirSync(at("firewalld")))
    if (name === "running" || name.startsWith("runtime-")) rmSync(at(`firewalld/${name}`));
}

const standIns = join(__dirname, "../../walks/fake/bin");

/** The host has these programs no longer. */
function hide(...names: string[]): void {
  mkdirSync(at("fewer"));
  for (const name of readdirSync(standIns))
    if (!names.includes(name)) symlinkSync(join(standIns, name), at(`fewer/${name}`));
  writeFileSync(at("program"), readFileSync(at("program"), "utf8").replace(standIns, at("fewer")));
}

const rule = 'rule family="ipv4" destination address="198.18.0.100" port port="80" protocol="tcp" accept';
const theirs = 'rule family="ipv4" source address="192.0.2.1" accept';
const fact = "accept 80/tcp to 198.18.0.100 dev eth0";
const web = "web/prod/Director/d1";

interface Wish {
  name?: string;
  openings?: string[];
  untracked?: string[];
  checked?: boolean;
  nat?: boolean;
  sysctls?: Record<string, string>;
}

function documentOf({ name = web, openings = [fact], untracked = [], checked, nat, sysctls }: Wish = {}) {
  const destination = { address: "198.18.0.21", ...(nat ? { forwarding: "nat" as const } : {}) };
  return renderDocument(name, {
    packages: [{ name: "ipvsadm", removeOnDestroy: false }],
    modules: ["ip_vs", "ip_vs_rr"],
    services: nat
      ? [completeService({ vip: "198.18.0.100", port: 80, scheduler: "rr", realServers: [destination] })]
      : [],
    sysctls,
    drain: 0,
    openings,
    untracked,
    ...(checked ? { firewallIsChecked: true } : {}),
  });
}

async function run(verb: "apply" | "update" | "remove", wish: Wish = {}): Promise<void> {
  const header = verb === "remove" ? "" : "# generation 1\n";
  const { code, said } = await host.run(verb, header + documentOf(wish));
  expect({ code, said }).toEqual({ code: 0, said: expect.any(String) as string });
}

async function look(wish: Wish = {}) {
  const { code, stdout, said } = await host.look(documentOf(wish));
  expect(code, said).toBe(0);
  return readFinding("d1", stdout);
}

const lines = (text: string) => text.split("\n").filter((line) => line !== "");
const runtime = (zone = "public") =>
  existsSync(at(`firewalld/runtime-${zone}`))
    ? lines(readFileSync(at(`firewalld/runtime-${zone}`), "utf8"))
    : [];
const file = (zone = "public") => `etc/firewalld/zones/${zone}.xml`;
const permanent = (zone = "public") =>
  existsSync(at(file(zone)))
    ? [...readFileSync(at(file(zone)), "utf8").matchAll(/<rich>(.*)<\/rich>/g)].map(([, each]) => each)
    : [];
const command = (...words: string[]) =>
  host.shell(`firewall-cmd ${words.map((each) => `'${each}'`).join(" ")}`);

/** All files of firewalld, and its rules at runtime. */
function ofFirewalld(): Record<string, string> {
  return Object.fromEntries(
    ["etc/firewalld/zones", "firewalld"].flatMap((folder) =>
      readdirSync(at(folder)).map((name) => [
        `${folder}/${name}`,
        readFileSync(at(`${folder}/${name}`), "utf8"),
      ]),
    ),
  );
}

describe("a fact as a rule of firewalld", () => {
  it.each([
    [fact, rule],
    [
      "accept 8000-8100/udp to fd18::100 dev eth0",
      'rule family="ipv6" destination address="fd18::100" port port="8000-8100" protocol="udp" accept',
    ],
    [
      "accept sctp to 198.18.0.100 dev eth0",
      'rule family="ipv4" destination address="198.18.0.100" protocol value="sctp" accept',
    ],
    [
      "accept vrrp from 198.18.0.12 dev eth0",
      'rule family="ipv4" source address="198.18.0.12" protocol value="vrrp" accept',
    ],
    [
      "accept ipip from 198.18.0.11 dev eth0",
      'rule family="ipv4" source address="198.18.0.11" protocol value="4" accept',
    ],
    [
      "accept ip6ip from fd18::11 dev eth0",
      'rule family="ipv6" source address="fd18::11" protocol value="41" accept',
    ],
    [
      "accept gre from fd18::11 dev eth0",
      'rule family="ipv6" source address="fd18::11" protocol value="gre" accept',
    ],
  ])("%s", async (given, expected) => {
    const parts = [...stateParts, "firewalld.sh", "openings.sh"];
    const { stdout } = await runShell(parts, `openings_rule "${given}"; printf %s "$REPLY"`);
    expect(stdout).toBe(expected);
  });
});

describe("a host without firewalld", () => {
  it("is looked at and changed without asking for it", async () => {
    const untracked = ["notrack tcp 80 to 198.18.0.100"];
    await run("apply", { untracked });
    expect((await look({ untracked })).drift).toEqual([]);
    expect(existsSync(at("asked"))).toBe(false);
    expect(existsSync(at("nft"))).toBe(false);
    expect(existsSync(at("etc/pulumi-lvs/firewall"))).toBe(false);
    await run("remove");
    expect(existsSync(at("var/lib/pulumi-lvs"))).toBe(false);
  });

  it("has a readback without what is no longer wanted, so that a look need not compare", async () => {
    await run("apply", { openings: [fact, fact.replace("80", "443")] });
    await run("update");
    const owners = at("var/lib/pulumi-lvs/owners");
    const [owner = ""] = readdirSync(owners);
    expect(lines(readFileSync(join(owners, owner, "readback"), "utf8"))).toContain(
      `anyway\topenings\t${fact}`,
    );
    expect(readFileSync(join(owners, owner, "readback"), "utf8")).not.toContain("443/tcp");
  });

  it("is not asked for a table of nf_tables that it does not get", async () => {
    put("sys/module/nf_tables/x", "");
    put("nft", "table inet pulumi_lvs {\n}\n");
    const untracked = ["notrack tcp 80 to 198.18.0.100"];
    expect((await look({ untracked })).reasons).toEqual([]);
    start();
    expect((await look({ untracked })).reasons).toEqual([
      expect.stringContaining("this host has a table inet pulumi_lvs of nf_tables that is not known"),
    ]);
  });

  it("on which it is started later has drift, which an update repairs", async () => {
    const untracked = ["notrack tcp 80 to 198.18.0.100"];
    await run("apply", { untracked });
    start();
    const before = ofFirewalld();
    put("sys/module/nf_tables/x", "");
    expect((await look({ untracked })).drift).toEqual([
      "lost  firewall notrack tcp 80 to 198.18.0.100",
      `lost  firewalld ${fact}`,
    ]);
    await run("update", { untracked });
    expect([runtime(), permanent()]).toEqual([[rule], [rule]]);
    expect(readFileSync(at("etc/pulumi-lvs/firewall"), "utf8")).toContain(
      "ip daddr 198.18.0.100 tcp dport 80 notrack",
    );
    expect((await look({ untracked })).drift).toEqual([]);
    await run("remove");
    expect(ofFirewalld()).toEqual(before);
    expect(existsSync(at("nft"))).toBe(false);
  });
});

describe("a host with firewalld", () => {
  it("has both halves opened, and is given back to the byte", async () => {
    put(file(), '<zone>\n  <!-- ours -->\n  <service name="ssh"/>\n</zone>\n');
    put(`${file()}.old`, "an earlier one");
    start();
    const before = ofFirewalld();
    await run("apply");
    expect([runtime(), permanent()]).toEqual([[rule], [rule]]);
    expect((await look()).drift).toEqual([]);
    await run("update");
    await run("remove");
    expect(ofFirewalld()).toEqual(before);
    expect(existsSync(at("var/lib/pulumi-lvs"))).toBe(false);
  });

  it("keeps what somebody has written into the zone's file meanwhile: it becomes the one before", async () => {
    const theirs = '<zone>\n  <!-- ours -->\n  <service name="ssh"/>\n</zone>\n';
    put(file(), theirs);
    put(`${file()}.old`, "an earlier one");
    start();
    const openings = [fact, fact.replace("80", "443")];
    await run("apply", { openings });
    const edited = readFileSync(at(file()), "utf8").replace("</zone>", "  <!-- theirs -->\n</zone>");
    put(file(), edited);
    await run("remove", { openings });
    expect(readFileSync(at(file()), "utf8")).toBe(theirs);
    expect(readFileSync(at(`${file()}.old`), "utf8")).toBe(edited);
    expect(readdirSync(at("etc/firewalld/zones"))).toHaveLength(2);
    expect(existsSync(at("var/lib/pulumi-lvs"))).toBe(false);
  });

  it.each([
    ["etc/firewalld", "srv/firewalld"],
    ["etc/firewalld/zones", "srv/zones"],
  ])("whose folder %s is a link keeps the files to which it leads", async (folder, target) => {
    put("etc/firewalld/firewalld.conf", "# ours\n");
    put(file(), '<zone>\n  <!-- ours -->\n  <service name="ssh"/>\n</zone>\n');
    mkdirSync(at("srv"), { recursive: true });
    renameSync(at(folder), at(target));
    symlinkSync(at(target), at(folder));
    start();
    const before = ofFirewalld();
    await run("apply");
    await run("remove");
    expect(ofFirewalld()).toEqual(before);
    // Not as before: what somebody else has added stays, and so does the file.
    await run("apply");
    await command("--permanent", `--add-rich-rule=${theirs}`);
    await run("remove");
    expect(permanent()).toEqual([theirs]);
    expect(readlinkSync(at(folder))).toBe(at(target));
  });

  it("that has no cmp (of the package diffutils) is given back to the byte as well", async () => {
    put(file(), '<zone>\n  <!-- ours -->\n  <service name="ssh"/>\n</zone>\n');
    start();
    hide();
    writeFileSync(at("fewer/cmp"), "#!/bin/sh\nexit 127\n", { mode: 0o755 });
    const before = ofFirewalld();
    await run("apply");
    await run("remove");
    expect(ofFirewalld()).toEqual(before);
  });

  it("from which firewalld was removed has the file of the zone as before", async () => {
    put(file(), '<zone>\n  <!-- ours -->\n  <service name="ssh"/>\n</zone>\n');
    start();
    const before = ofFirewalld();
    await run("apply");
    stop();
    hide("firewall-cmd", "firewall-offline-cmd");
    await run("remove");
    delete before["firewalld/running"];
    expect(ofFirewalld()).toEqual(before);
    expect(existsSync(at("var/lib/pulumi-lvs"))).toBe(false);
  });

  it.each([
    ["runtime", [], "permanent"],
    ["permanent", ["--permanent"], "runtime"],
  ])("from which somebody removes the %s rule is repaired", async (_, words, other) => {
    put(file(), '<zone>\n  <!-- ours -->\n  <service name="ssh"/>\n</zone>\n');
    start();
    const before = ofFirewalld();
    await run("apply");
    await command(...words, `--remove-rich-rule=${rule}`);
    expect((await look()).drift).toEqual([
      `lost  firewalld ${fact}`,
      `found firewalld ${fact} ${other} only`,
    ]);
    await run("update");
    expect([runtime(), permanent()]).toEqual([[rule], [rule]]);
    expect((await look()).drift).toEqual([]);
    const record = lines(readFileSync(at("var/lib/pulumi-lvs/openings"), "utf8"));
    expect(record).toEqual([...new Set(record)]);
    await run("remove");
    expect(ofFirewalld()).toEqual(before);
  });

  it.each([[[]], [["--permanent"]]])("keeps a rule that was there before: %j", async (words) => {
    start();
    await command(...words, `--add-rich-rule=${rule}`);
    const before = ofFirewalld();
    await run("apply");
    expect([runtime(), permanent()]).toEqual([[rule], [rule]]);
    await run("remove");
    expect(ofFirewalld()).toEqual(before);
  });

  it("keeps a rule of which both halves were there before", async () => {
    start();
    await command(`--add-rich-rule=${rule}`);
    await command("--permanent", `--add-rich-rule=${rule}`);
    const before = ofFirewalld();
    await run("apply");
    expect((await look()).drift).toEqual([]);
    await run("remove");
    expect(ofFirewalld()).toEqual(before);
  });

  it("keeps what somebody else has changed in the zone meanwhile", async () => {
    start();
    await run("apply");
    await command("--permanent", `--add-rich-rule=${theirs}`);
    await run("remove");
    expect([runtime(), permanent()]).toEqual([[], [theirs]]);
  });

  it("has the rule in the zone of the interface, also after that has changed", async () => {
    start();
    put("firewalld/zone-of-eth0", "internal");
    const before = ofFirewalld();
    await run("apply");
    expect([runtime("internal"), permanent("internal"), runtime(), permanent()]).toEqual([
      [rule],
      [rule],
      [],
      [],
    ]);
    put("firewalld/zone-of-eth0", "dmz");
    expect((await look()).drift).toEqual([`lost  firewalld ${fact}`]);
    await run("update");
    expect([runtime("internal"), permanent("internal"), runtime("dmz")]).toEqual([[], [], [rule]]);
    await run("remove");
    put("firewalld/zone-of-eth0", "internal");
    expect(ofFirewalld()).toEqual(before);
  });

  it("has the rule in no former zone, also where the new one had it before", async () => {
    start();
    for (const words of [[], ["--permanent"]])
      await command(...words, "--zone=dmz", `--add-rich-rule=${rule}`);
    put("firewalld/zone-of-eth0", "internal");
    await run("apply");
    put("firewalld/zone-of-eth0", "dmz");
    expect((await look()).drift).toEqual([
      `lost  firewalld ${fact}`,
      `found firewalld ${fact} also in zone internal`,
    ]);
    await run("update");
    expect([runtime("internal"), permanent("internal")]).toEqual([[], []]);
    expect((await look()).drift).toEqual([]);
    await run("remove");
    expect([runtime("dmz"), permanent("dmz")]).toEqual([[rule], [rule]]);
  });

  it("whose zone's file has changed since a killed run had saved it is given back as it was then", async () => {
    start();
    put("var/lib/pulumi-lvs/zones/public/xml", '<zone>\n  <service name="ssh"/>\n</zone>\n');
    put(file(), '<zone>\n  <!-- theirs -->\n  <service name="ssh"/>\n</zone>\n');
    const before = ofFirewalld();
    await run("apply");
    await run("remove");
    expect(ofFirewalld()).toEqual(before);
  });

  it("whose zone somebody has removed is given back all the same", async () => {
    start();
    put("firewalld/zone-of-eth0", "internal");
    await run("apply");
    const record = at("var/lib/pulumi-lvs/openings");
    writeFileSync(record, readFileSync(record, "utf8").replaceAll("internal", "gone"));
    put("firewalld/zone-of-eth0", "public");
    await run("remove");
    expect(existsSync(at("var/lib/pulumi-lvs"))).toBe(false);
  });

  it("whose zone somebody has deleted permanently, without a reload, is looked at and given back", async () => {
    start();
    put("firewalld/zone-of-eth0", "internal");
    await run("apply");
    rmSync(at(file("internal")));
    put("firewalld/deleted-internal", "");
    expect((await look()).drift).toEqual([`lost  firewalld ${fact}`, `found firewalld ${fact} runtime only`]);
    await run("remove");
    expect([runtime("internal"), existsSync(at("var/lib/pulumi-lvs"))]).toEqual([[], false]);
  });

  it("that does not run any more loses its permanent rules", async () => {
    start();
    await run("apply");
    stop();
    const kept = permanent();
    expect((await look()).drift).toEqual([]);
    await run("remove");
    expect([kept, permanent(), readdirSync(at("etc/firewalld/zones"))]).toEqual([[rule], [], []]);
  });

  it("that does not run any more keeps a zone's file from which somebody has removed the rule", async () => {
    start();
    await run("apply");
    stop();
    const edited = '<zone>\n  <!-- theirs -->\n  <service name="ssh"/>\n</zone>\n';
    put(file(), edited);
    await run("remove");
    expect(readFileSync(at(file()), "utf8")).toBe(edited);
    expect(existsSync(at("var/lib/pulumi-lvs"))).toBe(false);
  });

  it("that does not run any more is an error where a rule cannot be removed", async () => {
    start();
    const openings = [fact, fact.replace("80", "443")];
    await run("apply", { openings });
    stop();
    put("firewalld/sticky", 'port="80"');
    const { code, said } = await host.run("remove", documentOf({ openings }));
    expect(code).not.toBe(0);
    expect(said).toContain(
      "permanent rules of firewalld's zone public cannot be removed while it does not run",
    );
    rmSync(at("firewalld/sticky"));
    await run("remove", { openings });
    expect(readdirSync(at("etc/firewalld/zones"))).toEqual([]);
  });

  it("keeps a rule until the last owner releases it", async () => {
    start();
    const before = ofFirewalld();
    const second = { name: "web/prod/VirtualService/more" };
    await run("apply");
    await run("apply", second);
    await run("remove");
    expect([runtime(), permanent()]).toEqual([[rule], [rule]]);
    await run("remove", second);
    expect(ofFirewalld()).toEqual(before);
  });

  it("keeps a rule that is another fact's as well, by another interface of the zone", async () => {
    start();
    const before = ofFirewalld();
    const both = [fact, fact.replace("eth0", "lo")];
    await run("apply");
    await run("update", { openings: both });
    await run("update", { openings: both.slice(1) });
    expect([runtime(), permanent()]).toEqual([[rule], [rule]]);
    expect((await look({ openings: both.slice(1) })).drift).toEqual([]);
    await run("remove");
    expect(ofFirewalld()).toEqual(before);
  });

  it("keeps a rule that a change of another owner has just found there", async () => {
    start();
    const before = ofFirewalld();
    const other = fact.replace("eth0", "lo");
    const second = { name: "web/prod/VirtualService/more", openings: [other] };
    await run("apply");
    // (As a change leaves it that waits for connections, without the lock.)
    put("var/lib/pulumi-lvs/owners/web=prod=VirtualService=more/pending", `openings\t${other}\n`);
    await run("remove");
    expect([runtime(), permanent()]).toEqual([[rule], [rule]]);
    await run("update", second);
    await run("remove", second);
    expect(ofFirewalld()).toEqual(before);
  });

  it("is an error where something else adds a rule again", async () => {
    start();
    await run("apply");
    put("firewalld/sticky", "");
    const { code, said } = await host.run("remove", documentOf());
    expect(code).not.toBe(0);
    expect(said).toContain(
      `firewalld still has the runtime rule '${rule}' in its zone public after it was removed`,
    );
    rmSync(at("firewalld/sticky"));
    await run("remove");
    expect([runtime(), permanent()]).toEqual([[], []]);
  });

  it("that refuses one rule of several is an error with its reason, and nothing stays", async () => {
    start();
    const before = ofFirewalld();
    put("firewalld/refused", 'value="gre"');
    const openings = [fact, "accept gre from 198.18.0.11 dev eth0"];
    const { code, said } = await host.run("apply", `# generation 1\n${documentOf({ openings })}`);
    expect(code).not.toBe(0);
    expect(said).toContain(
      "firewalld's zone public (runtime) cannot be changed: Warning: INVALID_PROTOCOL: rule",
    );
    rmSync(at("firewalld/refused"));
    if (existsSync(at("var/lib/pulumi-lvs"))) await run("remove", { openings });
    expect(ofFirewalld()).toEqual(before);
  });

  it.skipIf(existsSync("/usr/sbin/nft"))(
    "and no nft is refused where packets must not be tracked",
    async () => {
      hide("nft");
      const untracked = ["notrack tcp 80 to 198.18.0.100"];
      expect((await look({ untracked })).reasons).toEqual([]);
      start();
      expect((await look()).reasons).toEqual([]);
      const reason = "this host has no nft: install the package nftables";
      expect((await look({ untracked })).reasons).toEqual([expect.stringContaining(reason)]);
      const before = ofFirewalld();
      const { code, said } = await host.run("apply", `# generation 1\n${documentOf({ untracked })}`);
      expect([code, said]).toEqual([1, expect.stringContaining(reason)]);
      expect(ofFirewalld()).toEqual(before);
    },
  );

  it("whose zone's file is a link is refused: firewalld would write to where it points", async () => {
    const shared = '<zone>\n  <!-- shared -->\n  <service name="ssh"/>\n</zone>\n';
    put("srv/shared.xml", shared);
    symlinkSync(at("srv/shared.xml"), at(file()));
    start();
    const { reasons } = await look();
    expect(reasons).toEqual([expect.stringContaining(`${at(file())} of firewalld's zone public is a link`)]);
    const { code, said } = await host.run("apply", `# generation 1\n${documentOf()}`);
    expect(code).not.toBe(0);
    expect(said).toContain("is a link");
    expect(readFileSync(at("srv/shared.xml"), "utf8")).toBe(shared);
    expect(readlinkSync(at(file()))).toBe(at("srv/shared.xml"));
    put("firewalld/zone-of-eth0", "internal");
    expect((await look()).reasons).toEqual([]);
  });

  it("that does not answer is an error which says so", async () => {
    start();
    await run("apply");
    rmSync(at("firewalld/running"));
    const { code, said } = await host.look(documentOf());
    expect(code).not.toBe(0);
    expect(said).toContain("firewalld runs on this host and does not answer (Call failed:");
  });

  it("is as declared after a killed change, and as before in the end", async () => {
    put(file(), '<zone>\n  <!-- ours -->\n  <service name="ssh"/>\n</zone>\n');
    start();
    const before = ofFirewalld();
    for (const calls of [8, 18, 28, 38, 48]) {
      await host.kill("apply", `# generation 1\n${documentOf()}`, calls);
      await run("update");
      expect([runtime(), permanent()]).toEqual([[rule], [rule]]);
      await host.kill("remove", documentOf(), calls);
      if (existsSync(at("var/lib/pulumi-lvs"))) await run("remove");
      expect([runtime(), permanent(), readFileSync(at(file()), "utf8")]).toEqual([[], [], before[file()]]);
    }
  }, 120_000);
});

describe('firewall: "check"', () => {
  it("names what is closed, and touches nothing", async () => {
    start();
    const before = ofFirewalld();
    const wish = { checked: true, untracked: ["notrack tcp 80 to 198.18.0.100"] };
    const { warnings } = await look(wish);
    expect(warnings).toEqual([
      expect.stringContaining(
        "firewalld drops the last packets of each connection to tcp 80 of 198.18.0.100",
      ),
      `firewalld has no rule to ${fact} (zone public, runtime): firewall-cmd --zone=public --add-rich-rule='${rule}'`,
      `firewalld has no rule to ${fact} (zone public, permanent): firewall-cmd --zone=public --permanent --add-rich-rule='${rule}'`,
    ]);
    await run("apply", wish);
    expect(ofFirewalld()).toEqual(before);
    expect((await look(wish)).warnings).toHaveLength(3);
    await command(`--add-rich-rule=${rule}`);
    await command("--permanent", `--add-rich-rule=${rule}`);
    expect((await look(wish)).warnings).toHaveLength(1);
  });

  it("gives back what was opened before", async () => {
    start();
    const before = ofFirewalld();
    await run("apply");
    expect((await look({ checked: true })).warnings).toEqual([
      `firewalld's rule to ${fact} (zone public, runtime) was added by this package, and this change removes it; to have it again: firewall-cmd --zone=public --add-rich-rule='${rule}'`,
      `firewalld's rule to ${fact} (zone public, permanent) was added by this package, and this change removes it; to have it again: firewall-cmd --zone=public --permanent --add-rich-rule='${rule}'`,
    ]);
    await run("update", { checked: true });
    expect(ofFirewalld()).toEqual(before);
  });

  it("says nothing of what another owner keeps open", async () => {
    start();
    await run("apply");
    await run("apply", { name: "web/prod/VirtualService/more" });
    expect((await look({ checked: true })).warnings).toEqual([]);
  });

  it("has nothing to say without firewalld", async () => {
    expect((await look({ checked: true })).warnings).toEqual([]);
  });
});

describe("NAT with firewalld", () => {
  const nat = { nat: true };
  const conntrack = { "net.ipv4.vs.conntrack": "1" };

  it("needs conntrack of IPVS", async () => {
    expect((await look(nat)).reasons).toEqual([]);
    start();
    expect((await look(nat)).reasons).toEqual([
      expect.stringContaining(
        "drops the replies of NAT services as invalid unless net.ipv4.vs.conntrack is 1",
      ),
    ]);
    expect((await look({ ...nat, sysctls: conntrack })).reasons).not.toContainEqual(
      expect.stringContaining("drops the replies"),
    );
    expect((await look({ ...nat, openings: [] })).reasons).toEqual([]);
  });

  it("that is only checked is a warning", async () => {
    start();
    put("etc/firewalld/firewalld.conf", "NftablesFlowtable=eth0\n");
    const { warnings, reasons } = await look({ ...nat, checked: true });
    expect(reasons).toEqual([]);
    expect(warnings).toContainEqual(expect.stringContaining("drops the replies of NAT services"));
    expect(warnings).toContainEqual(expect.stringContaining("flowtable (NftablesFlowtable=eth0 in "));
    const { warnings: then } = await look({ ...nat, checked: true, sysctls: conntrack });
    expect(then).not.toContainEqual(expect.stringContaining("drops the replies"));
  });

  it("is refused with a flowtable", async () => {
    start();
    const reasons = async () => (await look({ ...nat, sysctls: conntrack })).reasons.join("\n");
    put("etc/firewalld/firewalld.conf", "# x\nNftablesFlowtable=off\n");
    expect(await reasons()).not.toContain("flowtable");
    put("etc/firewalld/firewalld.conf", "# x\nNftablesFlowtable=eth0 eth1");
    expect(await reasons()).toContain("flowtable (NftablesFlowtable=eth0 eth1 in ");
  });
});
