// What network managers do to VIPs, tunnels, return routes and ip rules that the package has set: each way to lose them is either survived, by what the managers
// call afterwards, or named by the next preview. The seconds without answers are those of docs/networkManagers.md; nothing here depends on them.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fingerprint } from "../../lab/fingerprint";
import { cell, hostsOf } from "./forwarding/cells";
import { Forwarded, patience } from "./forwarding/forwarded";
import { directors, holders, Pair } from "./pairs/pair";
import { fingerprints, leftBesidesPackages, resetClusterHosts } from "./support/leftovers";
import { profile, startNetworkManager } from "./support/networkManager";
import { gained } from "./support/previewed";
import { silence } from "./support/silence";
import { on, shell, type Stack, theLab } from "./support/stack";
import { vip } from "./support/traffic";

const hook = "/etc/NetworkManager/dispatcher.d/10-pulumi-lvs";
const bring = `nmcli connection up ${profile}`;
const byHand = "ip link set eth0 down; sleep 0.3; ip link set eth0 up; sleep 1";

/** A profile for lo, which has taken the package's VIP from there. */
const loopback = `umask 077
printf '%s\\n' '[connection]' id=loop type=loopback interface-name=lo '[ipv4]' method=manual address1=127.0.0.1/8 '[ipv6]' method=manual address1=::1/128 \
  >/etc/NetworkManager/system-connections/loop.nmconnection
nmcli connection reload; nmcli connection up loop`;

/** By NAT r1, with a return route; r2 has the VIP on lo; f1 on tunl0. */
const mixed = cell("nat", { realServers: ["r1", "r2", "f1"], own: { r2: "dr", f1: "tun" } });
const hosts = hostsOf(mixed);
const nothing = Object.fromEntries(hosts.map((host) => [host, []]));

/** What the package has set on a host, without the state of links. */
const facts = (host: string) =>
  shell(
    host,
    `ip -4 -o address show to ${vip} | awk '{ print $4, $2 }'
    ip -4 route show table all | awk '$1 == "default" && / table [0-9]+/ { print "route", $3 }'
    ip -4 rule show | awk '/sport/ { print "rule" }'
    [ ! -e /sys/class/net/tunl0 ] || ip -o link show tunl0 up | awk '{ print "tunnel" }'`,
  );

/** How often what is lost was set again on a host, and by how many units that still run. */
const restorations = async (host: string) =>
  shell(
    host,
    `journalctl -q --no-pager -o cat | grep -c '^Finished pulumi-lvs-restore@' || :
    systemctl list-units --no-legend 'pulumi-lvs-restore@*' | wc -l`,
  ).then((said) => said.split("\n").map(Number) as [number, number]);

/** Does it, and waits until what is lost has been set again, and no unit is about to do so once more. */
async function survives(title: string, host: string, line: string): Promise<void> {
  const was = await facts(host);
  expect(was).not.toBe("");
  const [before] = await restorations(host);
  const settled = async () => {
    const [count, running] = await restorations(host);
    return count > before && running === 0;
  };
  await lose(title, host, line, () => expect.poll(settled, patience).toBe(true));
  expect(await facts(host)).toBe(was);
}

const table: string[] = [];

/** Does it on a host, waits until that is over, and notes how long the VIP is silent. */
async function lose(
  title: string,
  host: string,
  line: string,
  over: () => Promise<void> = () => Promise.resolve(),
  client = "x1",
): Promise<void> {
  const server = host.startsWith("d") ? "" : host;
  const seconds = await silence(client, vip, server, async () => {
    // (A command that takes eth0 away must not end with the login.)
    await shell(host, `systemd-run -q --wait --collect bash -c '${line.replaceAll("'", `'\\''`)}'`);
    await over();
  });
  table.push(`${seconds.toFixed(1)} s  ${host}  ${title}`);
}

/** The lines of drift of a host, without their number, and all that the preview prints. */
async function shown(stack: Stack, host: string): Promise<{ lines: string[]; said: string }> {
  const said = await stack.told("preview");
  const lines = gained(said)[host] ?? [];
  return { lines: lines.slice(1).map((line) => line.replace(/^# \d+ /, "")), said };
}

const print = () => process.stdout.write(`${table.splice(0).join("\n")}\n`);

describe("a cluster whose hosts NetworkManager manages", { timeout: 600_000 }, () => {
  const before: Record<string, Fingerprint> = {};
  let stack: Forwarded;

  beforeAll(async () => {
    await resetClusterHosts(hosts);
    stack = new Forwarded(mixed);
    await Promise.all(hosts.map(startNetworkManager));
    Object.assign(before, await fingerprints(hosts));
    await shell("r2", "mv /etc/NetworkManager/dispatcher.d /etc/NetworkManager/aside");
    await stack.up();
  });

  afterAll(async () => {
    await stack.try("destroy");
    stack.forget();
    print();
    await resetClusterHosts(hosts);
  });

  it("has a script for it, where NetworkManager is, or comes", async () => {
    for (const host of ["d1", "r1", "f1"]) await on(host, "test", "-x", hook);
    await on("r2", "test", "!", "-e", "/etc/pulumi-lvs/restore");
    await stack.unchanged();
    await shell("r2", "mv /etc/NetworkManager/aside /etc/NetworkManager/dispatcher.d");
    expect((await shown(stack, "r2")).lines).toEqual([`lost  file ${hook}`]);
    await stack.up();
    await on("r2", "test", "-x", hook);
    await stack.unchanged();
  });

  it.each([
    ["a connection brought up again", "d1", bring],
    ["nmcli device reapply", "d1", "nmcli device reapply eth0"],
    ["a connection down and up", "d1", `nmcli connection down ${profile}; ${bring}`],
    ["a restart of NetworkManager", "d1", "systemctl restart NetworkManager"],
    ["a connection brought up again", "r1", bring],
    ["networking off and on", "r2", "nmcli networking off; nmcli networking on"],
    ["a profile of its own for lo", "r2", loopback],
    ["a restart of NetworkManager", "f1", "systemctl restart NetworkManager"],
    ["a connection brought up again", "f1", bring],
  ])("survives %s on %s", survives);

  it("is as declared after all that", async () => {
    for (const host of hosts)
      expect(await on(host, "systemctl", "list-units", "--failed", "--plain", "--no-legend")).toBe("");
    await stack.unchanged();
  });

  it("shows what is lost when eth0 is set down and up by hand, and says why", async () => {
    // (Without the director's VIP, no real server answers.)
    await lose("eth0 set down and up by hand", "r1", byHand);
    await lose("eth0 set down and up by hand", "d1", byHand);
    const { lines, said } = await shown(stack, "d1");
    expect(lines).toEqual([`lost  ${vip}/32 dev eth0`]);
    expect(said).toContain("d1 (198.18.0.11): why addresses, tunnels or routes may be lost: ");
    expect(said).toContain("NetworkManager removes VIPs");
    await stack.up();
    await stack.unchanged();
  });

  it("shows a script that was removed, or that NetworkManager would not run", async () => {
    await shell("d1", `rm ${hook}; ${bring}; sleep 2`);
    await on("r1", "chmod", "0644", hook);
    expect((await shown(stack, "d1")).lines.sort()).toEqual(
      [`lost  ${vip}/32 dev eth0`, `lost  file ${hook}`].sort(),
    );
    expect((await shown(stack, "r1")).lines).toEqual([
      `found file ${hook}, which is not run: it must be root's, and executable`,
    ]);
    await stack.up();
    await on("d1", "test", "-x", hook);
    await on("r1", "test", "-x", hook);
    await stack.unchanged();
  });

  it("has its VIPs after a boot under NetworkManager", async () => {
    await shell("d1", "systemctl -q enable NetworkManager");
    const was = await facts("d1");
    await theLab().crash("d1");
    await theLab().boot("d1");
    await expect.poll(() => facts("d1"), patience).toBe(was);
    await stack.unchanged();
    await shell("d1", "systemctl -q disable NetworkManager; systemctl -q enable NetworkManager-dispatcher");
  });

  it("leaves nothing behind", async () => {
    await stack.destroy();
    for (const host of hosts) {
      await on(host, "test", "!", "-e", hook);
      await on(host, "test", "!", "-e", "/etc/pulumi-lvs");
    }
    // (NetworkManager itself has changed parameters of the kernel meanwhile, and the scenario its files.)
    const left = await leftBesidesPackages(before);
    const ours = (line: string) =>
      /^[+-] (file|content) /.test(line) && !/system-connections|network-online|aside/.test(line);
    for (const host of hosts) left[host] = left[host]!.filter(ours);
    expect(left).toEqual(nothing);
  });
});

describe("a cluster whose hosts have other network managers", { timeout: 600_000 }, () => {
  let stack: Forwarded;
  const dropIn = (unit: string) => `/etc/systemd/system/${unit}.service.d/pulumi-lvs.conf`;

  beforeAll(async () => {
    await resetClusterHosts(hosts);
    stack = new Forwarded(mixed);
    // systemd-networkd on the director and on the real server by NAT.
    for (const host of ["d1", "r1"])
      await shell(
        host,
        `address=$(ip -4 -o address show dev eth0 | awk '{ print $4; exit }')
        printf '%s\\n' '[Match]' Name=eth0 '[Network]' Address=$address Gateway=198.18.0.1 >/etc/systemd/network/10-lan.network
        cd /etc/systemd/system && rm systemd-udevd*
        systemctl daemon-reload
        systemctl start systemd-udevd
        udevadm trigger --subsystem-match=net
        udevadm settle
        systemctl start systemd-networkd
        timeout 60 bash -c 'until networkctl --no-legend list eth0 | grep -q configured; do sleep 0.2; done'`,
      );
    await stack.up();
    // The network.service of CentOS 7, as far as it matters here: it gives eth0 its own addresses again, and no others. And ifup of Debian.
    await shell(
      "r2",
      `mkdir -p /etc/rc.d/init.d; printf '%s\\n' '#!/bin/sh' 'ip route save table main dev eth0 >/run/routes' 'ip addr flush dev eth0; ip addr flush dev lo' \
        'ip addr add 127.0.0.1/8 dev lo' 'ip addr add 198.18.0.22/24 dev eth0' 'ip route add default via 198.18.0.1' >/etc/rc.d/init.d/network
      chmod +x /etc/rc.d/init.d/network
      printf '%s\\n' '[Service]' Type=oneshot RemainAfterExit=yes ExecStart=/etc/rc.d/init.d/network >/etc/systemd/system/network.service
      systemctl daemon-reload; systemctl start network
      printf '%s\\n' '#!/bin/sh' 'ip addr flush dev lo; ip addr add 127.0.0.1/8 dev lo' 'IFACE=$1 run-parts /etc/network/if-up.d' >/sbin/ifup
      chmod +x /sbin/ifup`,
    );
  });

  afterAll(async () => {
    await stack.try("destroy");
    stack.forget();
    print();
    await resetClusterHosts(hosts);
  });

  it("shows the files for those that have come since", async () => {
    const { lines } = await shown(stack, "r2");
    expect(lines.sort()).toEqual(
      [
        `lost  ${vip}/32 dev lo`,
        "lost  file /etc/network/if-up.d/pulumi-lvs",
        `lost  file ${dropIn("network")}`,
      ].sort(),
    );
    await stack.up();
    await stack.unchanged();
  });

  it.each([
    ["a restart of systemd-networkd", "d1", "systemctl restart systemd-networkd"],
    ["a restart of systemd-networkd", "r1", "systemctl restart systemd-networkd"],
    ["systemctl restart network", "r2", "systemctl restart network"],
    ["ifup of Debian", "r2", "ifup eth0"],
  ])("survives %s on %s", survives);

  it("shows what networkctl reconfigure has removed, and says why", async () => {
    await stack.unchanged();
    await lose("networkctl reconfigure", "r1", "networkctl reconfigure eth0; sleep 1");
    await lose("networkctl reconfigure", "d1", "networkctl reconfigure eth0; sleep 1");
    const { lines, said } = await shown(stack, "d1");
    expect(lines).toEqual([`lost  ${vip}/32 dev eth0`]);
    expect(said).toContain(
      "systemd-networkd removes what it has not set when it configures an interface again",
    );
    expect((await shown(stack, "r1")).lines).not.toEqual([]);
    await stack.up();
    await stack.unchanged();
  });

  it("leaves no file of these behind", async () => {
    await stack.destroy();
    for (const host of ["d1", "r1"]) await on(host, "test", "!", "-e", `${dropIn("systemd-networkd")}`);
    await on("r2", "test", "!", "-e", "/etc/systemd/system/network.service.d");
    await on("r2", "test", "!", "-e", "/etc/network/if-up.d/pulumi-lvs");
  });
});

describe("a pair whose directors NetworkManager manages", { timeout: 600_000 }, () => {
  const all = ["d1", "d2", "r1", "r2", "r3"];
  const oneMaster = () => expect.poll(async () => (await holders()).length, patience).toBe(1);
  let pair: Pair;

  beforeAll(async () => {
    await resetClusterHosts(all);
    pair = new Pair();
    await Promise.all(directors.map(startNetworkManager));
    await pair.up();
  });

  afterAll(async () => {
    await pair.destroy();
    pair.forget();
    print();
    await resetClusterHosts(all);
  });

  it("has no script: keepalived has the VIPs", async () => {
    for (const host of directors) await on(host, "test", "!", "-e", hook);
  });

  it.each([
    ["a connection brought up again", bring],
    ["nmcli device reapply", "nmcli device reapply eth0"],
    ["a restart of NetworkManager", "systemctl restart NetworkManager"],
    ["eth0 set down and up by hand", byHand],
  ])("survives %s on its master", async (title, line) => {
    const [master = ""] = await holders();
    await lose(`${title} (a pair)`, master, line, oneMaster, "c1");
    await expect
      .poll(async () => (await pair.try("preview", { expectNoChanges: true })).code, patience)
      .toBe(0);
  });
});
