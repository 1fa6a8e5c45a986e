# shellcheck shell=bash disable=SC2153 # variables shared between the parts
# Host routes of a director, for a time: REAL-SERVER via REAL-SERVER. They are needed while new connections of a destination go by direct routing, and older
# ones still go by NAT or a tunnel. The kernel keeps one route a destination, which whichever packet comes first looks up. Looked up for NAT or a tunnel
# it names no next hop, so the kernel would then look for the neighbour with the VIP, which is the director itself (IP_VS_RT_MODE_KNOWN_NH in
# net/netfilter/ipvs/ip_vs_xmit.c). A host route always names the next hop.
# Such a route is no section's fact: nobody declares it. $STATE/detours has it as UNTIL ROUTE, a line each; UNTIL is the time (seconds since 1970) from which
# the next change may remove it, or "always". A boot removes routes and connections.

# A connection of TCP or SCTP that has lost its real server sends for a quarter of an hour (net.ipv4.tcp_retries2 in
# Documentation/networking/ip-sysctl.rst).
DETOURS_NEEDED=1200

# Before destinations change to direct routing.
detours_add() { # lines "FLAG SERVICE -r DESTINATION"
  local line address family route known busy until REPLY
  [[ $'\n'$1 == *$'\n-g '* ]] || return 0
  # (In any state: the last packets of a connection pass when it has ended.)
  busy=$(ipvsadm -Lnc | awk '$6 ~ /:[0-9]+$/ { sub(/:[0-9]+$/, "", $6); if (!seen[$6]++) print $6 }') || ipvs_fail_reading -Lnc
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line == '-g '* ]] || continue
    address=${line##* } address=${address%:*}
    [[ $'\n'$busy$'\n' == *$'\n'"$address"$'\n'* ]] || continue
    address=${address#[} address=${address%]}
    family=$(routes_family "$address")
    detours_route "$family" "$address"
    route=$REPLY
    [[ -n $route ]] || continue
    # (Datagrams from one port may go on for ever; and a mark may have some.)
    until=always
    case $line in '-g -t '* | '-g --sctp-service '*) until=$(($(exec date +%s) + DETOURS_NEEDED)) ;; esac
    file_text "$STATE/detours"
    known=$REPLY
    # (It is written down first: a run that is killed leaves none that the next one does not know of.)
    write_changed "$STATE/detours" "$known$until $route"$'\n'
    words_of "$route"
    # (A route to this address that is there, by the host's owner or by a change before, stays as it is.)
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

# At the end of a change: those whose time is over, and those of real servers that the kernel's table no longer has by direct routing.
detours_remove() {
  local line until address routes now rules="" left="" REPLY
  [[ -e $STATE/detours ]] || return 0
  file_text "$STATE/detours"
  routes=$REPLY
  now=$(exec date +%s)
  ! ipvs_readable || rules=$(ipvsadm -Sn) || ipvs_fail_reading -Sn
  lines_of "$routes"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    until=${line%% *}
    words_of "${line#* }"
    address=${WORDS_OF[0]}
    [[ $address != *:* ]] || address="[$address]"
    if [[ $until == always ]] || ((now < until)); then
      if awk -v place=" -r $address:" 'index($0, place) && / -g / { found = 1 } END { exit !found }' < <(printf '%s\n' "$rules"); then
        left+=$line$'\n'
        continue
      fi
    fi
    ip "$(routes_family "${WORDS_OF[0]}")" route del ${WORDS_OF[@]+"${WORDS_OF[@]}"} 2>/dev/null || :
  done
  write_changed "$STATE/detours" "$left"
  [[ -n $left ]] || rm -f -- "$STATE/detours"
}
