#!/usr/bin/env bash
# Recipe: the root of a Debian suite with what a minimal CentOS has, and beside it the packages that the lab's RPMs
# are made of, which the root itself must not have. Into the directory given: root/ and debs/.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=sources.sh
source "$here/sources.sh"
suite=$1 kernel=$3 out=$4
read -ra nginx <<<"$2"

base=(systemd systemd-sysv dbus openssh-server iproute2 kmod procps gawk sudo dnf rpm curl less
  iputils-ping iputils-arping tcpdump ethtool ca-certificates
  # CentOS has one /usr; Debian 11 has it for the asking.
  usrmerge)
# Its firewall, its manager of networks and SELinux, none of which the lab's machines start by themselves (disk.sh). They double the
# time that this takes, so a first look on the ready kernel, which lacks half of what they need, does without them.
[[ $kernel != full ]] || base+=(firewalld nftables iptables ipset netbase network-manager udev
  selinux-policy-default policycoreutils selinux-utils policycoreutils-python-utils)
for_rpms=(ipvsadm keepalived "${nginx[@]}" apache2-bin conntrack)

mkdir -p "$out/debs"
include=$(IFS=, && echo "${base[*]}")
# shellcheck disable=SC2016 # the hooks' own $1
arguments=(--variant=minbase "--include=$include"
  # Which packages come with the RPMs' ones is apt's to find: whatever the root lacks.
  '--customize-hook=rm -f "$1"/var/cache/apt/archives/*.deb'
  "--customize-hook=APT_CONFIG=\"\$MMDEBSTRAP_APT_CONFIG\" apt-get --yes -q --no-install-recommends --download-only install ${for_rpms[*]} >&2"
  "--customize-hook=mv \"\$1\"/var/cache/apt/archives/*.deb '$out/debs/'"
  # CentOS has gawk alone and its sh is bash.
  '--customize-hook=chroot "$1" dpkg --purge --force-depends mawk >&2 && ln -sf bash "$1/usr/bin/sh"'
  "$suite" "$out/root")
sources=$(debian_sources "$suite")
if [[ -n $sources ]]; then
  "${MMDEBSTRAP[@]}" "${arguments[@]}" - <<<"$sources"
else
  "${MMDEBSTRAP[@]}" "${arguments[@]}"
fi
rm -rf --one-file-system "$out/root/var/lib/apt/lists" "$out"/root/etc/ssh/ssh_host_* "$out/root/etc/apt/sources.list"
