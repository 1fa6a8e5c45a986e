#!/usr/bin/env bash
# Builds those of the hosts' kernel, packages and disk that are missing, and prints where they are:
#   build.sh [--missing] [RELEASE [KERNEL]]
#     RELEASE      of CentOS (9), or debian12, debian13: plain Debian
#     KERNEL       full, ready (Debian's own) or any (the default): full if it has been built, ready otherwise. The disk for the
#                  full kernel has a firewall, NetworkManager and SELinux as well
#     --missing    builds nothing and prints the names of the parts that it would build, one a line
# It prints:
#   kernel NAME DIR
#   disk FILE
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=../cache.sh
source "$here/../cache.sh"
# shellcheck source=../machine.sh
source "$here/../machine.sh"

# The Debian suite that stands in for each release of CentOS: the one with the nearest versions, above all of keepalived. And the Debian packages from
# which nginx's RPM is made.
declare -A suite_of=([8]=bullseye [9]=bookworm [10]=trixie [debian12]=bookworm [debian13]=trixie)
declare -A nginx_of=([8]="nginx-light nginx-common libnginx-mod-http-echo" [9]="nginx nginx-common" [10]="nginx nginx-common")
missing=''
if [[ ${1:-} == --missing ]]; then
  missing=yes
  shift
fi
release=${1:-9} kernel=${2:-any}
suite=${suite_of[$release]:-} plain='' nginx=${nginx_of[$release]:-}
[[ -n $suite ]] || {
  echo "lab: there is no image of release $release; there are those of $(printf '%s\n' "${!suite_of[@]}" | sort -V | paste -sd' ')" >&2
  exit 2
}
[[ $kernel == full || $kernel == ready || $kernel == any ]] || {
  echo "lab: there is no kernel $kernel; there are full, ready and any" >&2
  exit 2
}

estimate["kernel-full"]="ten minutes on two idle cores"
# Most of this space is for the full kernel's source and compiled files, which are removed afterwards.
declare -A kernel_megabytes=([full]=2000 [ready]=500)
rpms=(rpm)
[[ ! -d $here/release/$release/rpm ]] || rpms+=("release/$release/rpm")
starting=(kernel/finish.sh kernel/host.sh sources.sh)
declare -A kernel_key=([full]=$(key kernel/full.sh kernel/full.config "${starting[@]}") [ready]=$(key kernel/ready.sh "${starting[@]}"))
if [[ $kernel == any ]]; then
  if [[ -e $cache/kernel-full-${kernel_key[full]} ]]; then kernel=full; else kernel=ready; fi
fi
[[ $release != debian* ]] || plain=yes
if [[ -n $plain ]]; then
  debian_key=$(key plain/debian.sh sources.sh -- "$suite") packages_key=none
  disk_key=$(key plain/disk.sh root.sh overlay plain/overlay -- "$debian_key")
else
  debian_key=$(key debian.sh sources.sh -- "$suite" "$nginx" "$kernel")
  packages_key=$(key packages.sh "${rpms[@]}" -- "$release" "$debian_key")
  disk_key=$(key disk.sh root.sh selinux.sh selinux.cil overlay centos/overlay "release/$release/overlay" -- "$packages_key")
fi
kernel_part=$cache/kernel-$kernel-${kernel_key[$kernel]}
# The ready kernel is from Debian's unstable. If that cannot be had, Debian 12's kernel is used for a day; then unstable is tried again.
older=$cache/kernel-older-${kernel_key[ready]}
if [[ $kernel == ready && ! -e $kernel_part && -n $(find "$older/version" -mmin -1440 2>/dev/null) ]]; then kernel_part=$older; fi
debian=$cache/debian-$release-$debian_key packages=$cache/packages-$release-$packages_key disk=$cache/disk-$release-$disk_key

if [[ -n $missing ]]; then
  [[ -e $kernel_part ]] || echo "kernel-$kernel"
  if [[ ! -e $disk ]]; then
    [[ -e $debian ]] || echo "debian-$release"
    [[ -n $plain || -e $packages ]] || echo "packages-$release"
    echo "disk-$release"
  fi
  exit
fi

get_kernel() {
  if [[ $kernel == full ]]; then
    part kernel-full "${kernel_key[full]}" bash "$here/kernel/full.sh"
  elif ! part kernel-ready "${kernel_key[ready]}" bash "$here/kernel/ready.sh" sid; then
    part kernel-older "${kernel_key[ready]}" bash "$here/kernel/ready.sh" bookworm
    touch "$older/version"
  fi
}

# This keeps the parts in use when old parts are removed.
touch -c "$kernel_part" "$debian" "$packages" "$disk"
if [[ ! -e $kernel_part || ! -e $disk ]]; then
  needed=0
  # For the root, its copy, and the disk that is made from it.
  [[ -e $disk ]] || needed=1500
  [[ -e $kernel_part ]] || needed=$((needed + ${kernel_megabytes[$kernel]}))
  free_enough "$needed" "$cache" "building the hosts' kernel and disk" || exit 1
  # The kernel is built beside the disk, since downloads, unpacking and a kernel's last steps use one core each. It is a process group of
  # its own, so that an interrupt ends the compilers, too.
  set -m
  if [[ ! -e $kernel_part ]]; then get_kernel; fi &
  set +m
  beside=$!
  trap 'kill -- "-$beside" 2>/dev/null || true' EXIT
  trap 'exit 129' HUP
  trap 'exit 143' TERM
  # Compiling takes longest, here or beside this script, so these steps have a lower priority.
  if [[ ! -e $disk && -n $plain ]]; then
    part "debian-$release" "$debian_key" nice -n 10 bash "$here/plain/debian.sh" "$suite"
    part "disk-$release" "$disk_key" nice -n 10 bash "$here/plain/disk.sh" "$debian"
  elif [[ ! -e $disk ]]; then
    part "debian-$release" "$debian_key" nice -n 10 bash "$here/debian.sh" "$suite" "$nginx" "$kernel"
    part "packages-$release" "$packages_key" nice -n 10 bash "$here/packages.sh" "$release" "$nginx" "$debian"
    part "disk-$release" "$disk_key" nice -n 10 bash "$here/disk.sh" "$release" "$debian" "$packages"
  fi
  wait "$beside"
  trap - EXIT
  sweep
fi
[[ -e $kernel_part ]] || kernel_part=$older
[[ $kernel_part != "$older" ]] ||
  echo "lab: on Debian 12's kernel, which is five times slower, since Debian's unstable could not be had; it is asked again in a day" >&2
echo "kernel $kernel $kernel_part"
echo "disk $disk/root.ext4"
