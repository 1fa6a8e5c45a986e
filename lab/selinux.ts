// Whether a machine boots with SELinux, and whether that only complains.

export const selinuxModes = ["off", "permissive", "enforcing"] as const;
export type SelinuxMode = (typeof selinuxModes)[number];

/** What the kernel is told; Debian's ready-made one would have it on, without being asked. */
export function selinuxArguments(mode: SelinuxMode): string[] {
  if (mode === "off") return ["selinux=0"];
  return ["lsm=selinux", "selinux=1", `enforcing=${mode === "enforcing" ? 1 : 0}`];
}
