#!/usr/bin/env bash
# Recipe: the User Mode Linux kernel of a Debian suite, which takes seconds to get. It has no nf_tables (except for bridges), no NAT, no
# events of processes, and no scheduler twos. The full kernel (full.sh) has them.
#
# The kernel of Debian's unstable is quick (7.x, seccomp mode: a fork takes 5 ms). It needs a newer C library than Debian 12 has, so it is
# installed together with its own. Debian 12's kernel (6.1) is five times slower.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=../sources.sh
source "$here/../sources.sh"
# shellcheck source=finish.sh
source "$here/finish.sh"
suite=$1 out=$2 final=$3

extract_packages "$suite" "$out/files" user-mode-linux,libc6
if [[ $suite == sid ]]; then echo seccomp=on; fi >"$out/arguments"

# Patched rather than started through ld.so: the kernel re-executes itself by /proc/self/exe.
cp "$out/files/usr/bin/linux.uml" "$out/linux"
interpreter=$(find "$out/files" -path '*x86_64-linux-gnu/ld-linux-x86-64.so.2' -print -quit)
libraries=$(find "$out/files" -type d -name x86_64-linux-gnu | grep -E '/lib/x86_64-linux-gnu$' | paste -sd:)
[[ -n $interpreter ]] || { echo "lab: the kernel's C library was not found in $out/files" >&2 && exit 1; }
# The directory is renamed when it is whole, so the paths must already be the final ones.
patchelf --set-interpreter "${interpreter/#"$out"/"$final"}" --set-rpath "${libraries//"$out"/"$final"}" "$out/linux"

modules=$(find "$out/files/usr/lib/uml/modules" -mindepth 1 -maxdepth 1 -type d)
find "$modules" -name '*.ko' -exec strip --strip-debug {} +
finish_kernel "$out" "$modules"
find "$out/files" -mindepth 1 -maxdepth 1 ! -name usr ! -name lib ! -name lib64 -exec rm -rf --one-file-system {} +
