# shellcheck shell=bash
# [addresses] ADDRESS/LENGTH dev INTERFACE [nodad] [preferred_lft 0]   (ip-address(8); what follows the interface is for IPv6)

IP_ADDRESSES="" # `ip -o address show`

addresses_read() {
  IP_ADDRESSES=$(exec ip -o address show)
}

ADDRESSES="" # the same addresses, as facts

addresses_live() {
  local line
  ADDRESSES=""
  lines_of "$IP_ADDRESSES"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    words_of "$line" # NUMBER: INTERFACE FAMILY ADDRESS …
    case ${WORDS_OF[2]} in
      inet) ADDRESSES+="addresses"$'\t'"${WORDS_OF[3]} dev ${WORDS_OF[1]}"$'\n' ;;
      inet6)
        addresses_flags
        ADDRESSES+="addresses"$'\t'"${WORDS_OF[3]} dev ${WORDS_OF[1]}$REPLY"$'\n'
        ;;
    esac
  done
}

# The rest of a fact of IPv6, in the words that `ip` takes: the flags of the address, and `preferred_lft 0` if the host does not use it as
# the source of its own packets. (Other lifetimes are left out, because they differ at each look.)
addresses_flags() { # WORDS_OF -> REPLY
  local word flags=" " state=""
  for word in "${WORDS_OF[@]:4}"; do
    case $word in
      nodad) flags=" nodad$flags" ;;
      tentative | dadfailed | optimistic | temporary | dynamic | mngtmpaddr | noprefixroute | home | autojoin) flags+="$word " ;;
      0sec) [[ $state != preferred_lft ]] || flags+="preferred_lft 0 " ;;
    esac
    state=$word
  done
  REPLY=${flags% }
}

addresses_demand() { # fact
  words_of "$1"
  [[ -d /sys/class/net/${WORDS_OF[2]} ]] || fail "this host has no interface ${WORDS_OF[2]} for ${WORDS_OF[0]}; name the right one (ip -o link)"
}

# Whether another host on the network has the address. (Without arping, or ping for IPv6, it is not found.)
addresses_taken() { # fact
  local address=${1%%/*} interface
  words_of "$1" # ADDRESS/LENGTH dev INTERFACE …
  interface=${WORDS_OF[2]}
  if [[ $address == *:* ]]; then
    type -P ping >/dev/null || return
    ! ping -6 -q -n -c 2 -W 2 -I "$interface" "$address" </dev/null >/dev/null 2>&1 || return 0
    # (A host may answer its neighbours, but no ping.)
    [[ $(exec ip -6 neigh show to "$address" dev "$interface" 2>/dev/null) == *' lladdr '* ]]
    return
  fi
  type -P arping >/dev/null || return
  ! arping -D -q -c 2 -w 3 -I "$interface" "$address" </dev/null >/dev/null 2>&1
}

addresses_set() { # fact [how often to announce it, one a second]
  local address interface more output
  read -r address _ interface more <<<"$1"
  addresses_demand "$1"
  # (`ip address replace` does not end the state of an IPv6 address that is tentative, or that another host seemed to have.)
  if [[ $address == *:* && $(ip -o address show dev "$interface" to "${address%/*}") == *' '@(tentative|dadfailed)' '* ]]; then
    ip address del "$address" dev "$interface" 2>/dev/null || :
  fi
  words_of "$more"
  output=$(ip address replace "$address" dev "$interface" ${WORDS_OF[@]+"${WORDS_OF[@]}"} 2>&1) || fail "address $address cannot be put on $interface: $output"
  addresses_announce "${address%/*}" "$interface" "${2-2}"
}

# Whether an interface can have neighbours: lo and tunnels have none.
addresses_has_arp() { # interface
  local -i flags=0
  [[ $1 != lo ]] || return
  [[ ! -e /sys/class/net/$1/flags ]] || flags=$(</sys/class/net/"$1"/flags)
  # (IFF_NOARP; netdevice(7).)
  (((flags & 0x80) == 0))
}

# Tells the neighbours that this host has the address now: if it has moved from another host, they would still send to that host. (arping is
# part of iputils. It runs in the background.)
addresses_announce() { # address interface times
  [[ $1 != *:* ]] && addresses_has_arp "$2" && type -P arping >/dev/null || return 0
  (
    for ((each = 0; each < $3; each++)); do
      # (When this host no longer has the address, another host may have it.)
      [[ -n $(ip -o address show dev "$2" to "$1") ]] || break
      arping -q -U -c 1 -I "$2" "$1"
      sleep 1
    done
  ) </dev/null >/dev/null 2>&1 9>&- &
}

# The words of a fact that `ip` takes. The other words are states that the kernel sets.
addresses_settable() { # fact
  local word known=""
  words_of "$1"
  for word in ${WORDS_OF[@]+"${WORDS_OF[@]}"}; do
    case $word in tentative | dadfailed | optimistic | temporary | dynamic) ;; *) known+=" $word" ;; esac
  done
  printf '%s' "${known# }"
}

addresses_unset() { # key origin live
  local address interface
  read -r address _ interface _ <<<"$1"
  if [[ $2 == - ]]; then
    ip address del "$address" dev "$interface" 2>/dev/null || :
  # (It was there before, perhaps with other flags; or somebody has removed it since.)
  elif [[ $3 != "$2" && -d /sys/class/net/$interface ]]; then
    addresses_set "$(addresses_settable "$2")"
  fi
}
