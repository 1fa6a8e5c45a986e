# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# VIPs go before rules do: what is needed before keepalived ends, and before it starts again.

KEEPALIVED_PID_FILES=(/run/vrrp.pid /run/keepalived/vrrp.pid) # of the process that has the VIPs

# The VIPs that its files give it and that are on this host: it is master, or was when it was killed.
keepalived_held() { # -> HELD: ADDRESS/LENGTH INTERFACE, one a line
  local told interface address
  HELD=""
  [[ -r $KEEPALIVED/keepalived.conf ]] || return 0
  told=$'\n'$(awk '$1 == "virtual_ipaddress" { inside = 1; next } /}/ { inside = 0 } inside { print $1 }' "$KEEPALIVED/keepalived.conf")$'\n'
  while read -r _ interface _ address _; do
    [[ $told != *$'\n'"$address"$'\n'* ]] || HELD+="$address $interface"$'\n'
  done < <(ip -o address show)
}

# A stop takes the rules away while the VIPs are still here, and refuses whoever comes then. So the VIPs go first: the process that has them ends, with
# a word to its peers, and when keepalived has started it again, as backup, one of them has taken the VIPs.
keepalived_hand_over() {
  local file pid advert ended=""
  keepalived_held
  [[ -n $HELD ]] || return 0
  for file in "${KEEPALIVED_PID_FILES[@]}"; do
    [[ -e $file ]] || continue
    read -r pid <"$file" || continue
    # One that was killed leaves its number to whoever comes.
    [[ $(cat "/proc/$pid/comm" 2>/dev/null) == keepalived* ]] || continue
    ! kill "$pid" 2>/dev/null || ended=yes
  done
  [[ -n $ended ]] || return 0
  advert=$(awk '$1 == "advert_int" && $2 > most { most = $2 } END { print (most > 5 ? 5 : most + 0) }' "$KEEPALIVED/keepalived.conf" 2>/dev/null) || advert=1
  sleep "$advert"
}

# One that was killed has left its VIPs behind. It would take them off as it starts, but some releases take its rules off before.
keepalived_let_go() {
  local address interface
  keepalived_held
  while read -r address interface; do
    [[ -z $address ]] || ip address del "$address" dev "$interface" 2>/dev/null || :
  done <<<"$HELD"
}
