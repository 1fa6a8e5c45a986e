# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# What keepalived's unit calls before each start.

KEEPALIVED_RUNTIME=/run/pulumi-lvs # the unit makes this folder, and removes it when it stops

# What keepalived's files declare, one a line: vip ADDRESS/LENGTH · service OPTION KEY, as ipvsadm -Sn has them · syncid NUMBER · goes, if
# keepalived must remove its rules itself: with `omega` it calls scripts as it
# removes them, and only keepalived knows what belongs to a group.
keepalived_given() {
  { cat -- /dev/null "$KEEPALIVED/keepalived.conf" "$KEEPALIVED"/conf.d/*.conf 2>/dev/null || :; } | awk '
    # (The default protocol depends on the release.)
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

# Removes what the last keepalived has left: its rules (see below), and its VIPs if it was killed. A new keepalived would take over an
# existing destination, whatever its weight, and would not know that a sorry server stood in. So it begins with nothing. VIPs are removed
# before rules: a director that has a VIP without rules refuses clients.
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

# Stops the kernel's sync daemons. keepalived starts and stops them by its state. A keepalived that is killed leaves them running; one that
# is stopped while it restarts one of its processes may do so as well (seen with 2.2.7).
keepalived_end_sync() { # given
  local given=$'\n'$1$'\n' state syncid
  while read -r state syncid; do
    [[ $given != *$'\nsyncid '"$syncid"$'\n'* ]] || ipvsadm --stop-daemon "$state" 2>/dev/null || :
  done < <(ipvsadm -L --daemon | sed -nE 's/^(master|backup) sync daemon .*syncid=([0-9]+).*/\1 \2/p')
}

# When keepalived is stopped or killed, its processes end at the same time, so its rules could be removed before its VIPs. With this option
# it leaves the rules in the kernel. The host's own options stay.
keepalived_tell_options() { # given
  local options=${KEEPALIVED_OPTIONS-}
  [[ $'\n'$1$'\n' != *$'\ngoes\n'* && -d $KEEPALIVED_RUNTIME ]] || return 0
  options=${options//\\/\\\\}
  options=${options//\"/\\\"}
  printf 'KEEPALIVED_OPTIONS="%s --dont-release-ipvs"\n' "$options" >"$KEEPALIVED_RUNTIME/keepalived"
}
