// Settings of IPVS on a director: as declared after up, put right by the next one, there after a power cut, and as before after destroy.
import type * as lvs from "@pulumi-lvs/lvs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "../../lab/client";
import { differences, fingerprint } from "../../lab/fingerprint";
import { resetClusterHosts } from "./support/leftovers";
import { realServers, service, Services } from "./support/services";
import { on, shell, theLab } from "./support/stack";
import { tally, vip, visits } from "./support/traffic";

/** Every kernel parameter that there is, none with the kernel's default; and the text by which the kernel shows it. (connTabBits: tableSize.long.test.ts.) */
const ipvs: Required<Omit<lvs.IpvsArgs, "syncThreshold" | "connTabBits">> & {
  syncThreshold: lvs.IpvsSyncThresholdArgs;
} = {
  amDroprate: 9,
  amemthresh: 512,
  backupOnly: true,
  cacheBypass: true,
  connLfactor: -3,
  connMax: 100_000,
  connReuseMode: 0,
  conntrack: true,
  dropEntry: 1,
  dropPacket: 1,
  estCpulist: "0",
  estNice: -5,
  expireNodestConn: true,
  expireQuiescentTemplate: true,
  ignoreTunneled: true,
  natIcmpSend: true,
  pmtuDisc: false,
  runEstimation: false,
  scheduleIcmp: true,
  secureTcp: 1,
  sloppySctp: true,
  sloppyTcp: true,
  snatReroute: false,
  svcLfactor: -2,
  syncPersistMode: 1,
  syncPorts: 4,
  syncQlenMax: 1000,
  syncRefreshPeriod: 60,
  syncRetries: 2,
  syncSockSize: 131072,
  syncThreshold: { threshold: 0, period: 10 },
  syncVersion: 0,
};
const shown = [
  "am_droprate 9",
  "amemthresh 512",
  "backup_only 1",
  "cache_bypass 1",
  "conn_lfactor -3",
  "conn_max 100000",
  "conn_reuse_mode 0",
  "conntrack 1",
  "drop_entry 1",
  "drop_packet 1",
  "est_cpulist 0",
  "est_nice -5",
  "expire_nodest_conn 1",
  "expire_quiescent_template 1",
  "ignore_tunneled 1",
  "nat_icmp_send 1",
  "pmtu_disc 0",
  "run_estimation 0",
  "schedule_icmp 1",
  "secure_tcp 1",
  "sloppy_sctp 1",
  "sloppy_tcp 1",
  "snat_reroute 0",
  "svc_lfactor -2",
  "sync_persist_mode 1",
  "sync_ports 4",
  "sync_qlen_max 1000",
  "sync_refresh_period 60",
  "sync_retries 2",
  "sync_sock_size 131072",
  "sync_threshold 0 10",
  "sync_version 0",
];

/** All parameters of IPVS on the director but the one that only helps to look for faults in the kernel. */
async function live(): Promise<string[]> {
  const output = await shell("d1", "cd /proc/sys/net/ipv4/vs && grep -H '' * | tr '\\t:' '  '");
  return output.split("\n").filter((line) => !line.startsWith("debug_level "));
}

// First: the module must not be loaded yet.
describe("a setting that the host's kernel lacks", () => {
  const lacking = new Services(
    { director: { services: [service(vip, 80)], sysctls: { "net.ipv4.vs.no_such": "1" }, ipvs } },
    "lacking",
  );
  const loaded = () => shell("d1", "[ ! -d /sys/module/ip_vs ] || echo loaded");

  beforeAll(() => resetClusterHosts(["d1"]));
  afterAll(async () => {
    await resetClusterHosts(["d1"]);
    lacking.forget();
  });

  for (const module of ["is not loaded yet", "is loaded"]) {
    it(`is one error by the host's name, and nothing is touched, where the module ${module}`, async () => {
      // (A fingerprint of a host with the module needs ipvsadm.)
      if (module === "is loaded") await shell("d1", "dnf -y -q install ipvsadm && modprobe ip_vs");
      const before = await fingerprint(theLab(), "d1");
      for (const operation of ["preview", "up"] as const) {
        expect(await lacking.refusal(operation)).toMatch(
          /^kernel \S+ of this host does not have these kernel parameters: net\.ipv4\.vs\.no_such; leave them out /,
        );
      }
      expect(differences(before, await fingerprint(theLab(), "d1"))).toEqual([]);
      expect(await loaded()).toBe(module === "is loaded" ? "loaded" : "");
    });
  }
});

describe("settings of IPVS", () => {
  let stack: Services;
  let former: string[];

  beforeAll(async () => {
    // A former value that is not the kernel's default.
    await shell("d1", "modprobe ip_vs; sysctl -qw net.ipv4.vs.sync_retries=3");
    former = await live();
    stack = new Services({
      vips: [vip],
      webServers: { r1: { kind: "nginx" }, r2: { kind: "nginx" }, r3: { kind: "nginx" } },
      director: { services: [service(vip, 80)], ipvs },
    });
    await stack.up();
  });

  afterAll(() => resetClusterHosts());

  it("are all in the kernel as declared, beside a service that works, and the next preview shows nothing", async () => {
    expect(await live()).toEqual(shown);
    // (This machine has one processor.)
    expect(shown.filter((line) => former.includes(line))).toEqual(["est_cpulist 0"]);
    expect(Object.values(tally(await visits(9)))).toEqual([3, 3, 3]);
    await stack.unchanged();
  });

  it("are put right where somebody has changed one, but not where the kernel itself has switched a defense on", async () => {
    await on("d1", "sysctl", "-qw", "net.ipv4.vs.drop_entry=2");
    await stack.unchanged();
    await on("d1", "sysctl", "-qw", "net.ipv4.vs.sync_threshold=3 50");
    const said = [...(await stack.preview()).matchAll(/^ *\+ # \d+ ((lost|found) .*)$/gm)];
    expect(said.map(([, line]) => line)).toEqual([
      "lost  net.ipv4.vs.sync_threshold = 0 10",
      "found net.ipv4.vs.sync_threshold = 3 50",
    ]);
    await stack.up();
    await on("d1", "sysctl", "-qw", "net.ipv4.vs.drop_entry=1");
    expect(await live()).toEqual(shown);
  });

  it("do what they are there for: with expireNodestConn a connection ends at once when its real server goes", async () => {
    const client = new Client(theLab());
    const [held] = await client.hold(1, vip);
    const name = /r\d/.exec(held!.answered)![0];
    const address = realServers[Number(name.slice(1)) - 1]!;
    await shell("d1", `ipvsadm -d -t ${vip}:80 -r ${address}:80`);
    await expect(held!.ask()).rejects.toThrow("ECONNRESET");
    await client.end();
    await stack.up();
  });

  it("are there after a power cut, and the next preview shows nothing", async () => {
    await theLab().crash("d1");
    await theLab().boot("d1");
    expect(await live()).toEqual(shown);
    await stack.unchanged();
  });

  it("change alone, with nothing else", async () => {
    const director = {
      services: [service(vip, 80)],
      ipvs: { ...ipvs, syncRetries: 1, expireNodestConn: false },
    };
    stack.declare({ director });
    const lines = (await stack.preview()).split("\n").map((line) => line.trim());
    expect(lines.filter((line) => /^[-+] net\./.test(line))).toEqual([
      "- net.ipv4.vs.expire_nodest_conn = 1",
      "+ net.ipv4.vs.expire_nodest_conn = 0",
      "- net.ipv4.vs.sync_retries = 2",
      "+ net.ipv4.vs.sync_retries = 1",
    ]);
    await stack.up();
    const changed: Record<string, string> = {
      sync_retries: "sync_retries 1",
      expire_nodest_conn: "expire_nodest_conn 0",
    };
    expect(await live()).toEqual(shown.map((line) => changed[line.split(" ")[0]!] ?? line));
  });
});

describe("destroy", () => {
  it("gives settings of IPVS back as they were", async () => {
    await shell("d1", "modprobe ip_vs; sysctl -qw net.ipv4.vs.sync_retries=3 net.ipv4.vs.am_droprate=7");
    const former = await live();
    const stack = new Services({ director: { services: [service(vip, 80)], ipvs } });
    await stack.up();
    expect(await live()).toEqual(shown);
    await stack.destroy();
    stack.forget();
    expect(await live()).toEqual(former);
    await resetClusterHosts(["d1"]);
  });
});
