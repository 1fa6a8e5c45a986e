// What the product's features are to stand on: each of it is there, on packets, before any of ours touches it.
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
  afterAll(() => reset("d1", "r1", "r2", "r3"));

  describe("firewalld", firewall);
  describe("a firewall that drops what is invalid", invalid);
  describe("VRRP under firewalld", vrrp);
  describe("marks", marks);
  describe("NAT", nat);
  describe("NetworkManager", networkManager);
  describe("SELinux", selinux);
}
