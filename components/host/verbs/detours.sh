# shellcheck shell=bash disable=SC2153 # variables shared between the parts
# Host routes of a director, for a time: REAL-SERVER via REAL-SERVER. They are needed while new connections of a destination go by direct routing, and older
# ones still go by NAT or a tunnel. The kernel keeps one route a destination, which whichever packet comes first looks up. Looked up for NAT or a tunnel
# it names no next hop, so the kernel would then look for the neighbour with the VIP, which is the director itself (IP_VS_RT_MODE_KNOWN_NH in
# net/netfilter/ipvs/ip_vs_xmit.c). A host route always names the next hop.
# Such a route is no section's fact: nobody declares it. It is written down in $STATE/detours, and gone after a boot, as the connections are.

# Before destinations change to direct routing.
detours_add() { # lines "FLAG SERVICE -r DESTINATION"
  local line address family route known REPLY
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line == '-g '* ]] || continue
    address=${line##* }
    address=${address%:*} address=${address#[} address=${address%]}
    family=$(routes_family "$address")
    detours_route "$family" "$address"
    route=$REPLY
    [[ -n $route ]] || continue
    file_text "$STATE/detours"
    known=$REPLY
    # (It is written down first: a run that is killed leaves none that the next one does not know of.)
    write_changed "$STATE/detours" "$known$route"$'\n'
    words_of "$route"
    # (A route of the host's owner to this address stays as it is.)
    ip "$family" route add ${WORDS_OF[@]+"${WORDS_OF[@]}"} 2>/dev/null || write_changed "$STATE/detours" "$known"
  done
}

# The host route to a neighbour, from the source address that is used without it.
detours_route() { # family address -> REPLY, or nothing
  local word before="" device="" source=""
  REPLY=""
  words_of "$(ip -o "$1" route get "$2" 2>/dev/null)" || return 0
  [[ ${WORDS_OF[0]-} == "$2" ]] || return 0
  for word in ${WORDS_OF[@]+"${WORDS_OF[@]}"}; do
    case $before in dev) device=$word ;; src) source=$word ;; esac
    case $word in via | table) return 0 ;; esac
    before=$word
  done
  [[ -z $device || -z $source ]] || REPLY="$2 via $2 dev $device src $source onlink"
}

# At the end of a change. A detour is needed as long as the kernel's table has its real server by direct routing, unless the connections for which it was
# added have ended.
detours_remove() { # lines "FLAG SERVICE -r DESTINATION" of this change, the connections that are left of it
  local line address routes rules="" left="" REPLY
  [[ -e $STATE/detours ]] || return 0
  file_text "$STATE/detours"
  routes=$REPLY
  ! ipvs_readable || rules=$(ipvsadm -Sn) || ipvs_fail_reading -Sn
  lines_of "$routes"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    address=${line%% *}
    [[ $address != *:* ]] || address="[$address]"
    if [[ $1 != *" -r $address:"* || $2 == *" $address:"* ]] && grep -qF -- " -r $address:" < <(grep -F -- ' -g ' <<<"$rules"); then
      left+=$line$'\n'
    else
      words_of "$line"
      ip "$(routes_family "${WORDS_OF[0]}")" route del ${WORDS_OF[@]+"${WORDS_OF[@]}"} 2>/dev/null || :
    fi
  done
  write_changed "$STATE/detours" "$left"
  [[ -n $left ]] || rm -f -- "$STATE/detours"
}
