// The options of a service beside its checks: in the kernel as declared; and what happens when its quorum is lost.
import { afterAll, beforeAll, expect, it } from "vitest";
import type * as lvs from "@pulumi-lvs/lvs";
import { theLab, on, shell } from "../support/stack";
import { rules } from "../support/table";
import { tally, vip, visits } from "../support/traffic";
import { directors, forgetNotices, notice, noticed, Pair, patience, quick, realServers } from "./pair";

const hosts = ["r1", "r2", "r3"];
const page = "/etc/nginx/default.d/options.conf";
const address = (last: number) => `198.18.0.${last}`;
const all = realServers(1, 1, 1);
const healthCheck = { http: { path: "/", port: 80 }, ...quick };

const services: lvs.PairServiceArgs[] = [
  {
    vip,
    port: 80,
    scheduler: "rr",
    realServers: [
      { address: address(21) },
      { address: address(22), notifyUp: notice("well"), notifyDown: notice("failing") },
    ],
    healthCheck,
    quorum: 2,
    quorumUp: notice("enough"),
    quorumDown: notice("too few"),
    sorryServer: { address: address(23), inhibit: true },
  },
  {
    vip,
    port: 8301,
    scheduler: "rr",
    persistence: { timeout: 100, netmask: "255.255.255.0" },
    realServers: all,
    healthCheck,
  },
  {
    vip,
    port: 8302,
    scheduler: "mh",
    schedulerFlags: ["mh-fallback", "mh-port"],
    realServers: all,
    healthCheck,
  },
  {
    vip,
    port: 8303,
    scheduler: "sh",
    schedulerFlags: ["sh-port"],
    realServers: [{ address: address(21), weight: 3, upperThreshold: 100, lowerThreshold: 50 }],
    healthCheck,
  },
  { vip, port: 8304, protocol: "udp", scheduler: "rr", onePacket: true, realServers: all },
  { vip, ports: [8305, 8306], scheduler: "rr", mark: 7, persistence: {}, realServers: all, healthCheck },
  { vip, port: 8307, protocol: "sctp", scheduler: "rr", realServers: all },
  { vip, port: 8308, protocol: "udp", scheduler: "rr", persistence: { engine: "sip" }, realServers: all },
  { vip, port: 0, scheduler: "wlc", persistence: {}, realServers: all, healthCheck },
];

const rule = (port: number, last: number, weight = 1, protocol = "t") =>
  `-a -${protocol} ${vip}:${port} -r ${address(last)}:${port} -g -w ${weight}`;
const rulesOf = (port: number, protocol = "t") => [21, 22, 23].map((last) => rule(port, last, 1, protocol));
const others = [
  `-A -t ${vip}:8301 -s rr -p 100 -M 255.255.255.0`,
  ...rulesOf(8301),
  `-A -t ${vip}:8302 -s mh -b mh-fallback,mh-port`,
  ...rulesOf(8302),
  `-A -t ${vip}:8303 -s sh -b sh-port`,
  rule(8303, 21, 3),
  `-A -u ${vip}:8304 -s rr -o`,
  ...rulesOf(8304, "u"),
  "-A -f 7 -s rr -p 300",
  ...[21, 22, 23].map((last) => `-a -f 7 -r ${address(last)}:0 -g -w 1`),
  `-A --sctp-service ${vip}:8307 -s rr`,
  ...[21, 22, 23].map((last) => `-a --sctp-service ${vip}:8307 -r ${address(last)}:8307 -g -w 1`),
  `-A -u ${vip}:8308 -s rr -p 300 --pe sip`,
  ...rulesOf(8308, "u"),
  `-A -t ${vip}:0 -s wlc -p 300`,
  ...rulesOf(0),
];

/** `http`: the weights of r1, r2 and r3 for the web service, as far as they are in the table. */
const table = (http: Record<number, number>) =>
  [
    `-A -t ${vip}:80 -s rr`,
    ...Object.entries(http).map(([last, weight]) => rule(80, Number(last), weight)),
    ...others,
  ].sort();
const enough = { 21: 1, 22: 1, 23: 0 };

export function options(): void {
  let pair: Pair;

  beforeAll(async () => {
    pair = new Pair();
    await pair.up();
    // The persistent service has a port of its own.
    for (const host of hosts) {
      await theLab().exec(host, ["tee", page], { stdin: "listen 8301;\n" });
      await on(host, "systemctl", "reload", "nginx");
    }
    pair.declare({ pair: { services } });
    await pair.up();
  });

  afterAll(async () => {
    for (const host of hosts)
      await shell(host, `rm -f ${page}; systemctl start nginx; systemctl reload nginx`);
    await forgetNotices();
    await pair.destroy();
    pair.forget();
  });

  it("is in the kernel of both directors as declared", async () => {
    for (const host of directors) {
      await expect.poll(() => rules(host), patience).toEqual(table(enough));
      const limits = await on(host, "ipvsadm", "-Ln", "--thresholds", "-t", `${vip}:8303`);
      expect(limits).toMatch(/198\.18\.0\.21:8303\s+100\s+50\b/);
    }
    await pair.unchanged();
  });

  it("sends a client to the same real server again, with persistence", async () => {
    expect(Object.values(tally(await visits(6, `http://${vip}:8301/`)))).toEqual([6]);
    expect(Object.values(tally(await visits(4)))).toEqual([2, 2]);
  });

  it("uses the sorry server alone while too few real servers are well, runs its scripts, and shows no drift", async () => {
    await forgetNotices();
    await on("r2", "systemctl", "stop", "nginx");
    await expect.poll(async () => tally(await visits(4)), patience).toEqual({ "<h1>r3</h1>": 4 });
    const shown = await pair.shown();
    expect(directors.filter((host) => host in shown)).toEqual([]);
    for (const host of directors) {
      await expect
        .poll(() => noticed(host), patience)
        .toEqual([`failing ${address(22)} 80 ${vip} 80`, `too few tcp ${vip} 80`]);
    }
    await forgetNotices();
    await on("r2", "systemctl", "start", "nginx");
    for (const host of directors) {
      await expect.poll(() => rules(host), patience).toEqual(table(enough));
      await expect
        .poll(() => noticed(host), patience)
        .toEqual([`enough tcp ${vip} 80`, `well ${address(22)} 80 ${vip} 80`]);
    }
    expect(Object.values(tally(await visits(4)))).toEqual([2, 2]);
    await pair.unchanged();
  });

  it("runs those scripts at a stop as well, with omega", async () => {
    pair.declare({ pair: { services: services.map((each) => ({ ...each, omega: true })) } });
    await pair.up();
    await forgetNotices();
    for (const host of directors) {
      // The running daemon was started without this option.
      await on(host, "systemctl", "restart", "keepalived");
      await pair.who();
      await expect.poll(() => rules(host), patience).toEqual(table(enough));
      await forgetNotices();
      await on(host, "systemctl", "stop", "keepalived");
      const told = [`failing ${address(22)} 80 ${vip} 80`, `too few tcp ${vip} 80`];
      await expect.poll(() => noticed(host), patience).toEqual(told);
      expect(await rules(host)).toEqual([]);
      await on(host, "systemctl", "start", "keepalived");
    }
    await pair.who();
    await pair.unchanged();
  });
}
