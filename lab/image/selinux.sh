#!/usr/bin/env bash
# Part of the disk's recipe: installs a policy of SELinux in the given root and labels every file there, so that a machine can boot in
# enforcing mode. A machine that boots without SELinux is not affected.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
root=$1

cp "$here/selinux.cil" "$root/tmp/lab.cil"
chroot "$root" semodule -n -i /tmp/lab.cil
rm "$root/tmp/lab.cil"

# rpm labels files that it installs only if it finds this plugin in CentOS's folder.
plugin=$(cd "$root" && find usr/lib/x86_64-linux-gnu/rpm-plugins -name selinux.so)
mkdir -p "$root/usr/lib64/rpm-plugins"
ln -sf "/$plugin" "$root/usr/lib64/rpm-plugins/selinux.so"

# setfiles sets labels through /proc/self/fd, so /proc is mounted in a namespace of its own.
# shellcheck disable=SC2016 # $1 is the inner bash's
unshare --mount bash -c 'mount -t proc proc "$1/proc" && exec chroot "$1" setfiles -F /etc/selinux/default/contexts/files/file_contexts /' bash "$root"
