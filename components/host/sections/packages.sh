# shellcheck shell=bash disable=SC2034,SC2015 # variables shared between the parts
# [packages] NAME [remove-on-destroy]

packages_live() { # names
  local name said
  if packages_are_rpms; then
    # (rpm reports on standard output which packages are not installed, and errors on standard error.)
    lines_of "$(exec rpm -q --qf '%{NAME}\n' "$@" 2>&1)"
    ((${#LINES_OF[@]} >= $#)) || fail "rpm does not say which packages are installed; try it by hand: rpm -q $*"
    for name in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
      [[ $name != error:* ]] || fail "rpm cannot say which packages are installed: $name; try it by hand: rpm -q $*; if its database is damaged, build it again: rpm --rebuilddb"
      [[ $name == *' '* ]] || LIVE+="packages"$'\t'"$name"$'\n'
    done
  else
    # (Status 1: dpkg-query does not know one of the packages.)
    said=$(exec dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null) || (($? == 1)) ||
      fail "dpkg does not say which packages are installed; try it by hand: dpkg-query -W $*"
    lines_of "$said"
    for name in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
      [[ $name != 'ii '* ]] || LIVE+="packages"$'\t'"${name#ii }"$'\n'
    done
  fi
}

# Whether rpm keeps the list of packages. (A host of Debian may have the program rpm as well.)
packages_are_rpms() {
  if [[ -n $SYSTEM ]]; then [[ ${SYSTEM_MANAGER[$SYSTEM]} != apt-get ]]; else type -P rpm >/dev/null; fi
}

packages_set() { # names, of which one is missing
  local LIVE="" said="" units=()
  local manager name before
  manager=$(packages_manager "$@")
  if packages_are_ours "$@"; then
    before=$(packages_all) || packages_fail_listing
    write_atomically "$STATE/packages-before" "$before"$'\n'
    durable "$STATE"
  fi
  packages_are_rpms || packages_units_to_come
  packages_install "$manager" "$@" || packages_fail_installing "${manager##*/}" "$*"
  packages_note_brought
  KEEPALIVED_RELEASE="" # an installation may have replaced it by another release
  packages_live "$@"
  # (yum ends with status 0 if it has installed only some of them.)
  for name in "$@"; do
    [[ $'\n'$LIVE == *$'\n'packages$'\t'"$name"$'\n'* ]] || packages_fail_installing "${manager##*/}" "$name"
  done
  # Debian starts what it installs, and at each boot. Here the units are to be as they are on the other releases, so that their origin is
  # that nobody has started them.
  ((${#units[@]} == 0)) || systemctl -q disable --now -- "${units[@]}" 2>/dev/null || :
}

packages_all() {
  if packages_are_rpms; then
    # (Without the keys of repositories, which are no packages.)
    rpm -qa --qf '%{NAME}\n' | grep -vx gpg-pubkey
  else
    dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' | sed -n 's/^ii //p'
  fi | sort -u
}

packages_fail_listing() {
  fail "the packages of this host cannot be listed (the reason is above); try it by hand: rpm -qa, or dpkg-query -W"
}

# Whether one of these packages was not there before us.
packages_are_ours() { # names
  local lines=("${@/#/$'packages\t'}")
  file_has "$STATE/origins" "${lines[@]/%/$'\t-'}"
}

# After an installation, also one in which a run was killed: records the packages that were installed along with the wanted ones. They are
# removed with the last wanted package.
packages_note_brought() {
  local brought before now wanted
  [[ -e $STATE/packages-before ]] || return 0
  PACKAGES_KILLED=yes # (An installation of this run has ended by now.)
  # (Each command stands alone: in a list, one that fails would count as one that prints nothing, and all packages would count as brought.)
  before=$(<"$STATE/packages-before")
  [[ -n $before ]] || fail "$STATE/packages-before is empty, so it is not known which packages were installed along with the wanted ones; remove that file: these packages then stay"
  wanted=$(packages_wanted) || packages_fail_listing
  before=$(printf '%s\n' "$before" "$wanted" | sort -u) || packages_fail_listing
  now=$(packages_all) || packages_fail_listing
  brought=$(comm -13 /dev/fd/3 - 3<<<"$before" <<<"$now") || packages_fail_listing
  if [[ -n $brought ]]; then
    file_text "$STATE/brought"
    brought=$(printf '%s\n' "$REPLY$brought" | sort -u) || packages_fail_listing
    write_atomically "$STATE/brought" "$brought"$'\n'
  fi
  rm -f "$STATE/packages-before"
}

# The packages that this owner declares now, or another one claims.
packages_wanted() {
  local folder
  {
    printf '%s' "$PLAIN"
    for folder in "$STATE"/owners/*/; do
      [[ ${folder%/} == "$MINE" ]] || cat -- /dev/null "$folder"{claims,pending} 2>/dev/null || :
    done
  } | awk -F '\t' '$1 == "packages" { sub(/ .*/, "", $2); print $2 }'
}

KEEPALIVED_RELEASE="" # empty until it is known

packages_keepalived_release() { # -> REPLY and KEEPALIVED_RELEASE, empty where it is not installed
  REPLY=$KEEPALIVED_RELEASE
  [[ -z $REPLY ]] || return 0
  type -P keepalived >/dev/null || return 0
  [[ $(exec keepalived --version 2>&1) =~ Keepalived\ v([0-9]+\.[0-9]+\.[0-9]+) ]] || return 0
  REPLY=${BASH_REMATCH[1]} KEEPALIVED_RELEASE=${BASH_REMATCH[1]}
}

PACKAGES_STAY="" # the packages that were to be removed and that others need, one a line
PACKAGES_GONE="" # whether a package was removed

# A package stays if others depend on it by now.
packages_unset() { # names
  local name output brought
  local -A said=()
  packages_remove_all "$@"
  for name in "$@"; do
    [[ -n ${said[$name]-} ]] || continue
    output=$(packages_dependents <<<"${said[$name]}")
    [[ -n $output ]] || {
      printf '%s\n' "${said[$name]}" | tail -n 5 >&2
      fail "package $name could not be removed (the last lines are above)"
    }
    note "package $name stays: $output"
    PACKAGES_STAY+=$name$'\n'
  done
  [[ -e $STATE/brought && -z $PACKAGES_STAY ]] && packages_last "$@" || return 0
  mapfile -t brought < <(packages_not_chosen)
  said=()
  packages_remove_all ${brought[@]+"${brought[@]}"}
  rm -f "$STATE/brought"
}

# Whether no package except these is wanted on this host any more.
packages_last() { # names
  [[ -z $(comm -13 <(printf '%s\n' "$@" | sort -u) <(packages_wanted | sort -u)) ]]
}

# The packages that were installed along with others, without those that somebody has asked for since.
packages_not_chosen() {
  local chosen
  if packages_are_rpms && type -P dnf >/dev/null; then
    # (-C: the repositories are not needed, and may be out of reach.)
    chosen=$(dnf -q -C repoquery --userinstalled --qf '%{name}\n' 2>/dev/null) ||
      chosen=$(dnf -q repoquery --userinstalled --qf '%{name}\n' 2>/dev/null) || return 0
  elif ! packages_are_rpms && type -P apt-mark >/dev/null; then
    chosen=$(apt-mark showmanual 2>/dev/null) || return 0
  else
    return 0
  fi
  grep -Fvx -f <(printf '%s\n' "$chosen" '') "$STATE/brought" || :
}

# Removes packages one by one, and repeats this as long as one more can be removed:
# they may need each other. `said` has the errors of those that stay.
packages_remove_all() { # names; said is the caller's
  local name output left=("$@") next=() tried=-1
  while ((${#left[@]} != tried && ${#left[@]} > 0)); do
    tried=${#left[@]} next=()
    for name in "${left[@]}"; do
      unset "said[$name]"
      packages_have "$name" || continue
      if output=$(packages_remove "$name"); then
        PACKAGES_GONE=yes
      else
        said[$name]=$output
        next+=("$name")
      fi
    done
    left=(${next[@]+"${next[@]}"})
  done
}

packages_have() { # name
  local LIVE=""
  packages_live "$1"
  [[ -n $LIVE ]]
}

# Not by the package manager, which would also remove packages that depend on this one.
packages_remove() { # name
  if packages_are_rpms; then
    rpm -e --allmatches -- "$1" 2>&1 </dev/null
  else
    DEBIAN_FRONTEND=noninteractive dpkg --remove -- "$1" 2>&1 </dev/null
  fi
}

# From the error of rpm or dpkg: the packages that depend on the one to be removed.
packages_dependents() {
  sed -nE 's/^[[:space:]]+(.* is needed by .*|.* depends on .*)$/\1/p' | head -n 3 | paste -s -d ';' -
}
