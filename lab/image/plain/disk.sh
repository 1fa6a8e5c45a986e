#!/usr/bin/env bash
# Recipe: the disk of plain Debian hosts: the Debian root with what the lab needs (../overlay/), and a repository of packages on the disk
# itself (overlay/), from which apt-get installs. Writes root.ext4 into the given directory.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=../root.sh
source "$here/../root.sh"
debian=$1 out=$2
root=$out/root

cp -a "$debian/root" "$root"
cp -a --no-preserve=ownership "$here/../overlay/." "$here/overlay/." "$root/"
repository=$root/usr/share/lab-packages
mkdir -p "$repository"
cp "$debian"/debs/*.deb "$repository/"
# The index of a repository; apt needs no more of one that it is told to trust.
for deb in "$repository"/*.deb; do
  dpkg-deb --field "$deb"
  echo "Filename: ./${deb##*/}"
  echo "Size: $(stat -c %s "$deb")"
  echo "SHA256: $(sha256sum <"$deb" | cut -d' ' -f1)"
  echo
done >"$repository/Packages"

mask_idle_units "$root"
enable_lab_host "$root"
add_users "$root"
chroot "$root" apt-get -q update
rm -rf "$root"/tmp/* "$root"/var/tmp/* "$root"/var/log/apt "$root"/var/log/dpkg.log
make_disk "$root" "$out/root.ext4"
