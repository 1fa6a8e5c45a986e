# shellcheck shell=bash
# Checks of the machine on which the lab's scripts run: versions, free space, Debian's packages. Sourced by these scripts.

at_least() { # VERSION MINIMUM
  [[ $(printf '%s\n' "$1" "$2" | sort -V | head -n 1) == "$2" ]]
}

# MEGABYTES FOLDER WHAT: fails with a message if FOLDER has less free space than WHAT needs.
free_enough() {
  local free
  free=$(($(df --output=avail -k "$2" | tail -n 1) / 1024))
  ((free > $1)) || {
    echo "lab: $3 takes $1 MB, and only $free MB are free in $2: make room, or name another place in PULUMI_LVS_LAB_CACHE" >&2
    return 1
  }
}

# Installs those of the Debian packages that are missing. apt-get's output is on standard output.
apt_install() {
  local lock package absent=()
  # Another script may install as well. apt-get waits for the lock of the installation, but not for that of the lists.
  exec {lock}>/run/pulumi-lvs-lab-apt.lock || return 1
  flock "$lock"
  for package; do
    [[ $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) == 'install ok installed' ]] || absent+=("$package")
  done
  if ((${#absent[@]} > 0)); then
    apt-get -q -o DPkg::Lock::Timeout=300 update &&
      DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends install "${absent[@]}"
  fi
  local status=$?
  exec {lock}>&-
  return "$status"
}
