// Settings of IPVS: what is refused, and which kernel parameters the others are.
import { describe, expect, test } from "vitest";
import { clusterArguments } from "../../../components/model/cluster";
import { directorArguments } from "../../../components/model/director";
import { kernelParameters, moduleOptions } from "../../../components/model/ipvs";
import { completePair } from "../../../components/model/keepalived/pair/complete";
import { pairArguments } from "../../../components/model/keepalived/pair/shapes";
import { later, type Shape } from "../../../components/model/shape";
import { pairServiceArguments, virtualServiceArguments } from "../../../components/model/virtualService";
import { pairDocument } from "../../../components/render/keepalived/pair";
import { everySetting, host, service } from "./samples";

const [d1, d2, r1] = ["198.18.0.11", "198.18.0.12", "198.18.0.21"].map((address) => host(address));
const vip = "198.18.0.100";

const told = (shape: Shape, given: object) =>
  shape(given, "").map(({ path, reason }) => `${path}: ${reason}`);
const director = (more: object) => told(directorArguments, { host: d1, services: [service()], ...more });

const parameters = {
  "net.ipv4.vs.am_droprate": "5",
  "net.ipv4.vs.amemthresh": "2048",
  "net.ipv4.vs.backup_only": "1",
  "net.ipv4.vs.cache_bypass": "1",
  "net.ipv4.vs.conn_lfactor": "-8",
  "net.ipv4.vs.conn_max": "1073741824",
  "net.ipv4.vs.conn_reuse_mode": "1",
  "net.ipv4.vs.conntrack": "1",
  "net.ipv4.vs.drop_entry": "1",
  "net.ipv4.vs.drop_packet": "2",
  "net.ipv4.vs.est_cpulist": "0-3,8",
  "net.ipv4.vs.est_nice": "-5",
  "net.ipv4.vs.expire_nodest_conn": "1",
  "net.ipv4.vs.expire_quiescent_template": "0",
  "net.ipv4.vs.ignore_tunneled": "1",
  "net.ipv4.vs.nat_icmp_send": "1",
  "net.ipv4.vs.pmtu_disc": "0",
  "net.ipv4.vs.run_estimation": "0",
  "net.ipv4.vs.schedule_icmp": "1",
  "net.ipv4.vs.secure_tcp": "3",
  "net.ipv4.vs.sloppy_sctp": "1",
  "net.ipv4.vs.sloppy_tcp": "1",
  "net.ipv4.vs.snat_reroute": "0",
  "net.ipv4.vs.svc_lfactor": "8",
  "net.ipv4.vs.sync_persist_mode": "1",
  "net.ipv4.vs.sync_ports": "8",
  "net.ipv4.vs.sync_qlen_max": "4096",
  "net.ipv4.vs.sync_refresh_period": "60",
  "net.ipv4.vs.sync_retries": "3",
  "net.ipv4.vs.sync_sock_size": "262144",
  "net.ipv4.vs.sync_threshold": "1 20",
  "net.ipv4.vs.sync_version": "0",
};

test("each setting is taken, and is a parameter of the kernel or an option of the module", () => {
  expect(director({ ipvs: everySetting })).toEqual([]);
  expect(kernelParameters({ ipvs: everySetting })).toEqual(parameters);
  expect(moduleOptions({ ipvs: everySetting })).toEqual({ "ip_vs.conn_tab_bits": "16" });
});

test("without the option there is none", () => {
  expect(moduleOptions({})).toEqual({});
  expect(moduleOptions({ ipvs: { connTabBits: undefined, sloppyTcp: true } })).toEqual({});
});

test("what is left out sets nothing, and what sysctls sets stays", () => {
  const sysctls = { "net.ipv4.vs.conntrack": "1" };
  expect(kernelParameters({})).toEqual({});
  expect(
    kernelParameters({ sysctls, ipvs: { sloppyTcp: undefined as never, conntrack: undefined } }),
  ).toEqual(sysctls);
  expect(kernelParameters({ sysctls, ipvs: { sloppyTcp: false } })).toEqual({
    ...sysctls,
    "net.ipv4.vs.sloppy_tcp": "0",
  });
});

describe("is refused", () => {
  test.each<[string, unknown, string[]]>([
    ["what is no object", true, ["ipvs: true is not an object such as { expireNodestConn: true }"]],
    [
      "a parameter's own name",
      { conn_reuse_mode: 1 },
      [expect.stringMatching(/^ipvs\.conn_reuse_mode: no such argument; did you mean "connReuseMode"\?$/)],
    ],
    [
      "an unknown member",
      { timeout: 1 },
      [expect.stringMatching(/^ipvs\.timeout: no such argument: there are connReuseMode, /)],
    ],
    [
      "a mode",
      { connReuseMode: 3 },
      ["ipvs.connReuseMode: 3 is not a mode: give a whole number from 0 to 2"],
    ],
    [
      "too few bits",
      { connTabBits: 7 },
      ["ipvs.connTabBits: 7 is not a number of bits: give a whole number from 8 to 27"],
    ],
    [
      "too many bits",
      { connTabBits: 28 },
      ["ipvs.connTabBits: 28 is not a number of bits: give a whole number from 8 to 27"],
    ],
    ["a number for a flag", { sloppyTcp: 1 }, ["ipvs.sloppyTcp: 1 is neither true nor false"]],
    [
      "text for a number",
      { syncRetries: "1" },
      ['ipvs.syncRetries: "1" is not a number of retries: give a whole number from 0 to 3'],
    ],
    [
      "a defense",
      { dropEntry: 4 },
      ["ipvs.dropEntry: 4 is not a mode of defense: give a whole number from 0 to 3"],
    ],
    [
      "a rate of nothing",
      { amDroprate: 0 },
      [expect.stringMatching(/^ipvs\.amDroprate: 0 is not a rate: give a whole number from 1 /)],
    ],
    [
      "ports that the kernel refuses",
      { syncPorts: 3 },
      ["ipvs.syncPorts: 3 is not a number of threads: give 1, 2, 4, 8, 16, 32 or 64"],
    ],
    [
      "a niceness",
      { estNice: 20 },
      ["ipvs.estNice: 20 is not a niceness: give a whole number from -20 to 19"],
    ],
    [
      "a load factor",
      { connLfactor: -9 },
      ["ipvs.connLfactor: -9 is not a load factor: give a whole number from -8 to 8"],
    ],
    [
      "processors",
      { estCpulist: "all" },
      ['ipvs.estCpulist: "all" is not a list of processors: give one such as 0-3,8'],
    ],
    [
      "processors that the kernel prints in another way",
      { estCpulist: "2,0,1" },
      ['ipvs.estCpulist: "2,0,1" is the list 0-2: give it so'],
    ],
    [
      "half a threshold",
      { syncThreshold: { threshold: 2 } },
      ["ipvs.syncThreshold.period: missing: give a whole number from 0 to 2147483647"],
    ],
    [
      "a threshold beyond its period",
      { syncThreshold: { threshold: 50, period: 50 } },
      ["ipvs.syncThreshold.threshold: 50 is not less than the period, which is 50"],
    ],
  ])("%s", (_, ipvs, expected) => {
    expect(director({ ipvs })).toEqual(expected);
  });

  test.each<[string, object]>([
    ["a threshold without a period", { syncThreshold: { threshold: 3, period: 0 } }],
    [
      "what is not known yet",
      { syncThreshold: { threshold: 3, period: later }, estCpulist: later, syncPorts: later },
    ],
  ])("not: %s", (_, ipvs) => {
    expect(director({ ipvs })).toEqual([]);
  });
});

describe("a parameter that sysctls sets as well is refused", () => {
  const both = { sysctls: { "net.ipv4.vs.conntrack": "1" }, ipvs: { conntrack: true, sloppyTcp: true } };
  const sentence =
    "ipvs.conntrack: sets net.ipv4.vs.conntrack, which sysctls sets as well: leave it out of one of the two";
  const { vip: _, ...onVips } = service();

  test.each<[string, Shape, object]>([
    ["Director", directorArguments, { host: d1 }],
    ["KeepalivedPair", pairArguments, { directors: [d1, d2], vips: [vip], virtualRouterId: 7 }],
    ["VirtualService", virtualServiceArguments, { directors: [d1], ...service() }],
    [
      "VirtualService of a pair",
      pairServiceArguments,
      {
        pair: { vips: [vip], directors: [{ name: "d1", address: "198.18.0.11" }] },
        directors: [d1],
        ...onVips,
      },
    ],
    [
      "Cluster",
      clusterArguments,
      { vips: [vip], directors: [d1], realServers: [r1], services: [{ port: 80 }] },
    ],
  ])("%s", (_, shape, given) => {
    expect(told(shape, given)).toEqual([]);
    expect(told(shape, { ...given, ...both })).toEqual([sentence]);
    expect(told(shape, { ...given, ...both, ipvs: { conntrack: undefined } })).toEqual([]);
  });
});

test("a pair's own threshold of connection sync gives way", () => {
  const pair = completePair({
    directors: [{ address: "198.18.0.11" }, { address: "198.18.0.12" }],
    vips: [vip],
    virtualRouterId: 7,
    ipvs: { syncThreshold: { threshold: 0, period: 10 }, connReuseMode: 1 },
  });
  const place = { name: "d1", address: "198.18.0.11", interface: "eth0" };
  expect(pairDocument(place, pair).sysctls).toEqual({
    "net.ipv4.vs.conn_reuse_mode": "1",
    "net.ipv4.vs.sync_threshold": "0 10",
  });
});
