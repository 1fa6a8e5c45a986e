// Whether a machine boots with SELinux, and in which mode.

export const selinuxModes = ["off", "permissive", "enforcing"] as const;
export type SelinuxMode = (typeof selinuxModes)[number];

/** The kernel's arguments. Debian's ready-made kernel would switch SELinux on by default, and does not know selinux=0. */
export function selinuxArguments(mode: SelinuxMode): string[] {
  if (mode === "off") return ["lsm=capability"];
  return ["lsm=selinux", "selinux=1", `enforcing=${mode === "enforcing" ? 1 : 0}`];
}
