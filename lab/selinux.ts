// Whether a machine boots with SELinux, and whether that only complains.

export const selinuxModes = ["off", "permissive", "enforcing"] as const;
export type SelinuxMode = (typeof selinuxModes)[number];

/** What the kernel is told; Debian's ready-made one would have it on without being asked, and knows no selinux=0. */
export function selinuxArguments(mode: SelinuxMode): string[] {
  if (mode === "off") return ["lsm=capability"];
  return ["lsm=selinux", "selinux=1", `enforcing=${mode === "enforcing" ? 1 : 0}`];
}
