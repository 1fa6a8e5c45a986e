# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# What keepalived's unit calls before each start.

KEEPALIVED_RUNTIME=/run/pulumi-lvs # the unit makes this folder, and removes it when it stops

keepalived_before_start() {
  local given
  given=$(keepalived_given)
  keepalived_tell_options "$given"
  keepalived_clear_way "$given"
}

# Removes what the last keepalived has left: its rules (see below), and its VIPs and virtual routes if it was killed. A new keepalived would
# take over an existing destination, whatever its weight, and would not know that a sorry server stood in. So it begins with nothing. VIPs
# are removed before rules: a director that has a VIP without rules refuses clients.
keepalived_clear_way() { # given
  local given=$'\n'$1$'\n' interface address rule stale=""
  while read -r _ interface _ address _; do
    [[ $given != *$'\nvip '"$address"$'\n'* ]] || ip address del "$address" dev "$interface" 2>/dev/null || :
  done < <(ip -o address show)
  keepalived_remove_routes "$1"
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
