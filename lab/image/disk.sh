#!/usr/bin/env bash
# Recipe: the hosts' disk: the Debian root changed to look like CentOS (overlay/, and release/RELEASE/overlay/ for files that differ by
# release), and the repository of RPMs. Writes root.ext4 into the given directory. Each host has a copy-on-write file over it. The kernel's
# modules are not on it: they are on a disk of the kernel (kernel/finish.sh).
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
release=$1 debian=$2 packages=$3 out=$4
root=$out/root

cp -a "$debian/root" "$root"
cp -a --no-preserve=ownership "$here/overlay/." "$here/release/$release/overlay/." "$root/"
mkdir -p "$root/usr/lib/modules" "$root/usr/share/lab-packages"
cp -a "$packages/." "$root/usr/share/lab-packages/"

# Removes files that are in an RPM of their own now (packages.sh).
for list in "$root"/usr/share/lab-packages/*.rooted; do
  [[ ! -e $list ]] || (cd "$root" && xargs rm <"$list")
done
rm -f "$root"/usr/share/lab-packages/*.rooted "$root"/usr/lib/systemd/system/nftables.service "$root/etc/nftables.conf"

ln -sf dnf "$root/usr/bin/yum"
# apt's tools would find Debian's packages, under names that CentOS does not have; and CentOS has no apt-get.
rm -f "$root"/usr/bin/{apt,apt-get,apt-cache,apt-mark,apt-key,apt-cdrom,apt-config}

# Boot time grows with the number of processes that systemd starts. These units have nothing to do here.
for unit in getty.target getty-static.service systemd-logind.service systemd-udevd.service \
  systemd-udev-trigger.service systemd-tmpfiles-clean.timer systemd-binfmt.service \
  proc-sys-fs-binfmt_misc.automount systemd-journal-flush.service systemd-update-utmp.service \
  systemd-update-utmp-runlevel.service systemd-random-seed.service systemd-pstore.service \
  systemd-firstboot.service systemd-machine-id-commit.service systemd-repart.service systemd-sysusers.service \
  systemd-ask-password-wall.path systemd-ask-password-console.path systemd-hwdb-update.service \
  systemd-journal-catalog-update.service systemd-remount-fs.service kmod-static-nodes.service \
  systemd-tmpfiles-setup-dev.service dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount \
  sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount e2scrub_reap.service \
  tmp.mount run-lock.mount systemd-tmpfiles-setup-dev-early.service \
  systemd-udevd-control.socket systemd-udevd-kernel.socket selinux-autorelabel-mark.service \
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer; do
  ln -sfn /dev/null "$root/etc/systemd/system/$unit"
done
# This generator checks whether the root is to be labelled again, and starts two processes for that.
mkdir -p "$root/etc/systemd/system-generators"
ln -sfn /dev/null "$root/etc/systemd/system-generators/selinux-autorelabel-generator.sh"
# CentOS starts firewalld and NetworkManager at boot. Here only a machine with CentOS's default services does (overlay/usr/libexec/
# lab-default-services); on another one, a test that needs one of these units starts it.
for unit in firewalld.service nftables.service NetworkManager.service NetworkManager-wait-online.service \
  NetworkManager-dispatcher.service; do
  [[ ! -e $root/usr/lib/systemd/system/$unit ]] || systemctl --root="$root" disable "$unit"
done
mkdir -p "$root/etc/systemd/system/sysinit.target.wants"
ln -sfn ../lab-host.service "$root/etc/systemd/system/sysinit.target.wants/lab-host.service"
ln -sfn /run/lab/hosts "$root/etc/hosts"

# The message of the day and the mail check start a dozen processes at every login.
sed -i '/pam_motd\|pam_mail\|default\/locale/d' "$root/etc/pam.d/sshd" "$root/etc/pam.d/login"
for user in pulumi nosudo; do
  chroot "$root" useradd --create-home --shell /bin/bash --password '*' "$user"
done
for home in root home/pulumi home/nosudo; do
  install -d -m 0700 "$root/$home/.ssh"
  ln -sfn /run/lab/authorized_keys "$root/$home/.ssh/authorized_keys"
done
chroot "$root" chown -R pulumi: /home/pulumi
chroot "$root" chown -R nosudo: /home/nosudo
chmod 0440 "$root/etc/sudoers.d/pulumi"

chroot "$root" rpmdb --initdb
chroot "$root" rpm --install /usr/share/lab-packages/centos-stream-release.rpm
# dnf's data about the repository is kept, or the first dnf of every clean host would compute it again.
chroot "$root" dnf --quiet makecache
chroot "$root" dnf --quiet repoquery --qf '%{name}' >/dev/null
chroot "$root" dnf --quiet list --installed >/dev/null || true
rm -rf "$root"/tmp/* "$root"/var/tmp/* "$root"/var/log/dnf* "$root"/var/log/hawkey*
echo 6c61620000000000000000000000face >"$root/etc/machine-id"
touch "$root/etc/.updated" "$root/var/.updated"
[[ ! -d $root/etc/selinux/default ]] || bash "$here/selinux.sh" "$root"

# The file is sparse, with space for what tests install and write. It has a
# journal, as on any real host: after a power cut, synced data is there.
mkfs.ext4 -q -F -L lab -O ^metadata_csum -J size=8 -m 0 -E lazy_itable_init=0 -d "$root" "$out/root.ext4" 2G
rm -rf --one-file-system "$root"
