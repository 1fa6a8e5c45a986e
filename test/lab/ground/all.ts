// The system below the package: firewalld, nf_tables, NAT, NetworkManager, SELinux and VRRP on the lab's machines behave as
// the package relies on. No scenario here uses the package.
import { afterAll, beforeAll, describe } from "vitest";
import { firewall } from "./firewall";
import { invalid } from "./invalid";
import { marks } from "./marks";
import { nat } from "./nat";
import { networkManager } from "./networkManager";
import { selinux } from "./selinux";
import { install, reset } from "./stage";
import { vrrp } from "./vrrp";

export function ground(): void {
  beforeAll(install);
  afterAll(() => reset("d1", "d2", "r1", "r2", "r3"));

  describe("firewalld", firewall);
  describe("a firewall that drops what is invalid", invalid);
  describe("VRRP under firewalld", vrrp);
  describe("rules on a director", marks);
  describe("NAT", nat);
  describe("NetworkManager", networkManager);
  describe("SELinux", selinux);
}
