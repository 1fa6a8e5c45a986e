# shellcheck shell=bash
# [links] INTERFACE up [any]   (ip-link(8); a tunnel's own device comes with its module. `any` is said of ip6tnl0, which carries IPv6 alone when it comes,
# and then IPv4 as well)

links_live() { # names
  local name
  local -i flags
  for name in "$@"; do
    [[ -e /sys/class/net/$name/flags ]] || continue
    flags=$(</sys/class/net/"$name"/flags)
    links_mode "$name"
    if ((flags & 1)); then LIVE+=links$'\t'"$name up$REPLY"$'\n'; else LIVE+=links$'\t'"$name down$REPLY"$'\n'; fi
  done
}

# What an IPv6 tunnel carries, where that is not IPv6 alone.
links_mode() { # name -> REPLY
  REPLY=""
  [[ $1 != ip6tnl* || ! $(exec ip -d link show dev "$1") =~ ' ip6tnl '(any|ipip6)' ' ]] || REPLY=" ${BASH_REMATCH[1]}"
}

links_set() { # fact
  local mode=() output
  words_of "$1" # INTERFACE up|down [MODE]
  [[ ${WORDS_OF[0]} != ip6tnl* ]] || mode=(type ip6tnl mode "${WORDS_OF[2]-ip6ip6}")
  output=$(ip link set "${WORDS_OF[@]:0:2}" ${mode[@]+"${mode[@]}"} 2>&1) || fail "interface ${WORDS_OF[0]} of this host cannot be set ${1#* }: $output"
}

links_unset() { # key origin
  [[ $2 == - || ! -e /sys/class/net/$1 ]] || links_set "$2"
}
