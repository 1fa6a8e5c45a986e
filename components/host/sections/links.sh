# shellcheck shell=bash
# [links] INTERFACE up [any]   (ip-link(8). A tunnel's own device is added by its module. `any` is for ip6tnl0, which carries only IPv6 at
# first, and with `any` also IPv4.)

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

# The mode of an IPv6 tunnel, unless it carries IPv6 alone.
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

# Whether somebody else has a tunnel that would be removed with this module, or uses the device that the module adds; also in other network
# namespaces, such as those of containers.
links_has_tunnels_of() { # module
  local kind kinds own process
  case $1 in
    ipip | sit | fou) kinds=$1 ;;
    ip6_tunnel) kinds=ip6tnl ;;
    ip_gre) kinds="gre gretap erspan" ;;
    ip6_gre) kinds="ip6gre ip6gretap ip6erspan" ;;
    *) return 1 ;;
  esac
  own=$(exec stat -L -c %i /proc/self/ns/net 2>/dev/null) || return 1
  for kind in $kinds; do ! links_used "$kind" "" || return 0; done
  lines_of "$(exec stat -L -c '%i %n' /proc/[0-9]*/ns/net 2>/dev/null)"
  local -A seen=(["$own"]=yes)
  for process in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ -z ${seen[${process%% *}]-} ]] || continue
    seen[${process%% *}]=yes
    for kind in $kinds; do ! links_used "$kind" "${process#* }" || return 0; done
  done
  return 1
}

# Whether a network namespace has more devices of a kind than the one that the module adds, or that device is up or has an address of IPv4.
links_used() { # kind, file of the namespace|"" for this one
  local found ip=(ip)
  if [[ $1 == fou ]]; then
    fou_is_used "$2"
    return
  fi
  [[ -z $2 ]] || ip=(nsenter "--net=$2" -- ip)
  found=$(exec "${ip[@]}" -o link show type "$1" 2>/dev/null) || return 1
  [[ $found != *$'\n'* && $found != *[\<,]UP[,\>]* ]] || return 0
  [[ -n $found ]] || return 1
  found=${found#*: }
  found=${found%%[:@]*}
  [[ -n $("${ip[@]}" -4 -o address show dev "$found" 2>/dev/null) ]]
}
