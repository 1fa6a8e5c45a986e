# The connections in `ipvsadm -Lnc` that are under way and of concern. (UDP has none: the kernel cannot see an end of it.)
# Two inputs: what is of concern, as SERVICE -r DESTINATION, or as lines that this program has printed before; then the list.
# Output: PROTOCOL STATE CLIENT VIRTUAL DESTINATION of each of them. STATE is one of:
#   begun    its handshake has not ended
#   open     it is established
#   perhaps  the same, but it may belong to another service: an entry does not show its mark, so it counts for every mark of its real server; and
#            another service may have one port of a service of all ports

function state() {
  if ($3 == "ESTABLISHED") return "open"
  return $1 == "TCP" && $3 == "SYN_RECV" || $1 == "SCTP" && $3 ~ /^(INIT|COOKIE)/ ? "begun" : ""
}

function option() {
  return $1 == "TCP" ? "-t" : "--sctp-service"
}

# An address with a port, without the port.
function host(place) {
  sub(/:[0-9]+$/, "", place)
  return place
}

$0 == "" { next }

FNR == NR {
  if ($1 == "-f") marked[$NF] = 1
  else if ($3 == "-r") wanted[$0] = 1
  else printed[$1 " " $3 " " $4 " " $5] = $2
  next
}

{ found = state() }

found == "" { next }

(option() " " $5 " -r " $6) in wanted {
  print $1, found, $4, $5, $6
  next
}

(host($6) ":0") in marked || (option() " " host($5) ":0 -r " host($6) ":0") in wanted {
  print $1, found == "open" ? "perhaps" : found, $4, $5, $6
  next
}

# (The state that was printed first tells whose connection it is.)
($1 " " $4 " " $5 " " $6) in printed { print $1, printed[$1 " " $4 " " $5 " " $6], $4, $5, $6 }
