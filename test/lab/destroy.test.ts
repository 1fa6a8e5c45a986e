import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { differences, leftBehind, type Fingerprint } from "../../lab/fingerprint";
import {
  resetClusterHosts,
  fingerprints,
  hosts,
  leftBesidesPackages,
  nothing,
  ofEach,
} from "./support/leftovers";
import { service, Services } from "./support/services";
import { on, shell, Stack } from "./support/stack";
import { tally, vip, visits } from "./support/traffic";

describe("destroy", () => {
  let clean: Record<string, Fingerprint>;

  beforeAll(async () => {
    await resetClusterHosts();
    clean = await fingerprints();
  });

  // The next test file finds clean hosts: these tests leave things on purpose.
  afterAll(() => resetClusterHosts());

  it("gives hosts back as they were, down to their packages where that is wanted", async () => {
    const stack = new Stack(undefined, { removePackages: "true" });
    await stack.up();
    expect(Object.keys(tally(await visits(6)))).toHaveLength(3);
    const changed = await fingerprints();
    for (const host of hosts) expect(differences(clean[host]!, changed[host]!)).not.toEqual([]);
    await stack.destroy();
    stack.forget();
    const after = await fingerprints();
    expect(await ofEach((host) => Promise.resolve(leftBehind(clean[host]!, after[host]!)))).toEqual(nothing);
  });

  it("leaves the packages otherwise, and nothing else", async () => {
    const stack = new Stack();
    await stack.up();
    await stack.destroy();
    stack.forget();
    expect(await leftBesidesPackages(clean)).toEqual(nothing);
    expect(await ofEach((host) => on(host, "rpm", "-qa", "ipvsadm", "nginx", "--qf", "%{name}"))).toEqual({
      d1: "ipvsadm",
      r1: "nginx",
      r2: "nginx",
      r3: "nginx",
    });
  });

  it("brings back what was there before: pages, units, settings, addresses, rules of others", async () => {
    // The packages are there already, so removePackages must not touch them.
    await Promise.all([
      shell(
        "d1",
        `modprobe ip_vs
        sysctl -qw net.ipv4.vs.conn_reuse_mode=2 net.ipv4.ip_forward=1
        ip address add ${vip}/32 dev eth0
        ipvsadm -R <<'END'
-A -t ${vip}:80 -s wlc -p 77 -M 255.255.255.0
-a -t ${vip}:80 -r 198.18.0.21:80 -g -w 7 -x 10 -y 5
-a -t ${vip}:80 -r 198.18.0.99:80 -g -w 3
-A -t 198.18.0.150:8080 -s sh -b sh-port
-a -t 198.18.0.150:8080 -r 198.18.0.99:8080 -g -w 3
END`,
      ),
      shell(
        "r1",
        `cd /usr/share/nginx/html
        echo 'a page of its own' >index.html
        echo 'domain users:x:4711:' >>/etc/group
        chmod 0640 index.html; chgrp 4711 index.html; ln index.html same.html
        python3 -c 'import os; os.setxattr("index.html", "user.note", b"a note of its own")'
        systemctl -q enable --now nginx
        sysctl -qw net.ipv4.conf.all.arp_ignore=2 net.ipv4.conf.eth0.arp_announce=1`,
      ),
      // As in the packages of EL 8 and 9.
      shell(
        "r2",
        `systemctl -q enable nginx; ip address add ${vip}/32 dev lo
        mkdir -p /usr/share/testpage; echo 'a test page' >/usr/share/testpage/index.html
        ln -sf ../../testpage/index.html /usr/share/nginx/html/index.html`,
      ),
      shell("r3", `mkdir -p /var/www/html; printf 'no line feed\\\\n' >/var/www/html/index.html`),
    ]);
    const before = await fingerprints();
    const pid = () => on("r1", "systemctl", "show", "-p", "MainPID,ActiveEnterTimestampMonotonic", "nginx");
    const running = await pid();
    const stack = new Services({
      vips: [vip],
      webServers: { r1: { kind: "nginx" }, r2: { kind: "nginx" }, r3: { kind: "httpd" } },
      director: {
        services: [service(vip, 80)],
        sysctls: { "net.ipv4.vs.conn_reuse_mode": "0", "net.ipv4.ip_forward": "0" },
      },
      common: { removePackages: true, drain: 0 },
    });
    await stack.up();
    expect(Object.keys(tally(await visits(6)))).toHaveLength(3);
    await stack.destroy();
    stack.forget();
    const after = await fingerprints();
    const apache = /^\+ (account apache|group apache)/;
    expect(
      await ofEach((host) =>
        Promise.resolve(leftBehind(before[host]!, after[host]!).filter((line) => !apache.test(line))),
      ),
    ).toEqual(nothing);
    expect(await pid()).toBe(running);
    expect(await on("r1", "cat", "/usr/share/nginx/html/same.html")).toBe("a page of its own");
    const note = `import os; print(os.getxattr("/usr/share/nginx/html/index.html", "user.note").decode())`;
    expect(await on("r1", "python3", "-c", note)).toBe("a note of its own");
    expect(await on("r2", "cat", "/usr/share/testpage/index.html")).toBe("a test page");
  });
});
