import type { HostArgs } from "../../index";
import { hostKey, privateKey } from "../unit/model/samples";

export { hostKey, privateKey };

/** How to log in to each of the hosts. */
export const connection = { privateKey, hostKey };

export function host(address: string, more: Partial<HostArgs> = {}): HostArgs {
  return { name: address, address, interface: "eth0", connection, ...more };
}

export const d1 = host("198.18.0.11", { name: "d1" });
export const d2 = host("198.18.0.12", { name: "d2" });
export const r1 = host("198.18.0.21", { name: "r1" });
export const r2 = host("198.18.0.22", { name: "r2" });
export const vip = "198.18.0.100";
export const service = { vip, port: 80, realServers: [{ address: "198.18.0.21" }] };
