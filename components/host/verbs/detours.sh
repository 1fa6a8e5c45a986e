# shellcheck shell=bash disable=SC2153 # variables shared between the parts
# Host routes of a director: REAL-SERVER via REAL-SERVER. They are needed while some connections of a destination use direct routing, and others
# use NAT or a tunnel, because the method has changed between them. The kernel keeps one route a destination, which whichever packet comes
# first looks up. Looked up for NAT or a tunnel it names no next hop. A packet of direct routing is then sent to the neighbour that has the VIP,
# and there is none (IP_VS_RT_MODE_KNOWN_NH in net/netfilter/ipvs/ip_vs_xmit.c). A host route always names the next hop.
# Such a route is no section's fact: nobody declares it. $STATE/detours records the routes. A boot removes routes and connections.

# Before the method of destinations changes to direct routing, or from it.
detours_add() { # lines of SWITCHED
  local line address family route known seen=" " REPLY
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    case $line in '-g '* | '-'?' -g '*) ;; *) continue ;; esac
    address=${line##* }
    address=${address%:*} address=${address#[} address=${address%]}
    [[ $seen != *" $address "* ]] || continue
    seen+="$address "
    family=$(family_of "$address")
    detours_route "$family" "$address"
    route=$REPLY
    [[ -n $route ]] || continue
    file_text "$STATE/detours"
    known=$REPLY
    # (The record is written first: a killed run leaves no route without one.)
    write_changed "$STATE/detours" "$known$route"$'\n'
    words_of "$route"
    ip "$family" route add ${WORDS_OF[@]+"${WORDS_OF[@]}"} 2>/dev/null || :
    detours_has "$family" "$address" || {
      write_changed "$STATE/detours" "$known"
      note "the host route $route cannot be added: connections to $address by direct routing may fail while others by NAT or a tunnel are open"
    }
  done
}

detours_has() { # family address
  [[ $'\n'$(ip "$1" route show to exact "$2" 2>/dev/null) == *$'\n'"$2 via $2 "* ]]
}

# The host route to a neighbour, with the source address and the other properties of the route that it is used by now.
detours_route() { # family address -> REPLY, or nothing
  local word before="" device="" source="" more=""
  REPLY=""
  words_of "$(ip -o "$1" route get "$2" 2>/dev/null)" || return 0
  [[ ${WORDS_OF[0]-} == "$2" ]] || return 0
  for word in ${WORDS_OF[@]+"${WORDS_OF[@]}"}; do
    case $before in dev) device=$word ;; src) source=$word ;; esac
    case $word in via | table) return 0 ;; esac
    before=$word
  done
  [[ -n $device && -n $source ]] || return 0
  if [[ -n $(ip "$1" route show to exact "$2" 2>/dev/null) ]]; then
    note "this host has a route to $2 alone, without a next hop: connections to it by direct routing may fail while others by NAT or a tunnel are open"
    return 0
  fi
  # (That of the smallest network; of two, the first one counts.)
  words_of "$(ip -o "$1" route show match "$2" 2>/dev/null | awk '
    { length_of = $1 == "default" ? 0 : split($1, part, "/") == 2 ? part[2] : 128 }
    NR == 1 || length_of > longest { longest = length_of; line = $0 }
    END { print line }')"
  before=""
  for word in ${WORDS_OF[@]+"${WORDS_OF[@]}"}; do
    case $before in
      mtu | advmss | initcwnd | initrwnd | window)
        if [[ $word == lock ]]; then
          before+=" lock"
          continue
        fi
        more+=" $before $word"
        ;;
      *' lock') more+=" $before $word" ;;
    esac
    before=$word
  done
  REPLY="$2 via $2 dev $device src $source$more onlink"
}

# At the end of a change: routes to real servers that no owner wants by direct routing any more, or that no entry of a connection is for.
detours_remove() {
  local line file address family routes busy="" rules=$RULES_WANTED left="" REPLY
  [[ -e $STATE/detours ]] || return 0
  file_text "$STATE/detours"
  routes=$REPLY
  # (Another owner may wait for connections while it changes its method.)
  for file in "$STATE"/owners/*/{rules,pending-rules}; do
    [[ ${file%/*} != "$MINE" ]] || continue
    file_text "$file"
    rules+=$REPLY
  done
  # (Entries of every state: the last packets of a connection are sent when it has ended. Nobody can tell which method an entry has.)
  if ipvs_readable; then
    busy=$(ipvsadm -Lnc | awk '$6 ~ /:[0-9]+$/ { sub(/:[0-9]+$/, "", $6); if (!seen[$6]++) print $6 }') || ipvs_fail_reading -Lnc
  fi
  lines_of "$routes"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    words_of "$line"
    address=${WORDS_OF[0]}
    family=$(family_of "$address")
    [[ $address != *:* ]] || address="[$address]"
    # (After a boot there is a record without a route, and perhaps a second one with the route of a later change.)
    [[ $'\n'$left != *$'\n'"$line"$'\n'* ]] || continue
    if [[ $'\n'$busy$'\n' == *$'\n'"$address"$'\n'* ]] && detours_wanted "$address" "$rules" && detours_has "$family" "${WORDS_OF[0]}"; then
      left+=$line$'\n'
      continue
    fi
    ip "$family" route del ${WORDS_OF[@]+"${WORDS_OF[@]}"} 2>/dev/null || :
    if detours_has "$family" "${WORDS_OF[0]}"; then
      left+=$line$'\n'
      note "the host route ${WORDS_OF[0]} via ${WORDS_OF[0]}, which this package has added, cannot be removed; remove it by hand: ip route del $line"
    fi
  done
  write_changed "$STATE/detours" "$left"
  [[ -n $left ]] || rm -f -- "$STATE/detours"
}

# Whether a real server has a rule of direct routing among these.
detours_wanted() { # address rules
  awk -v place=" -r $1:" 'index($0, place) && / -g / { found = 1 } END { exit !found }' < <(printf '%s\n' "$2")
}
