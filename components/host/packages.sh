# shellcheck shell=bash
# [packages] NAME [remove-on-destroy]

packages_live() { # names
  local name
  if type -P rpm >/dev/null; then
    while IFS= read -r name; do
      [[ $name == *' '* ]] || LIVE+="packages"$'\t'"$name"$'\n'
    done < <(rpm -q --qf '%{NAME}\n' "$@" 2>/dev/null)
  else
    while IFS= read -r name; do
      LIVE+="packages"$'\t'"$name"$'\n'
    done < <(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii //p')
  fi
}

packages_manager() {
  local name
  for name in dnf yum apt-get; do
    type -P "$name" && return
  done
  fail "no package manager (dnf, yum, apt-get) on this host; wanted packages: $*"
}

packages_set() { # names: the package manager runs only when one is missing
  local manager output name
  manager=$(packages_manager "$@")
  if ! output=$(DEBIAN_FRONTEND=noninteractive "$manager" -y -q install "$@" 2>&1 </dev/null); then
    printf '%s\n' "$output" | tail -n 5 >&2
    fail "package $* could not be installed by ${manager##*/} (its last lines are above); enable the repository that has it"
  fi
  LIVE=""
  packages_live "$@"
  for name in "$@"; do
    [[ $'\n'$LIVE == *$'\n'packages$'\t'"$name"$'\n'* ]] || fail "${manager##*/} says that it installed $name, but it is not there; look at: rpm -q $name"
  done
}

packages_unset() { # names
  local manager output
  manager=$(packages_manager "$@")
  output=$(DEBIAN_FRONTEND=noninteractive "$manager" -y -q remove "$@" 2>&1 </dev/null) || {
    printf '%s\n' "$output" | tail -n 5 >&2
    fail "package $* could not be removed by ${manager##*/} (its last lines are above)"
  }
}
