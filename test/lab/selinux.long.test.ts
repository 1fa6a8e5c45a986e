// Hosts with SELinux in enforcing mode: a cluster and a pair work without one denial, each file has the label that the policy has for its
// path, and a destroy restores the labels. (docs/lab.md says what differs from CentOS's policy.)
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fingerprint, fingerprint } from "../../lab/fingerprint";
import { answers, forgetNotices, notice, noticed, Pair, patience, quick } from "./pairs/pair";
import { leftBesidesPackages, ofEach } from "./support/leftovers";
import { on, shell, Stack, theLab } from "./support/stack";
import { answersInTurn, vip } from "./support/traffic";

const folders = "/etc /var/lib /usr/share/nginx /usr/libexec /var/www";

/** The label of each file, folder and link. (Those of packages that were installed meanwhile are left out.) */
async function labels(host: string, only?: Map<string, string>): Promise<Map<string, string>> {
  const text = await shell(
    host,
    `find ${folders} -path /var/lib/rpm -prune -o -path /var/lib/dnf -prune -o -printf '%p\\t%Z\\n' 2>/dev/null || :`,
  );
  const all = text.split("\n").map((line) => line.split("\t") as [string, string]);
  return new Map(only === undefined ? all : all.filter(([path]) => only.has(path)));
}

/** The files whose label is not the one that the policy has for their paths. (Saved copies keep the labels of their originals. Of some files in /run the policy says nothing.) */
async function mislabelled(host: string): Promise<string[]> {
  const text = await shell(
    host,
    `find ${folders} /run/pulumi-lvs -path /var/lib/rpm -prune -o -path /var/lib/dnf -prune -o -path '/var/lib/pulumi-lvs/files/*' -prune -o -print0 2>/dev/null | xargs -0 matchpathcon -V | grep -v -e ' verified\\.$' -e 'should be <<none>>$' || :`,
  );
  return text.split("\n").filter(Boolean).sort();
}

/**
 * What Debian's policy denies, and CentOS's does not: the lab's own files at the start of a machine; the socket by which ipvsadm asks the
 * kernel, in a unit (iptables_t; it then asks in an older way).
 */
const ofDebian = [
  /comm="systemd-tmpfile" name="mtab"/,
  /comm="ipvsadm" .*:iptables_t:.* tclass=netlink_generic_socket/,
];

/** What else the kernel has denied since the host's start. */
async function denials(host: string): Promise<string[]> {
  const text = await shell(host, "journalctl -b --no-pager -o cat | grep 'avc: *denied' || :");
  const lines = text.split("\n").filter((line) => line !== "" && !ofDebian.some((each) => each.test(line)));
  // (The journal has each twice, by two ways.)
  return [...new Set(lines.map((line) => line.replace(/^.*avc: *denied */, "")))];
}

async function enforcing(hosts: string[]): Promise<void> {
  await Promise.all(hosts.map((host) => theLab().reset(host, { selinux: "enforcing" })));
}

const without = (hosts: string[]) =>
  Promise.all(hosts.map((host) => theLab().reset(host, { selinux: "off" })));

const none = (hosts: string[]) => Object.fromEntries(hosts.map((host) => [host, []]));

interface Before {
  fingerprints: Record<string, Fingerprint>;
  labels: Record<string, Map<string, string>>;
  mislabelled: Record<string, string[]>;
}

async function before(hosts: string[]): Promise<Before> {
  return {
    fingerprints: await ofEach((host) => fingerprint(theLab(), host), hosts),
    labels: await ofEach((host) => labels(host), hosts),
    mislabelled: await ofEach(mislabelled, hosts),
  };
}

/** As before: nothing of ours is left, and nothing has another label. */
async function asBefore(hosts: string[], then: Before): Promise<void> {
  expect(await leftBesidesPackages(then.fingerprints)).toEqual(none(hosts));
  for (const host of hosts) {
    const now = await labels(host, then.labels[host]);
    for (const [path, label] of now)
      expect(`${path} ${label}`).toBe(`${path} ${then.labels[host]!.get(path)}`);
  }
}

describe("a cluster on hosts that enforce SELinux", { timeout: 900_000 }, () => {
  const hosts = ["d1", "r1", "r2", "r3"];
  const page = "/usr/share/nginx/html/index.html";
  let stack: Stack;
  let then: Before;
  let wrong: string[];
  const cluster = (ports: number[]) =>
    JSON.stringify({
      vips: [vip],
      services: [{ port: 80, scheduler: "rr" }],
      webServer: { kind: "nginx", ports },
    });

  const labelled = async () => {
    expect(await ofEach(mislabelled, hosts)).toEqual(then.mislabelled);
    expect(await ofEach(denials, hosts)).toEqual(none(hosts));
  };

  beforeAll(async () => {
    await enforcing(hosts);
    // Somebody has given the page a label of his own, which must come back.
    await shell("r1", `dnf -y -q install nginx && chcon -t httpd_sys_rw_content_t ${page}`);
    then = await before(hosts);
    expect(then.mislabelled.r1).toContainEqual(expect.stringContaining(page));
    wrong = then.mislabelled.r1!;
    // (Our own page has the right one.)
    then.mislabelled.r1 = wrong.filter((line) => !line.startsWith(page));
    stack = new Stack(`${__dirname}/programs/cluster`, {
      hosts: JSON.stringify(hosts),
      cluster: cluster([8080]),
    });
  });

  afterAll(async () => {
    stack.forget();
    await without(hosts);
  });

  it("serves, and every file has the policy's label", async () => {
    for (const host of hosts) expect(await on(host, "getenforce")).toBe("Enforcing");
    const preview = await stack.told("preview");
    expect(preview).not.toContain("SELinux");
    await stack.up();
    await answersInTurn();
    await answersInTurn("http://198.18.0.21:8080/", ["r1"]);
    expect(await ofEach(denials, hosts)).toEqual(none(hosts));
    await labelled();
    await stack.unchanged();
  });

  it("repairs a page that somebody has moved there with another label", async () => {
    await shell("r1", `echo moved >/root/moved; mv -f /root/moved ${page}`);
    expect(await on("c1", "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", `http://198.18.0.21/`)).toBe(
      "403",
    );
    const told = await denials("r1");
    expect(told.length).toBeGreaterThan(0);
    expect(told.every((line) => line.includes("httpd_t"))).toBe(true);
    await stack.up();
    await answersInTurn();
    expect(await ofEach(mislabelled, hosts)).toEqual(then.mislabelled);
    expect(await denials("r1")).toEqual(told);
    await stack.unchanged();
  });

  it("comes back after a boot", async () => {
    for (const host of hosts) await on(host, "sync");
    await Promise.all(hosts.map((host) => theLab().crash(host)));
    await Promise.all(hosts.map((host) => theLab().boot(host)));
    await on("c1", "ip", "neigh", "flush", "dev", "eth0");
    await answersInTurn();
    await labelled();
    await stack.unchanged();
  });

  it("warns of a port at which the policy lets no web server listen, and an update fails with the command that helps", async () => {
    const sentence =
      "SELinux of this host does not let a web server listen at port 8181: semanage port -a -t http_port_t -p tcp 8181";
    stack.config.cluster = cluster([8080, 8181]);
    expect(await stack.told("preview")).toContain(`r1 (198.18.0.21): ${sentence}`);
    const { code, stdout, stderr } = await stack.try("up");
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toContain(sentence);
    expect(`${stdout}${stderr}`).toContain("nginx.service");
    await answersInTurn();
    stack.config.cluster = cluster([8080]);
    await stack.up();
    await answersInTurn();
    await stack.unchanged();
  });

  it("is given back with every label as it was", async () => {
    await stack.destroy();
    await asBefore(hosts, then);
    expect(await mislabelled("r1")).toEqual(wrong);
  });
});

describe("a pair on hosts that enforce SELinux", { timeout: 900_000 }, () => {
  const hosts = ["d1", "d2", "r1", "r2", "r3"];
  const directors = ["d1", "d2"];
  let pair: Pair;
  let then: Before;

  beforeAll(async () => {
    await enforcing(hosts);
    then = await before(hosts);
    pair = new Pair({
      service: {
        healthCheck: { script: { script: 'exec 3<>"/dev/tcp/$1/$2"' }, ...quick },
      },
      pair: { notify: { master: notice("master"), backup: notice("backup") } },
    });
  });

  afterAll(async () => {
    pair.forget();
    await forgetNotices();
    await without(hosts);
  });

  const quiet = async () => {
    expect(await ofEach(denials, hosts)).toEqual(none(hosts));
    expect(await ofEach(mislabelled, hosts)).toEqual(then.mislabelled);
  };

  it("elects a master, runs its scripts, and is not denied anything", async () => {
    await pair.up();
    await answers({ "<h1>r1</h1>": 2, "<h1>r2</h1>": 2, "<h1>r3</h1>": 2 });
    await expect
      .poll(async () => (await ofEach(noticed, directors))[pair.master], patience)
      .toEqual(expect.arrayContaining([expect.stringMatching(/^master/)]));
    await on("r2", "systemctl", "stop", "nginx");
    await answers({ "<h1>r1</h1>": 3, "<h1>r3</h1>": 3 });
    await on("r2", "systemctl", "start", "nginx");
    await answers({ "<h1>r1</h1>": 2, "<h1>r2</h1>": 2, "<h1>r3</h1>": 2 });
    await quiet();
    await pair.unchanged();
  });

  it("goes on when the master loses its power, and comes back", async () => {
    const { master, backup } = pair;
    await theLab().crash(master);
    await on("c1", "ip", "neigh", "flush", "dev", "eth0");
    await answers({ "<h1>r1</h1>": 2, "<h1>r2</h1>": 2, "<h1>r3</h1>": 2 });
    expect(await noticed(backup)).toEqual(expect.arrayContaining([expect.stringMatching(/^master/)]));
    await theLab().boot(master);
    await pair.who();
    await quiet();
    await pair.unchanged();
  });

  it("is given back with every label as it was", async () => {
    await pair.destroy();
    await forgetNotices();
    await asBefore(hosts, then);
  });
});
