# shellcheck shell=bash
# [addresses] ADDRESS/LENGTH dev INTERFACE

IP_ADDRESSES="" # `ip -o address show`

addresses_read() {
  IP_ADDRESSES=$(exec ip -o address show)
}

ADDRESSES="" # the same as facts

addresses_live() {
  local line
  ADDRESSES=""
  lines_of "$IP_ADDRESSES"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    words_of "$line" # NUMBER: INTERFACE FAMILY ADDRESS …
    case ${WORDS_OF[2]} in inet | inet6) ADDRESSES+="addresses"$'\t'"${WORDS_OF[3]} dev ${WORDS_OF[1]}"$'\n' ;; esac
  done
}

addresses_demand() { # fact
  [[ -d /sys/class/net/${1##* } ]] || fail "this host has no interface ${1##* } for ${1%% *}; name the right one (ip -o link)"
}

# Whether another host on the network has it. (Not known without arping.)
addresses_taken() { # fact
  local address=${1%%/*}
  [[ $address != *:* ]] && type -P arping >/dev/null || return
  ! arping -D -q -c 2 -w 3 -I "${1##* }" "$address" </dev/null >/dev/null 2>&1
}

addresses_set() { # fact [how often to announce it, one a second]
  local address interface output
  read -r address _ interface <<<"$1"
  addresses_demand "$1"
  output=$(ip address replace "$address" dev "$interface" 2>&1) || fail "address $address cannot be put on $interface: $output"
  addresses_announce "${address%/*}" "$interface" "${2-2}"
}

# Whether there are neighbours behind an interface: not behind lo, nor a tunnel.
addresses_has_arp() { # interface
  local -i flags=0
  [[ $1 != lo ]] || return
  [[ ! -e /sys/class/net/$1/flags ]] || flags=$(</sys/class/net/"$1"/flags)
  # (IFF_NOARP; netdevice(7).)
  (((flags & 0x80) == 0))
}

# Tells the neighbours who has it now: where it moves from one host to another, they would go on sending to the other one. (arping comes with iputils.
# Nobody has to wait for it.)
addresses_announce() { # address interface times
  [[ $1 != *:* ]] && addresses_has_arp "$2" && type -P arping >/dev/null || return 0
  (
    for ((each = 0; each < $3; each++)); do
      # (Once it is gone from here, another host may have it.)
      [[ -n $(ip -o address show dev "$2" to "$1") ]] || break
      arping -q -U -c 1 -I "$2" "$1"
      sleep 1
    done
  ) </dev/null >/dev/null 2>&1 9>&- &
}

addresses_unset() { # key origin live
  local address interface
  read -r address _ interface <<<"$1"
  if [[ $2 == - ]]; then
    ip address del "$address" dev "$interface" 2>/dev/null || :
  # (It was there before, and somebody has taken it away since.)
  elif [[ $3 == - && -d /sys/class/net/$interface ]]; then
    addresses_set "$2"
  fi
}
