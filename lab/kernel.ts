// The kernels that a machine can run on: lab/image/kernel has a recipe for each.

/** `full`: our own, with firewall and NAT. `ready`: Debian's, without them, which takes seconds to get. */
export const kernelNames = ["full", "ready"] as const;
export type KernelName = (typeof kernelNames)[number];

/** `any`: the full kernel if it has been built. */
export const kernelWishes = [...kernelNames, "any"] as const;
export type KernelWish = (typeof kernelWishes)[number];

export interface Kernel {
  name: KernelName;
  /** The output of `uname -r` on the machine. */
  version: string;
  /** The folder has `host`, which starts a machine; `modules.ext4`, which is its second disk; and `arguments`, which are its own. */
  folder: string;
}
