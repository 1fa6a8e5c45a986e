// Valid arguments. Tests make them invalid in one place.
import type { Host } from "../../../components/model/host";
import type { Known } from "../../../components/args/known";
import type { ServiceArgs } from "../../../components/args/service";

export const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5nUnD0GPwSwp7ZbX0GSOUvHw3ZMKsIzyyhFIbEbIX7";
export const privateKey = "-----BEGIN OPENSSH PRIVATE KEY-----\nnot really\n";

export function host(address: string, more: Partial<Host> = {}): Host {
  return { name: address, address, connection: { privateKey, hostKey }, ...more };
}

export function service(more: Partial<Known<ServiceArgs>> = {}): Known<ServiceArgs> {
  return { vip: "198.18.0.100", port: 80, realServers: [{ address: "198.18.0.21" }], ...more };
}
