#!/usr/bin/env bash
# Recipe: the User Mode Linux kernel and its modules, into the directory given.
#
# Debian's unstable has the quick one (7.x, seccomp mode: a fork takes 20 ms); it needs a newer C library than a
# Debian 12 machine has, so it is taken together with its own. Where unstable cannot be had, Debian 12's own
# package (6.1) does, five times slower.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=sources.sh
source "$here/sources.sh"
out=$1

extract() {
  local sources
  sources=$(debian_sources "$1")
  rm -rf "$out/files"
  if [[ -n $sources ]]; then
    "${MMDEBSTRAP[@]}" --variant=extract --include=user-mode-linux,libc6 "$1" "$out/files" - <<<"$sources"
  else
    "${MMDEBSTRAP[@]}" --variant=extract --include=user-mode-linux,libc6 "$1" "$out/files"
  fi
}

if extract sid; then
  echo seccomp=on >"$out/arguments"
else
  echo "lab: Debian's unstable cannot be had; using Debian 12's own, slower kernel" >&2
  extract bookworm
  : >"$out/arguments"
fi

# Patched rather than started through ld.so: the kernel re-executes itself by /proc/self/exe.
cp "$out/files/usr/bin/linux.uml" "$out/linux"
interpreter=$(find "$out/files" -path '*x86_64-linux-gnu/ld-linux-x86-64.so.2' -print -quit)
libraries=$(find "$out/files" -type d -name x86_64-linux-gnu | grep -E '/lib/x86_64-linux-gnu$' | paste -sd:)
[[ -n $interpreter ]] || { echo "lab: the kernel's C library was not found in $out/files" >&2 && exit 1; }
# The directory is renamed once it is whole, so the paths must already be the later ones.
patchelf --set-interpreter "${interpreter/#"$out"/"$2"}" --set-rpath "${libraries//"$out"/"$2"}" "$out/linux"

# A restarting host executes its own first argument again, and keeps what it had open: its network tap, which it
# can then not open a second time. So the first argument is this.
cat >"$out/host" <<'END'
#!/bin/bash
for descriptor in /proc/$$/fd/*; do
  descriptor=${descriptor##*/}
  ((descriptor <= 2)) || eval "exec $descriptor>&-"
done
exec -a "$0" "${0%/*}/linux" "$@"
END
chmod +x "$out/host"

modules=$(find "$out/files/usr/lib/uml/modules" -mindepth 1 -maxdepth 1 -type d)
basename "$modules" >"$out/version"
mkdir -p "$out/modules"
mv "$modules" "$out/modules/"
find "$out/modules" -name '*.ko' -exec strip --strip-debug {} +
find "$out/files" -mindepth 1 -maxdepth 1 ! -name usr ! -name lib ! -name lib64 -exec rm -rf {} +
