#!/usr/bin/env bash
# Part of the disk's recipe: gives the root that is given a policy of SELinux and every file of it its label, so that a
# machine may boot enforcing. A machine that boots without SELinux does not notice.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
root=$1

cp "$here/selinux.cil" "$root/tmp/lab.cil"
chroot "$root" semodule -n -i /tmp/lab.cil
rm "$root/tmp/lab.cil"

# rpm gives no label to what it installs unless it finds this plugin where CentOS has it.
plugin=$(cd "$root" && find usr/lib/x86_64-linux-gnu/rpm-plugins -name selinux.so)
mkdir -p "$root/usr/lib64/rpm-plugins"
ln -sf "/$plugin" "$root/usr/lib64/rpm-plugins/selinux.so"

# A process of its own for the mount, since setfiles sets labels through /proc/self/fd.
# shellcheck disable=SC2016 # $1 is the inner bash's
unshare --mount bash -c 'mount -t proc proc "$1/proc" && exec chroot "$1" setfiles -F /etc/selinux/default/contexts/files/file_contexts /' bash "$root"
