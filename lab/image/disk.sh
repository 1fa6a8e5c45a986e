#!/usr/bin/env bash
# Recipe: the hosts' disk: the Debian root changed to look like CentOS (overlay/, centos/overlay/, and release/RELEASE/overlay/ for files that
# differ by release), and the repository of RPMs. Writes root.ext4 into the given directory.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=root.sh
source "$here/root.sh"
release=$1 debian=$2 packages=$3 out=$4
root=$out/root

cp -a "$debian/root" "$root"
cp -a --no-preserve=ownership "$here/overlay/." "$here/centos/overlay/." "$here/release/$release/overlay/." "$root/"
mkdir -p "$root/usr/share/lab-packages"
cp -a "$packages/." "$root/usr/share/lab-packages/"

# Removes files that are in an RPM of their own now (packages.sh).
for list in "$root"/usr/share/lab-packages/*.rooted; do
  [[ ! -e $list ]] || (cd "$root" && xargs rm <"$list")
done
rm -f "$root"/usr/share/lab-packages/*.rooted "$root"/usr/lib/systemd/system/nftables.service "$root/etc/nftables.conf"

ln -sf dnf "$root/usr/bin/yum"
# apt's tools would find Debian's packages, under names that CentOS does not have; and CentOS has no apt-get.
rm -f "$root"/usr/bin/{apt,apt-get,apt-cache,apt-mark,apt-key,apt-cdrom,apt-config}

mask_idle_units "$root"
# This generator checks whether the root is to be labelled again, and starts two processes for that.
mkdir -p "$root/etc/systemd/system-generators"
ln -sfn /dev/null "$root/etc/systemd/system-generators/selinux-autorelabel-generator.sh"
# CentOS starts firewalld and NetworkManager at boot. Here only a machine with CentOS's default services does (centos/overlay/usr/libexec/
# lab-default-services); on another one, a test that needs one of these units starts it.
for unit in firewalld.service nftables.service NetworkManager.service NetworkManager-wait-online.service \
  NetworkManager-dispatcher.service; do
  [[ ! -e $root/usr/lib/systemd/system/$unit ]] || systemctl --root="$root" disable "$unit"
done
enable_lab_host "$root"
add_users "$root"

chroot "$root" rpmdb --initdb
chroot "$root" rpm --install /usr/share/lab-packages/centos-stream-release.rpm
# dnf's data about the repository is kept, or the first dnf of every clean host would compute it again.
chroot "$root" dnf --quiet makecache
chroot "$root" dnf --quiet repoquery --qf '%{name}' >/dev/null
chroot "$root" dnf --quiet list --installed >/dev/null || true
rm -rf "$root"/tmp/* "$root"/var/tmp/* "$root"/var/log/dnf* "$root"/var/log/hawkey*
make_disk "$root" "$out/root.ext4"
