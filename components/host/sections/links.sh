# shellcheck shell=bash
# [links] INTERFACE up   (ip-link(8); a tunnel's own device comes with its module)

links_live() { # names
  local name
  local -i flags
  for name in "$@"; do
    [[ -e /sys/class/net/$name/flags ]] || continue
    flags=$(</sys/class/net/"$name"/flags)
    if ((flags & 1)); then LIVE+=links$'\t'"$name up"$'\n'; else LIVE+=links$'\t'"$name down"$'\n'; fi
  done
}

links_set() { # fact
  local output
  output=$(ip link set "${1%% *}" "${1##* }" 2>&1) || fail "interface ${1%% *} of this host cannot be set ${1##* }: $output"
}

links_unset() { # key origin
  [[ $2 == - || ! -e /sys/class/net/$1 ]] || links_set "$2"
}
