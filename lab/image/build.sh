#!/usr/bin/env bash
# Builds whatever is missing of the hosts' kernel, packages and disk, and prints where they are:
#   kernel DIR
#   disk FILE
# Everything is kept under a key of its own recipe, so that an edit builds just what depends on it; a part appears
# whole, by a rename, or not at all.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
cache=${PULUMI_LVS_LAB_CACHE:-/var/cache/pulumi-lvs-lab}
days_unused=14

mkdir -p "$cache"
cache=$(readlink -f "$cache")
# One builder a cache: whoever comes second waits and then finds everything there.
exec 9>"$cache/lock"
flock 9

key() { # of the files and directories given (relative to this one) and of the words after --
  local paths=()
  while [[ $# -gt 0 && $1 != -- ]]; do
    paths+=("$1")
    shift
  done
  {
    echo "$@"
    (cd "$here" && find "${paths[@]}" -type f -printf '%m ' -print0 -o -type l -printf '%l ' -print0 | sort -z | tr '\0' '\n')
    (cd "$here" && find "${paths[@]}" -type f -print0 | sort -z | xargs -0 sha256sum)
  } | sha256sum | cut -c1-12
}

part() { # NAME KEY RECIPE…: runs RECIPE TEMPORARY FINAL unless it is there
  local final=$cache/$1-$2 log=$cache/$1.log temporary=$cache/tmp-$1
  if [[ ! -e $final ]]; then
    local started=$SECONDS
    echo "lab: building the $1 part …" >&2
    rm -rf "$temporary"
    mkdir -p "$temporary"
    if ! "${@:3}" "$temporary" "$final" >"$log" 2>&1; then
      tail -n 20 "$log" >&2
      echo "lab: could not build the $1 part; the whole log is $log, free space: $(df -h --output=avail "$cache" | tail -1)" >&2
      rm -rf "$temporary"
      return 1
    fi
    mv "$temporary" "$final"
    echo "lab: the $1 part took $((SECONDS - started)) s" >&2
  fi
  touch "$final"
}

kernel_key=$(key kernel.sh sources.sh)
debian_key=$(key debian.sh sources.sh)
packages_key=$(key packages.sh rpm -- "$debian_key")
disk_key=$(key disk.sh overlay -- "$kernel_key" "$packages_key")
kernel=$cache/kernel-$kernel_key debian=$cache/debian-$debian_key
packages=$cache/packages-$packages_key disk=$cache/disk-$disk_key

if [[ ! -e $disk ]]; then
  # Downloads and unpacking keep one core busy each.
  part kernel "$kernel_key" bash "$here/kernel.sh" &
  part debian "$debian_key" bash "$here/debian.sh"
  wait $!
  part packages "$packages_key" bash "$here/packages.sh" "$debian"
  part disk "$disk_key" bash "$here/disk.sh" "$debian" "$packages" "$kernel"
  find "$cache" -mindepth 1 -maxdepth 1 -name '*-????????????' -mtime "+$days_unused" -exec rm -rf {} +
fi
touch "$kernel" "$debian" "$packages" "$disk"
echo "kernel $kernel"
echo "disk $disk/root.ext4"
