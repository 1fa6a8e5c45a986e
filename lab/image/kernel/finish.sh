# shellcheck shell=bash
# Writes the files that every kernel's folder has beside `linux` and `arguments`. Sourced by the recipes.

# Moves a folder of modules, named by the kernel's version, to a disk of its own that hosts mount as /usr/lib/modules. So the hosts' root
# does not depend on the kernel.
finish_kernel() { # OUT MODULES
  local out=$1 version
  version=$(basename "$2")
  mkdir -p "$out/modules/lib/modules"
  mv "$2" "$out/modules/lib/modules/"
  depmod --basedir "$out/modules" "$version"
  mkfs.ext4 -q -F -L modules -O ^has_journal,^metadata_csum -m 0 -E lazy_itable_init=0 -d "$out/modules/lib/modules" "$out/modules.ext4" 128M
  rm -rf --one-file-system "$out/modules"
  echo "$version" >"$out/version"
  install -m 0755 "$(dirname "${BASH_SOURCE[0]}")/host.sh" "$out/host"
}
