# The connections in `ipvsadm -Lnc` that are of concern.
# Two inputs: what is of concern, as SERVICE -r DESTINATION, or as lines that this program has printed before; then the list.
# Output: PROTOCOL STATE CLIENT VIRTUAL DESTINATION of each connection that is under way. STATE is one of:
#   begun      its handshake is not done
#   open       it is established
#   perhaps    the same, but it may belong to another service: an entry does not name its mark, so it is of concern for every mark of its real server
#   datagrams  of UDP, which has no end that the kernel could see

function state() {
  if ($1 == "UDP") return "datagrams"
  if ($3 == "ESTABLISHED") return "open"
  return $1 == "TCP" && $3 == "SYN_RECV" || $1 == "SCTP" && $3 ~ /^(INIT|COOKIE)/ ? "begun" : ""
}

function option() {
  return $1 == "TCP" ? "-t" : $1 == "UDP" ? "-u" : "--sctp-service"
}

function real_server() {
  return substr($6, 1, match($6, /:[0-9]+$/) - 1)
}

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

(real_server() ":0") in marked {
  print $1, found == "open" ? "perhaps" : found, $4, $5, $6
  next
}

# (A mark is remembered from the first time.)
($1 " " $4 " " $5 " " $6) in printed { print $1, printed[$1 " " $4 " " $5 " " $6], $4, $5, $6 }
