# shellcheck shell=bash
# [addresses] ADDRESS/LENGTH dev INTERFACE

addresses_read() {
  IP_ADDRESSES=$(ip -o address show)
}

addresses_live() {
  local interface family address
  while read -r _ interface family address _; do
    case $family in inet | inet6) LIVE+="addresses"$'\t'"$address dev $interface"$'\n' ;; esac
  done <<<"$IP_ADDRESSES"
}

addresses_set() { # fact
  local address interface output
  read -r address _ interface <<<"$1"
  [[ -d /sys/class/net/$interface ]] || fail "this host has no interface $interface for $address; name the right one (ip -o link)"
  output=$(ip address replace "$address" dev "$interface" 2>&1) || fail "address $address cannot be put on $interface: $output"
}

addresses_unset() { # key origin
  local address interface
  read -r address _ interface <<<"$1"
  [[ $2 != - ]] || ip address del "$address" dev "$interface" 2>/dev/null || :
}
