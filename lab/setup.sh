#!/usr/bin/env bash
# Installs everything that the lab, its tests and the package's own build need on a Debian or Ubuntu machine with nothing but Node.js. If
# nothing is missing, it takes a moment and changes nothing.
#
#   setup.sh               the machine's packages, node_modules, bin/
#     --quiet              prints only errors
#     --no-build           without bin/, which the lab itself does not need
#     --image[=RELEASE]    and the hosts' kernel and disk for a release of CentOS (9); prints where they are
#     --kernel=KERNEL      full (built once, ten minutes), ready (Debian's own) or any: full if it has been built (any)
#     --pulumi             and the Pulumi CLI if the machine has none; prints where it is
#     --yaml               the same, with the language host for programs in YAML
set -euo pipefail
root=$(dirname "$(dirname "$(readlink -f "$0")")")
# shellcheck source=machine.sh
source "$root/lab/machine.sh"

quiet='' build=yes image='' release=9 kernel=any pulumi=()
for argument in "$@"; do
  case $argument in
    --quiet) quiet=yes ;;
    --no-build) build='' ;;
    --image) image=yes ;;
    --image=*) image=yes release=${argument#*=} ;;
    --kernel=*) kernel=${argument#*=} ;;
    --pulumi) ((${#pulumi[@]} > 0)) || pulumi=("$root/lab/pulumi/provide.sh") ;;
    --yaml) pulumi=("$root/lab/pulumi/provide.sh" --yaml) ;;
    *)
      echo "setup: $argument is not known; there are --quiet, --no-build, --image[=RELEASE], --kernel=KERNEL, --pulumi and --yaml" >&2
      exit 2
      ;;
  esac
done

say() { [[ -n $quiet ]] || echo "setup: $*" >&2; }
fail() {
  echo "setup: $*" >&2
  exit 1
}

# One program of each Debian package that is needed. Programs in the system's folders are found, too.
PATH=$PATH:/usr/sbin:/sbin
declare -A package_of=([mmdebstrap]=mmdebstrap [patchelf]=patchelf ["mkfs.ext4"]=e2fsprogs [ip]=iproute2
  [ethtool]=ethtool [arping]=iputils-arping [ping]=iputils-ping [tcpdump]=tcpdump [curl]=curl [socat]=socat [ssh]=openssh-client
  ["ssh-keygen"]=openssh-client [createrepo_c]="createrepo-c" [rpmbuild]=rpm [strip]=binutils [depmod]=kmod
  [shellcheck]=shellcheck [shfmt]=shfmt [nsenter]=util-linux [gawk]=gawk [mawk]=mawk [busybox]=busybox [ab]=apache2-utils)

# The same for the packages that build the full kernel, if it must be built.
compiles=''
declare -A compiler_package_of=([gcc]=gcc [make]=make [flex]=flex [bison]=bison [bc]=bc [xz]=xz-utils)

missing_packages() {
  local program
  for program in "${!package_of[@]}"; do
    command -v "$program" >/dev/null || echo "${package_of[$program]}"
  done
  # Without it an Ubuntu machine cannot verify Debian's packages.
  [[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] || echo debian-archive-keyring
  # gcc itself runs without it, but the programs that it compiles need it.
  [[ -z $compiles || -e /usr/include/stdio.h ]] || echo libc6-dev
}

install_packages() {
  local log=/run/pulumi-lvs-lab-apt.log packages
  mapfile -t packages < <(missing_packages | sort -u)
  [[ ${#packages[@]} -gt 0 ]] || return 0
  command -v apt-get >/dev/null ||
    fail "missing on this machine: ${packages[*]}. They are installed by apt-get, which is not here: use Debian or Ubuntu, or install them yourself."
  [[ $EUID -eq 0 ]] || fail "missing on this machine: ${packages[*]}. Run it once as root, or: sudo apt-get install ${packages[*]}"
  say "installing ${packages[*]}"
  apt_install "${packages[@]}" >"$log" 2>&1 || {
    tail -n 5 "$log" >&2
    fail "apt-get could not install ${packages[*]}; the whole log is $log"
  }
}

# Whether node_modules has the versions in package-lock.json: by time, and if the time differs, by content.
modules_current() {
  local installed=$root/node_modules/.package-lock.json
  [[ -e $installed && -x $root/node_modules/.bin/tsx ]] || return 1
  [[ $root/package-lock.json -nt $installed ]] || return 0
  node -e '
    const [wanted, found] = process.argv.slice(1).map((file) => JSON.parse(require("fs").readFileSync(file, "utf8")).packages);
    const differs = ([path, { version, optional }]) => path !== "" && (found[path] ? found[path].version !== version : !optional);
    process.exit(Object.entries(wanted).some(differs) ? 1 : 0);
  ' "$root/package-lock.json" "$installed" && touch "$installed"
}

build_current() {
  [[ -n $build ]] || return 0
  [[ -e $root/bin/index.js && -e $root/bin/.built ]] &&
    [[ -z $(cd "$root" && find index.ts components scripts/build.mjs tsconfig.json tsconfig.build.json -newer bin/.built -print -quit) ]]
}

# The releases of Node.js for which tests and checks are written.
check_node() {
  local version
  version=$(node --version 2>/dev/null) || fail "Node.js is needed, 20.19 or a later 20, or 22.12 or later, and no node was found"
  version=${version#v}
  at_least "$version" 22.12 || { at_least "$version" 20.19 && ! at_least "$version" 21; } ||
    fail "Node.js is needed, 20.19 or a later 20, or 22.12 or later; this one, $(type -P node), is of version $version"
}

prepare_package() {
  check_node
  if modules_current && build_current; then return 0; fi
  # If several scripts run at once (tests, a demo), one of them does it.
  exec 9<"$root/package.json"
  flock 9
  if ! modules_current; then
    say "npm ci"
    (cd "$root" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2) || fail "npm ci failed in $root"
  fi
  if ! build_current; then
    say "building bin/"
    local log began
    began=$(date +%s.%N)
    log=$(cd "$root" && node scripts/build.mjs 2>&1) || {
      echo "$log" >&2
      fail "the package does not compile (npm run build)"
    }
    # Files that are edited during the build must be newer than it.
    touch -d "@$began" "$root/bin/.built"
  fi
  exec 9<&-
}

prepare_image() {
  [[ $(uname -m) == x86_64 ]] || fail "the lab's hosts need an x86_64 machine; this one is $(uname -m)"
  [[ $EUID -eq 0 ]] || fail "the lab needs root (network namespaces and taps): run it as root"
  [[ -c /dev/net/tun ]] || fail "/dev/net/tun is missing: modprobe tun, or give the container that device"
  local parts program
  parts=$(bash "$root/lab/image/build.sh" --missing "$release" "$kernel")
  if grep -qx kernel-full <<<"$parts"; then
    compiles=yes
    for program in "${!compiler_package_of[@]}"; do
      package_of[$program]=${compiler_package_of[$program]}
    done
  fi
}

if [[ -n $image ]]; then prepare_image; fi
install_packages

# These run at the same time: one waits for the network while another compiles.
# Each is a process group of its own, which ends with this script.
groups=()
beside() { # command...
  set -m
  "$@" &
  groups+=($!)
  set +m
}
end_groups() {
  local group
  for group in ${groups[@]+"${groups[@]}"}; do kill -TERM -- "-$group" 2>/dev/null || :; done
}
trap end_groups EXIT
trap 'exit 129' HUP
trap 'exit 143' TERM
((${#pulumi[@]} == 0)) || beside bash "${pulumi[@]}" --compile-only
[[ -z $image ]] || beside bash "$root/lab/image/build.sh" "$release" "$kernel"
beside prepare_package
# The last one is the shortest, and usually the first to fail.
for ((i = ${#groups[@]} - 1; i >= 0; i--)); do wait "${groups[i]}"; done
if ((${#pulumi[@]} > 0)); then
  beside bash "${pulumi[@]}"
  wait "${groups[-1]}"
fi
trap - EXIT
