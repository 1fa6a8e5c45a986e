// Valid arguments. Tests make them invalid in one place.
import type { Host } from "../../../components/model/host";
import type { Known } from "../../../components/args/known";
import type { IpvsArgs } from "../../../components/args/ipvs";
import type { ServiceArgs } from "../../../components/args/service";

export const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5nUnD0GPwSwp7ZbX0GSOUvHw3ZMKsIzyyhFIbEbIX7";
export const privateKey = "-----BEGIN OPENSSH PRIVATE KEY-----\nnot really\n";

export function host(address: string, more: Partial<Host> = {}): Host {
  return { name: address, address, connection: { privateKey, hostKey }, ...more };
}

export function service(more: Partial<Known<ServiceArgs>> = {}): Known<ServiceArgs> {
  return { vip: "198.18.0.100", port: 80, realServers: [{ address: "198.18.0.21" }], ...more };
}

/** Each setting of IPVS, with a value that is not the default. */
export const everySetting: Required<Known<IpvsArgs>> = {
  connReuseMode: 1,
  expireNodestConn: true,
  expireQuiescentTemplate: false,
  conntrack: true,
  snatReroute: false,
  natIcmpSend: true,
  pmtuDisc: false,
  sloppyTcp: true,
  sloppySctp: true,
  scheduleIcmp: true,
  ignoreTunneled: true,
  cacheBypass: true,
  backupOnly: true,
  syncThreshold: { threshold: 1, period: 20 },
  syncRefreshPeriod: 60,
  syncRetries: 3,
  syncQlenMax: 4096,
  syncSockSize: 262144,
  syncPorts: 8,
  syncPersistMode: 1,
  syncVersion: 0,
  dropEntry: 1,
  dropPacket: 2,
  secureTcp: 3,
  amemthresh: 2048,
  amDroprate: 5,
  runEstimation: false,
  estCpulist: "0-3,8",
  estNice: -5,
  connLfactor: -8,
  svcLfactor: 8,
  connTabBits: 16,
  connMax: 1073741824,
};
