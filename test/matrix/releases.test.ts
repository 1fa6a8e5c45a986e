// The lab's machines as each release of CentOS: the environment of the package, above all the real keepalived of a release. A row was
// observed, and a version gate may rely on it.
import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { type CentosRelease, centosReleases } from "../../lab";
import { fingerprint, leftBehind } from "../../lab/fingerprint";
import { on, shell, Stack, theLab } from "../lab/support/stack";
import { rules } from "../lab/support/table";
import { tally, visits } from "../lab/support/traffic";
import { checked, instance, judged, vip } from "./configurations";

const seen = {
  8: {
    keepalived: "2.1.5",
    type: "forking",
    // It prints errors inside a block and ends with 0; a file that ends inside a block kills it (SIGSEGV).
    judgement: {
      nothing: 0,
      "unknown word": 0,
      "unknown word outside of blocks": 4,
      "missing brace": 139,
      "extra brace": 4,
    },
    files: ["keepalived.conf"],
  },
  9: {
    keepalived: "2.2.7",
    type: "notify",
    judgement: {
      nothing: 0,
      "unknown word": 5,
      "unknown word outside of blocks": 5,
      "missing brace": 5,
      "extra brace": 5,
    },
    files: ["keepalived.conf"],
  },
  10: {
    keepalived: "2.3.3",
    type: "notify",
    judgement: {
      nothing: 0,
      "unknown word": 5,
      "unknown word outside of blocks": 5,
      "missing brace": 5,
      "extra brace": 5,
    },
    // Debian's build does not start without the other one.
    files: ["keepalived.conf", "keepalived.config-opts"],
  },
} satisfies Record<CentosRelease, unknown>;

const hosts = ["d1", "r1", "r2"];
const write = (file: string, stdin: string) => theLab().exec("d1", ["tee", file], { stdin });
const mainPid = () => on("d1", "systemctl", "show", "--property=MainPID", "--value", "keepalived");
const addresses = () => on("d1", "ip", "-o", "address", "show", "dev", "eth0");
const patience = { timeout: 60_000, interval: 500 };

describe.each(centosReleases)("a machine like CentOS %i", (release) => {
  const expected = seen[release];

  beforeAll(async () => {
    await theLab().down();
    await theLab().up({
      kernel: "full",
      release,
      directors: 1,
      realServers: 2,
      clients: 1,
      owner: inject("owner"),
    });
  });

  it("says which release it is", async () => {
    const line =
      ". /etc/os-release; echo $ID $VERSION_ID $PLATFORM_ID; cat /etc/centos-release /etc/redhat-release";
    const name = `CentOS Stream release ${release}`;
    expect((await shell("d1", line)).split("\n")).toEqual([
      `centos ${release} platform:el${release}`,
      name,
      name,
    ]);
    expect(await on("d1", "rpm", "-q", "--whatprovides", "system-release")).toMatch(
      new RegExp(`^centos-stream-release-${release}-`),
    );
    expect(await on("d1", "systemctl", "is-system-running")).toBe("running");
    const { hosts } = theLab().status();
    expect(hosts.map((host) => [host.name, host.release])).toEqual([
      ["c1", undefined],
      ["d1", release],
      ["r1", release],
      ["r2", release],
    ]);
  });

  it("becomes part of a cluster, and is given back as it was", async () => {
    const clean = await Promise.all(hosts.map((host) => fingerprint(theLab(), host)));
    const stack = new Stack(undefined, { removePackages: "true" });
    await stack.up();
    expect(Object.values(tally(await visits(6)))).toEqual([3, 3]);
    await stack.unchanged();
    await stack.destroy();
    stack.forget();
    const after = await Promise.all(hosts.map((host) => fingerprint(theLab(), host)));
    expect(hosts.map((_, index) => leftBehind(clean[index]!, after[index]!))).toEqual([[], [], []]);
  });

  it("gets its packages from dnf", async () => {
    await on("d1", "dnf", "-y", "-q", "install", "ipvsadm", "keepalived", "nginx", "httpd");
    expect(await on("d1", "rpm", "-q", "--qf", "%{version}\n", "ipvsadm", "keepalived")).toBe(
      `1.31\n${expected.keepalived}`,
    );
    // The output is on standard error, and nothing is on standard output.
    const { code, stdout, stderr } = await theLab().exec("d1", ["keepalived", "--version"]);
    expect([code, stdout, stderr.split(" (")[0]]).toEqual([0, "", `Keepalived v${expected.keepalived}`]);
    expect((await on("d1", "ls", "/etc/keepalived")).split("\n")).toEqual(expected.files);
    expect(await on("d1", "ls", "-A", "/usr/libexec/keepalived")).toBe("");
    for (const server of ["nginx", "httpd"]) {
      await on("d1", "systemctl", "start", server);
      expect((await visits(1, "http://198.18.0.11/"))[0], server).toBeTruthy();
      await on("d1", "systemctl", "stop", server);
    }
  });

  it.each(Object.keys(judged) as (keyof typeof judged)[])(
    "has a keepalived that judges: wrong is %s",
    async (fault) => {
      await write("/tmp/judged.conf", judged[fault]);
      const { code, stderr } = await theLab().exec("d1", [
        "keepalived",
        "--config-test",
        "--use-file=/tmp/judged.conf",
      ]);
      expect([code, stderr !== ""]).toEqual([expected.judgement[fault], fault !== "nothing"]);
    },
  );

  it("has a keepalived that starts, reads its file again and ends", async () => {
    await write("/etc/keepalived/keepalived.conf", instance);
    await on("d1", "systemctl", "start", "keepalived");
    expect(await on("d1", "systemctl", "show", "--property=Type", "--value", "keepalived")).toBe(
      expected.type,
    );
    await expect.poll(addresses, patience).toContain(` ${vip}/32 `);
    const pid = await mainPid();
    await write("/etc/keepalived/keepalived.conf", instance.replace(vip, "198.18.0.198"));
    await on("d1", "systemctl", "reload", "keepalived");
    await expect.poll(addresses, patience).toContain(" 198.18.0.198/32 ");
    expect(await mainPid()).toBe(pid);
    await on("d1", "systemctl", "stop", "keepalived");
    expect(await addresses()).not.toContain("198.18.0.198/32");
    expect(await on("d1", "systemctl", "is-system-running")).toBe("running");
  });

  it("has a keepalived whose checks count, by TLS as well, and whose dump tells", async () => {
    await shell(
      "r1",
      `dnf -y -q install nginx
      openssl req -x509 -newkey rsa:2048 -nodes -keyout /etc/nginx/key.pem -out /etc/nginx/cert.pem -subj /CN=lab -days 9
      echo 'server { listen 443 ssl; ssl_certificate cert.pem; ssl_certificate_key key.pem; root /usr/share/nginx/html; }' >/etc/nginx/conf.d/tls.conf
      systemctl start nginx`,
    );
    await write("/etc/keepalived/keepalived.conf", checked);
    await on("d1", "systemctl", "start", "keepalived");
    await expect
      .poll(() => rules("d1"), patience)
      .toEqual([
        `-A -t ${vip}:443 -s rr`,
        `-A -t ${vip}:80 -s rr`,
        `-a -t ${vip}:443 -r 198.18.0.21:443 -g -w 2`,
        `-a -t ${vip}:80 -r 198.18.0.21:80 -g -w 2`,
        `-a -t ${vip}:80 -r 198.18.0.29:80 -g -w 0`,
      ]);
    await shell("d1", "kill -USR1 $(cat /run/keepalived.pid)");
    await delay(2000);
    const dump = await on("d1", "cat", "/tmp/keepalived_check.data");
    const alive = [...dump.matchAll(/^ +RIP = ([\d.]+), RPORT = (\d+)(?:.*\n)+? +alive = ([01])$/gm)];
    expect(alive.map(([, address, port, is]) => `${address}:${port} ${is}`)).toEqual([
      "198.18.0.21:80 1",
      "198.18.0.22:80 0",
      "198.18.0.29:80 0",
      "198.18.0.21:443 1",
      "198.18.0.22:443 0",
    ]);
    await on("d1", "systemctl", "stop", "keepalived");
  });
});

describe("a lab of several releases", () => {
  const releaseOf = (name: string) =>
    theLab()
      .status()
      .hosts.find((host) => host.name === name)!.release;

  it("has one to which new machines keep", async () => {
    const present = theLab().status().release;
    expect(present).toBe(10);
    await expect(theLab().up({ release: 8 })).rejects.toThrow(/is of release 10, not 8: take it down first/);
    await expect(theLab().reset("c1", { release: 8 })).rejects.toThrow(/c1 is a network namespace/);
  });

  it("gives single machines another, which they keep through a power cut and a reset", async () => {
    const says = () => shell("d1", ". /etc/os-release; echo $VERSION_ID");
    await theLab().reset("d1", { release: 8 });
    expect([releaseOf("d1"), releaseOf("r1"), await says()]).toEqual([8, 10, "8"]);
    await theLab().crash("d1");
    await theLab().boot("d1");
    expect([releaseOf("d1"), await says()]).toEqual([8, "8"]);
    await theLab().reset("d1");
    expect([releaseOf("d1"), await says()]).toEqual([8, "8"]);
  });
});
