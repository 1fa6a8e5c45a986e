// The release, kernel, SELinux mode and services of the machines of an `up`: the options of the `up`, or else those of the lab, or else the defaults.
// An `up` with other options than the lab has is refused.
import { LabError } from "./errors";
import type { KernelWish } from "./kernel";
import { defaultRelease, isDebian, nameOf, type Release } from "./release";
import type { SelinuxMode } from "./selinux";
import type { ServiceSet } from "./services";
import type { LabStatus } from "./status";

export interface MachineOptions {
  release: Release;
  kernel: KernelWish;
  selinux: SelinuxMode;
  services: ServiceSet;
}

export function resolveMachineOptions(lab: LabStatus, wanted: Partial<MachineOptions>): MachineOptions {
  const instead = "take it down first, or make another (--lab NAME)";
  if (differs(wanted.release, lab.release)) {
    throw new LabError(
      `lab ${lab.lab} is of release ${lab.release}, not ${wanted.release}: ${instead}, ` +
        `or give single hosts that release (reset HOST --release ${wanted.release})`,
    );
  }
  if (wanted.kernel !== "any" && differs(wanted.kernel, lab.kernel?.name)) {
    throw new LabError(
      `lab ${lab.lab} runs on the ${lab.kernel?.name} kernel, not on the ${wanted.kernel} one: ${instead}`,
    );
  }
  if (differs(wanted.selinux, lab.selinux)) {
    throw new LabError(
      `lab ${lab.lab} is one with SELinux ${lab.selinux}, not ${wanted.selinux}: ${instead}, ` +
        `or give single hosts that mode (reset HOST --selinux ${wanted.selinux})`,
    );
  }
  if (differs(wanted.services, lab.services)) {
    throw new LabError(
      `lab ${lab.lab} is one with ${lab.services} services, not ${wanted.services}: ${instead}, ` +
        `or give single hosts these (reset HOST --services ${wanted.services})`,
    );
  }
  const kernel = lab.kernel?.name ?? wanted.kernel ?? "any";
  const selinux = wanted.selinux ?? lab.selinux ?? "off";
  const services = wanted.services ?? lab.services ?? "few";
  const release = wanted.release ?? lab.release ?? defaultRelease;
  checkMachineOptions({ release, kernel, selinux, services });
  const needsFull = selinux !== "off" || services !== "few";
  return {
    release,
    kernel: needsFull && kernel === "any" ? "full" : kernel,
    selinux,
    services,
  };
}

/** Refuses what a machine's disk does not have. */
export function checkMachineOptions({ release, kernel, selinux, services }: MachineOptions): void {
  const wanted = [
    ...(selinux === "off" ? [] : [`SELinux (${selinux})`]),
    ...(services === "few" ? [] : ["set of default services"]),
  ].join(" and no ");
  if (wanted === "") return;
  if (isDebian(release))
    throw new LabError(`there is no ${wanted} on ${nameOf(release)}: take a release of CentOS`);
  if (kernel === "ready")
    throw new LabError(
      `there is no ${wanted} on the ready kernel: make a lab of the full one (--kernel full)`,
    );
}

function differs<T>(wanted: T | undefined, present: T | undefined): boolean {
  return wanted !== undefined && present !== undefined && wanted !== present;
}
