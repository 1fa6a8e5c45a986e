# What keepalived's files declare, one a line:
#   vip ADDRESS/LENGTH
#   route INSTANCE FAMILY TABLE METRIC|- NETWORK …   (a virtual route, in the words of `ip route`)
#   service OPTION KEY                               (as ipvsadm -Sn has them)
#   syncid NUMBER
#   goes                                             (keepalived must remove its rules itself: with `omega` it calls scripts as it removes them,
#                                                    and only keepalived knows what belongs to a group with networks)
# A virtual route that has no network, or several gateways, is left out.

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
}
