# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# What keepalived's unit calls before each start.

KEEPALIVED_RUNTIME=/run/pulumi-lvs # the unit makes it, and takes it away when it stops

# What its files give it, one a line: vip ADDRESS/LENGTH · service OPTION KEY, as ipvsadm -Sn has them · syncid NUMBER · goes, where it is to take
# its rules away itself: `omega` has scripts called as they go, and what belongs to a group is told by nobody else.
keepalived_given() {
  { cat -- /dev/null "$KEEPALIVED/keepalived.conf" "$KEEPALIVED"/conf.d/*.conf 2>/dev/null || :; } | awk '
    # (Which protocol it takes where none is given depends on its release.)
    function service(    place) {
      if (address == "fwmark") print "service -f " port (family == 6 ? " -6" : "")
      if (address !~ /[.:]/) return
      place = (address ~ /:/ ? "[" address "]" : address) ":" port
      if (protocol == "SCTP") {
        print "service --sctp-service " place
        return
      }
      if (protocol != "UDP") print "service -t " place
      if (protocol != "TCP") print "service -u " place
    }
    $1 ~ /^virtual_ipaddress(_excluded)?$/ { inside = 1; next }
    /}/ { inside = 0 }
    inside { print "vip " $1 }
    $1 == "virtual_server" { service(); address = $2; port = $3; protocol = ""; family = "" }
    $1 == "ip_family" && $2 == "inet6" || $1 ~ /^(real|sorry)_server$/ && $2 ~ /:/ { family = 6 }
    $1 == "protocol" { protocol = toupper($2) }
    $1 == "lvs_sync_daemon" { for (i = 2; i < NF; i++) if ($i == "id") print "syncid " $(i + 1) }
    $1 == "omega" || $1 ~ /^lvs_flush_on_?stop$/ || $1 == "virtual_server" && $2 == "group" { print "goes" }
    END { service() }'
}

keepalived_before_start() {
  local given
  given=$(keepalived_given)
  keepalived_tell_options "$given"
  keepalived_clear_way "$given"
}

# The last one has left its rules to the kernel (below), and one that was killed its VIPs as well. A start takes a destination that is there already
# for its own, whatever its weight, and knows nothing of a sorry server that had its turn: it begins with nothing. VIPs go before rules do: a director
# that has the one without the other refuses clients.
keepalived_clear_way() { # given
  local given=$'\n'$1$'\n' interface address rule stale=""
  while read -r _ interface _ address _; do
    [[ $given != *$'\nvip '"$address"$'\n'* ]] || ip address del "$address" dev "$interface" 2>/dev/null || :
  done < <(ip -o address show)
  ipvs_readable || return 0
  keepalived_end_sync "$1"
  while read -r rule; do
    rules_service "$rule"
    [[ $given != *$'\nservice '"$REPLY"$'\n'* ]] || stale+="-D $REPLY"$'\n'
  done < <(ipvsadm -Sn | grep '^-A ')
  ipvs_feed "$stale"
}

# The kernel's sync daemons, which it starts and stops by its state. One that was killed leaves them, and one that is told to stop while it restarts
# one of its processes may do so as well (seen with 2.2.7).
keepalived_end_sync() { # given
  local given=$'\n'$1$'\n' state syncid
  while read -r state syncid; do
    [[ $given != *$'\nsyncid '"$syncid"$'\n'* ]] || ipvsadm --stop-daemon "$state" 2>/dev/null || :
  done < <(ipvsadm -L --daemon | sed -nE 's/^(master|backup) sync daemon .*syncid=([0-9]+).*/\1 \2/p')
}

# Its processes end side by side, when it is told to stop and when it is killed, so its rules could go before its VIPs. It is to leave them to the
# kernel; the options that the host gives it stay.
keepalived_tell_options() { # given
  local options=${KEEPALIVED_OPTIONS-}
  [[ $'\n'$1$'\n' != *$'\ngoes\n'* && -d $KEEPALIVED_RUNTIME ]] || return 0
  options=${options//\\/\\\\}
  options=${options//\"/\\\"}
  printf 'KEEPALIVED_OPTIONS="%s --dont-release-ipvs"\n' "$options" >"$KEEPALIVED_RUNTIME/keepalived"
}
