# shellcheck shell=bash
# What the disks of all hosts have in common. Sourced by their recipes.

# Boot time grows with the number of processes that systemd starts. These units have nothing to do here.
mask_idle_units() { # ROOT
  local unit
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
    ln -sfn /dev/null "$1/etc/systemd/system/$unit"
  done
}

# What tells a host its address, name and keys. The kernel's modules are not on this disk: they are on a disk of the kernel
# (kernel/finish.sh).
enable_lab_host() { # ROOT
  mkdir -p "$1/etc/systemd/system/sysinit.target.wants" "$1/usr/lib/modules"
  ln -sfn ../lab-host.service "$1/etc/systemd/system/sysinit.target.wants/lab-host.service"
  ln -sfn /run/lab/hosts "$1/etc/hosts"
}

add_users() { # ROOT
  local user home
  # The message of the day and the mail check start a dozen processes at every login.
  sed -i '/pam_motd\|pam_mail\|default\/locale/d' "$1/etc/pam.d/sshd" "$1/etc/pam.d/login"
  for user in pulumi nosudo; do
    chroot "$1" useradd --create-home --shell /bin/bash --password '*' "$user"
  done
  for home in root home/pulumi home/nosudo; do
    install -d -m 0700 "$1/$home/.ssh"
    ln -sfn /run/lab/authorized_keys "$1/$home/.ssh/authorized_keys"
  done
  chroot "$1" chown -R pulumi: /home/pulumi
  chroot "$1" chown -R nosudo: /home/nosudo
  chmod 0440 "$1/etc/sudoers.d/pulumi"
}

# The last step: makes a file of the root, which it removes. Each host has a copy-on-write file over it.
make_disk() { # ROOT FILE
  echo 6c61620000000000000000000000face >"$1/etc/machine-id"
  touch "$1/etc/.updated" "$1/var/.updated"
  [[ ! -d $1/etc/selinux/default ]] || bash "$(dirname "${BASH_SOURCE[0]}")/selinux.sh" "$1"
  # The file is sparse, with space for what tests install and write. It has a journal, as on any real host: after a power cut, synced data
  # is there.
  mkfs.ext4 -q -F -L lab -O ^metadata_csum -J size=8 -m 0 -E lazy_itable_init=0 -d "$1" "$2" 2G
  rm -rf --one-file-system "$1"
}
