# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# What keepalived's unit calls before each start.

KEEPALIVED_RUNTIME=/run/pulumi-lvs # the unit makes this folder, and removes it when it stops

# What keepalived's files declare, one a line: vip ADDRESS/LENGTH · route INSTANCE FAMILY TABLE METRIC|- NETWORK …, the words of `ip route` ·
# service OPTION KEY, as ipvsadm -Sn has them · syncid NUMBER · goes, if keepalived must remove its rules itself: with `omega` it calls
# scripts as it removes them, and only keepalived knows what belongs to a group with networks.
# (A virtual route that has no network, or several gateways, is left out.)
keepalived_given() {
  { cat -- /dev/null "$KEEPALIVED/keepalived.conf" "$KEEPALIVED"/conf.d/*.conf 2>/dev/null || :; } | awk '
    function route(    i, to, rest, table, metric) {
      table = "main"
      metric = "-"
      for (i = 1; i <= NF; i++) {
        if ($i == "to") continue
        if ($i ~ /^[0-9a-f.:]+\/[0-9]+$/ && to == "") to = $i
        else if ($i == "table") table = $(++i)
        else if ($i == "via" || $i == "dev" || $i == "metric") {
          rest = rest " " $i " " $(i + 1)
          if ($i == "metric") metric = $(i + 1)
          i++
        }
        else if ($i ~ /^(src|scope|protocol)$/) i++
        else if ($i != "no_track") return
      }
      # (The default of the kernel for IPv6.)
      if (metric == "-" && to ~ /:/) metric = 1024
      if (to != "") print "route " instance " " (to ~ /:/ ? "-6" : "-4") " " table " " metric " " to rest
    }
    # (The default protocol depends on the release.)
    function service(address, port, protocol, family,    place) {
      if (address == "fwmark") print "service -f " port (family == 6 ? " -6" : "")
      if (address !~ /[.:]/) return
      place = (address ~ /:/ ? "[" address "]" : address) ":" (port == "" ? 0 : port)
      if (protocol == "SCTP") {
        print "service --sctp-service " place
        return
      }
      if (protocol != "UDP") print "service -t " place
      if (protocol != "TCP") print "service -u " place
    }
    # An entry of a group: fwmark NUMBER [inet6] · ADDRESS [PORT] · ADDRESS-LAST-BYTE [PORT]
    function entry(text, protocol, family,    word, part, last) {
      split(text, word, " ")
      if (word[1] == "fwmark") service("fwmark", word[2], protocol, word[3] == "inet6" ? 6 : family)
      else if (word[1] ~ /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+-[0-9]+$/) {
        split(word[1], part, /[.-]/)
        last = part[5] < 255 ? part[5] : 255
        for (; part[4] <= last; part[4]++) service(part[1] "." part[2] "." part[3] "." part[4] + 0, word[2], protocol)
      }
      else if (word[1] ~ /[-\/]/) print "goes"
      else service(word[1], word[2], protocol)
    }
    function end_server() {
      if (address != "group") service(address, port, protocol, family)
      else used[++users] = port SUBSEP protocol SUBSEP family
    }
    $1 == "vrrp_instance" {
      instance = $2
      gsub(/"/, "", instance)
    }
    $1 ~ /^virtual_ipaddress(_excluded)?$/ { inside = "vip"; next }
    $1 == "virtual_routes" { inside = "route"; next }
    $1 == "virtual_server_group" { inside = "group"; group = $2; next }
    /}/ { inside = "" }
    inside != "" && (NF == 0 || $1 ~ /^[#!]/) { next }
    inside == "vip" { print "vip " $1 }
    inside == "route" { route() }
    inside == "group" { entries[group] = entries[group] $0 "\n" }
    $1 == "virtual_server" { end_server(); address = $2; port = $3; protocol = ""; family = "" }
    $1 == "ip_family" && $2 == "inet6" || $1 ~ /^(real|sorry)_server$/ && $2 ~ /:/ { family = 6 }
    $1 == "protocol" { protocol = toupper($2) }
    $1 == "lvs_sync_daemon" { for (i = 2; i < NF; i++) if ($i == "id") print "syncid " $(i + 1) }
    $1 == "omega" || $1 ~ /^lvs_flush_on_?stop$/ { print "goes" }
    # (A group may come after the server that has it.)
    END {
      end_server()
      for (i = 1; i <= users; i++) {
        split(used[i], user, SUBSEP)
        n = split(entries[user[1]], line, "\n")
        for (j = 1; j < n; j++) entry(line[j], user[2], user[3])
      }
    }'
}

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

# (Protocol 18 is keepalived: a route of the host itself stays.)
keepalived_remove_routes() { # given
  local line
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line == route\ * ]] || continue
    words_of "$line" # route INSTANCE FAMILY TABLE METRIC NETWORK …
    ip "${WORDS_OF[2]}" route del "${WORDS_OF[@]:5}" table "${WORDS_OF[3]}" proto 18 2>/dev/null || :
  done
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
