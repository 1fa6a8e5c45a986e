# shellcheck shell=bash
# What every kernel's folder has beside `linux` and `arguments`. Sourced by the recipes.

# Takes a folder of modules, named by the kernel's version, away and makes of it the disk that hosts mount as
# /usr/lib/modules: so no host's root depends on the kernel.
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
