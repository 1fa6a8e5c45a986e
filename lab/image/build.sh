#!/usr/bin/env bash
# Builds whatever is missing of the hosts' kernel, packages and disk for a release of CentOS (9 if none is given), and
# prints where they are:
#   kernel DIR
#   disk FILE
# Everything is kept under a key of its own recipe, so that an edit builds just what depends on it; a part appears
# whole, by a rename, or not at all.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
cache=${PULUMI_LVS_LAB_CACHE:-/var/cache/pulumi-lvs-lab}
days_unused=14

# The Debian whose files look like that release: the nearest in its versions, keepalived's above all; and those of its
# packages that nginx's RPM is made of.
declare -A suite_of=([8]=bullseye [9]=bookworm [10]=trixie)
declare -A nginx_of=([8]="nginx-light nginx-common libnginx-mod-http-echo" [9]="nginx nginx-common" [10]="nginx nginx-common")
release=${1:-9}
suite=${suite_of[$release]:-} nginx=${nginx_of[$release]:-}
[[ -n $suite ]] || {
  echo "lab: there is no image of release $release; there are those of $(printf '%s\n' "${!suite_of[@]}" | sort -n | paste -sd' ')" >&2
  exit 2
}

mkdir -p "$cache"
cache=$(readlink -f "$cache")

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

rpms=(rpm)
[[ ! -d $here/release/$release/rpm ]] || rpms+=("release/$release/rpm")
kernel_key=$(key kernel.sh sources.sh)
debian_key=$(key debian.sh sources.sh -- "$suite" "$nginx")
packages_key=$(key packages.sh "${rpms[@]}" -- "$release" "$debian_key")
disk_key=$(key disk.sh overlay "release/$release/overlay" -- "$kernel_key" "$packages_key")
kernel=$cache/kernel-$kernel_key debian=$cache/debian-$release-$debian_key
packages=$cache/packages-$release-$packages_key disk=$cache/disk-$release-$disk_key

if [[ ! -e $disk ]]; then
  # One builder a cache: whoever comes second waits and then finds everything there, or what all releases share.
  exec 9>"$cache/lock"
  flock 9
fi
if [[ ! -e $disk ]]; then
  # Downloads and unpacking keep one core busy each.
  part kernel "$kernel_key" bash "$here/kernel.sh" &
  part "debian-$release" "$debian_key" bash "$here/debian.sh" "$suite" "$nginx"
  wait $!
  part "packages-$release" "$packages_key" bash "$here/packages.sh" "$release" "$nginx" "$debian"
  part "disk-$release" "$disk_key" bash "$here/disk.sh" "$release" "$debian" "$packages" "$kernel"
  find "$cache" -mindepth 1 -maxdepth 1 -name '*-????????????' -mtime "+$days_unused" -exec rm -rf {} +
fi
touch "$kernel" "$debian" "$packages" "$disk"
echo "kernel $kernel"
echo "disk $disk/root.ext4"
