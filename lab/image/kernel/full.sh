#!/usr/bin/env bash
# Recipe: a User Mode Linux kernel with the features of CentOS's kernels (nf_tables, NAT, events of processes, SELinux). It is built from
# the source package of Debian's unstable, with full.config on top of the architecture's own defaults.
#
# It must be 6.16 or newer: without seccomp=on a fork takes five times as long.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=../sources.sh
source "$here/../sources.sh"
# shellcheck source=finish.sh
source "$here/finish.sh"
out=$1
work=$out/work
mkdir -p "$work"
cd "$work"
stage() { echo "lab: $SECONDS s: $*"; }
fail() {
  echo "lab: $*" >&2
  exit 1
}

stage "fetching the source"
# The package without a version in its name depends on the newest one.
extract_packages sid "$work/files" linux-source ||
  fail "the full kernel is built from Debian's unstable, which cannot be had; --kernel ready is Debian's own kernel, without firewall and NAT"
archive=$(find files/usr/src -name 'linux-source-*.tar.xz')
[[ -f $archive ]] || fail "one linux-source-VERSION.tar.xz was expected of Debian's unstable, and this was found: ${archive:-nothing}"
name=$(basename "$archive" .tar.xz)

stage "unpacking $name"
# Leaves out most of the 90,000 files that this kernel neither compiles nor reads while it is configured: 0.5 instead of 1.8 GB.
unused=()
for folder in accel clk gpu hwmon iio infiniband media net/ethernet net/wireless pinctrl platform/x86 scsi soc staging usb video; do
  unused+=("--exclude=*/drivers/$folder/*.[ch]")
done
for architecture in alpha arc arm arm64 csky hexagon loongarch m68k microblaze mips nios2 openrisc parisc powerpc riscv s390 sh sparc xtensa; do
  unused+=("--exclude=*/arch/$architecture/*.[chS]")
done
unused+=("--exclude=*/boot/dts" "--exclude=*/Documentation/*/*" "--exclude=*/sound/*.[ch]" "--exclude=*/samples/*.[ch]" "--exclude=*/tools/testing" "--exclude=*/tools/perf")
tar -xJf "$archive" --strip-components=1 --one-top-level=source "${unused[@]}"
rm -rf --one-file-system files

stage "configuring"
make=(make -s -C source ARCH=um SUBARCH=x86_64 "O=$work/built")
"${make[@]}" x86_64_defconfig
ARCH=um SUBARCH=x86_64 bash source/scripts/kconfig/merge_config.sh -m -O built built/.config "$here/full.config" >/dev/null
"${make[@]}" olddefconfig
# Without this check, an option that a newer kernel has renamed would be missing in the first test that needs it.
missing=$(grep -E '^CONFIG_' "$here/full.config" | grep -vxFf built/.config || true)
[[ -z $missing ]] || fail "$name does not take these lines of lab/image/kernel/full.config; see what they are called there now:"$'\n'"$missing"

stage "building"
"${make[@]}" "-j$(nproc)" all
version=$("${make[@]}" kernelrelease)
"${make[@]}" "INSTALL_MOD_PATH=$work/installed" INSTALL_MOD_STRIP=1 DEPMOD=true modules_install
rm -f "$work/installed/lib/modules/$version/"{build,source}
strip -o "$out/linux" built/linux
finish_kernel "$out" "$work/installed/lib/modules/$version"
echo seccomp=on >"$out/arguments"
stage "done"
cd /
rm -rf --one-file-system "$work"
