// The kinds of hosts that a lab can have, by name. A test names its kind: `lab.up({ ...kinds["CentOS 9"], directors: 1 })`. A test that
// names none gets the quick kind of the default release.
import type { LabPlan } from "./lab";
import type { Release } from "./release";

export type Kind = Pick<LabPlan, "services" | "selinux"> & { release: Release };

export const kinds = {
  "CentOS 8": { release: 8, services: "default" },
  "CentOS 9": { release: 9, services: "default" },
  "CentOS 10": { release: 10, services: "default" },
  "CentOS 9, SELinux enforcing": { release: 9, services: "default", selinux: "enforcing" },
  "Debian 12": { release: "debian12" },
  "Debian 13": { release: "debian13" },
  "CentOS 9, few services": { release: 9, services: "few" },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;
