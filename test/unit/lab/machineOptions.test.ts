import { describe, expect, it } from "vitest";
import { resolveMachineOptions } from "../../../lab/machineOptions";
import type { LabStatus } from "../../../lab";

const none = { lab: "a", state: "down" } as LabStatus;
const some = {
  ...none,
  state: "up",
  release: 9,
  selinux: "off",
  services: "few",
  kernel: { name: "ready", version: "7.2.7", folder: "/cache/kernel-ready" },
} as LabStatus;

describe("what an up makes machines of", () => {
  it("is what was asked for, in a new lab", () => {
    const usual = { release: 9, kernel: "any", selinux: "off", services: "few" };
    expect(resolveMachineOptions(none, {})).toEqual(usual);
    const wanted = { release: 8, kernel: "full", selinux: "enforcing", services: "default" } as const;
    expect(resolveMachineOptions(none, wanted)).toEqual(wanted);
  });

  it("has the full kernel where SELinux is asked for, and says so where it cannot", () => {
    expect(resolveMachineOptions(none, { selinux: "enforcing" }).kernel).toBe("full");
    const message = /^there is no SELinux \(permissive\) on the ready kernel: .*--kernel full/;
    expect(() => resolveMachineOptions(none, { selinux: "permissive", kernel: "ready" })).toThrow(message);
  });

  it("has the full kernel where the default services are asked for, and says so where it cannot", () => {
    expect(resolveMachineOptions(none, { services: "default" }).kernel).toBe("full");
    const message = /^there is no set of default services on the ready kernel: .*--kernel full/;
    expect(() => resolveMachineOptions(none, { services: "default", kernel: "ready" })).toThrow(message);
  });

  it("has neither on Debian", () => {
    const wanted = { release: "debian12", services: "default", selinux: "enforcing" } as const;
    expect(() => resolveMachineOptions(none, wanted)).toThrow(
      "there is no SELinux (enforcing) and no set of default services on Debian 12: take a release of CentOS",
    );
    const plain = { release: "debian13", kernel: "full", selinux: "off", services: "few" } as const;
    expect(resolveMachineOptions(none, plain)).toEqual(plain);
  });

  it("is what the lab's are made of", () => {
    const present = { release: 9, kernel: "ready", selinux: "off", services: "few" } as const;
    expect(resolveMachineOptions(some, {})).toEqual(present);
    expect(resolveMachineOptions(some, present)).toEqual(present);
    expect(resolveMachineOptions(some, { kernel: "any" })).toEqual(present);
  });

  it.each([
    [{ release: 8 }, /^lab a is of release 9, not 8: take it down first, .* \(reset HOST --release 8\)$/],
    [{ kernel: "full" }, /^lab a runs on the ready kernel, not on the full one: take it down first/],
    [
      { selinux: "enforcing" },
      /^lab a is one with SELinux off, not enforcing: .* \(reset HOST --selinux enforcing\)$/,
    ],
    [
      { services: "default" },
      /^lab a is one with few services, not default: .* \(reset HOST --services default\)$/,
    ],
  ] as const)("cannot be another there: %j", (wanted, message) => {
    expect(() => resolveMachineOptions(some, wanted)).toThrow(message);
  });
});
