#!/usr/bin/env bash
# Recipe: the root of a Debian suite with the programs of a minimal CentOS; and the packages from which the lab's RPMs are made, which the
# root itself must not have. Writes root/ and debs/ into the given directory.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=sources.sh
source "$here/sources.sh"
suite=$1 kernel=$3 out=$4
read -ra nginx <<<"$2"

base=(systemd systemd-sysv dbus openssh-server iproute2 kmod procps gawk sudo dnf rpm curl less
  iputils-ping iputils-arping tcpdump ethtool ca-certificates
  # CentOS has a merged /usr; Debian 11 has it with this package.
  usrmerge)
# CentOS's firewall, its NetworkManager and SELinux. The lab's machines do not start them by themselves (disk.sh). They double the time of
# this step. So a lab on the ready kernel, which lacks half of the features that they need, does not have them.
[[ $kernel != full ]] || base+=(firewalld nftables iptables ipset netbase network-manager udev
  selinux-policy-default policycoreutils selinux-utils policycoreutils-python-utils)
for_rpms=(ipvsadm keepalived "${nginx[@]}" apache2-bin conntrack)

mkdir -p "$out/debs"
include=$(IFS=, && echo "${base[*]}")
# shellcheck disable=SC2016 # the hooks' own $1
arguments=(--variant=minbase "--include=$include"
  # apt finds the further packages that the RPMs need and the root lacks.
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
