# shellcheck shell=bash
# Where Debian's packages are downloaded from: the mirror of this machine's apt, or mmdebstrap's default if the machine is no Debian.
# Sourced by the recipes.

# In a mount namespace of its own: mmdebstrap mounts the machine's own /dev/shm in the new root, and does not unmount it if it is killed. To
# delete that root would then delete the files in the machine's /dev/shm.
# shellcheck disable=SC2034 # used by the recipes
MMDEBSTRAP=(unshare --mount --propagation private mmdebstrap --quiet --skip=check/empty
  # A frozen mirror has an old index. Its packages are signed all the same.
  '--aptopt=Acquire::Check-Valid-Until "false"'
  '--dpkgopt=path-exclude=/usr/share/doc/*' '--dpkgopt=path-exclude=/usr/share/man/*'
  '--dpkgopt=path-exclude=/usr/share/locale/*' '--dpkgopt=path-exclude=/usr/share/info/*')

# Prints the sources of a Debian suite, one line each; nothing if this machine's apt has no Debian mirror. A Debian mirror is recognized by
# the origin in its index, whatever its address: other distributions have suites called stable or bookworm, too.
debian_sources() {
  local suite=$1 uri release component origin
  # shellcheck disable=SC2016 # $(…) is apt's, which leaves what it does not know as it is
  apt-get indextargets --format '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)' 'Created-By: Packages' |
    while IFS='|' read -r uri release component origin; do
      [[ $component == main ]] || continue
      case $origin in
        Debian) ;;
        # An index without a Release file does not name its origin, so the address decides.
        '$(ORIGIN)') [[ $uri =~ /debian(-security)?/?$ ]] || continue ;;
        *) continue ;;
      esac
      case $release in
        bookworm | trixie | forky | sid | stable | testing | unstable)
          echo "deb $uri $suite main"
          ;;
        bookworm-security | trixie-security | forky-security | stable-security)
          [[ $suite == sid ]] || echo "deb $uri $suite-security main"
          ;;
      esac
    done | sort -u
}

# Unpacks packages of a Debian suite, with their dependencies, into a directory.
extract_packages() { # SUITE DIRECTORY PACKAGE,…
  local sources
  sources=$(debian_sources "$1")
  rm -rf --one-file-system "$2"
  if [[ -n $sources ]]; then
    "${MMDEBSTRAP[@]}" --variant=extract "--include=$3" "$1" "$2" - <<<"$sources"
  else
    "${MMDEBSTRAP[@]}" --variant=extract "--include=$3" "$1" "$2"
  fi
}
