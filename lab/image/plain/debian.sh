#!/usr/bin/env bash
# Recipe: the root of a plain Debian suite; and the packages of the repository that its hosts have on their own disk, which the root itself
# must not have. Writes root/ and debs/ into the given directory.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=../sources.sh
source "$here/../sources.sh"
suite=$1 out=$2

# What a server has after its installation, as far as something here could notice it. The lab's own tests run programs of Python on it.
base=(systemd systemd-sysv dbus openssh-server iproute2 kmod procps sudo curl less nftables netbase iputils-ping iputils-arping tcpdump
  ethtool ca-certificates python3 openssl)
for_hosts=(ipvsadm keepalived nginx apache2 conntrack)

mkdir -p "$out/debs"
include=$(IFS=, && echo "${base[*]}")
# shellcheck disable=SC2016 # the hooks' own $1
arguments=(--variant=minbase "--include=$include"
  # apt finds the further packages that these need and the root lacks.
  '--customize-hook=rm -f "$1"/var/cache/apt/archives/*.deb'
  "--customize-hook=APT_CONFIG=\"\$MMDEBSTRAP_APT_CONFIG\" apt-get --yes -q --no-install-recommends --download-only install ${for_hosts[*]} >&2"
  "--customize-hook=mv \"\$1\"/var/cache/apt/archives/*.deb '$out/debs/'"
  "$suite" "$out/root")
sources=$(debian_sources "$suite")
if [[ -n $sources ]]; then
  "${MMDEBSTRAP[@]}" "${arguments[@]}" - <<<"$sources"
else
  "${MMDEBSTRAP[@]}" "${arguments[@]}"
fi
rm -rf --one-file-system "$out/root/var/lib/apt/lists" "$out"/root/etc/ssh/ssh_host_* "$out"/root/etc/apt/sources.list{,.d/*}
