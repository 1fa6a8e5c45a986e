# keepalived's present decisions about its table and its VIPs, from the data that it writes on SIGUSR1 (keepalived(8)).
# Input: keepalived_check.data and keepalived.data, in any order.
# Output: rule "-t VIP:PORT -r RIP:PORT" gone | WEIGHT | declared      what it wants in the kernel
#         service "-t VIP:PORT"                                         a service that it keeps
#         sorry "-t VIP:PORT -r RIP:PORT"                               the sorry server, while it stands in for the real ones
#         vip ADDRESS                                                   a VIP that this host is to have, as master
#         instance NAME STATE MASTER                                    an instance,
#         and the master that it knows (0.0.0.0 or :: for none yet)

BEGIN {
  OFS = "\t"
}

/------</ {
  in_server = /Virtual server >/
  if (in_server) of_group = 0
  in_real = /Real server/ && !of_group
  in_instance = in_addresses = 0
}

/^ VRRP Instance = / {
  in_instance = 1
  in_addresses = 0
  name = $4
  next
}

# An address and a port as ipvsadm prints them.
function place_of(address, port) {
  return (address ~ /:/ ? "[" address "]" : address) ":" port
}

# (No service of ours is one of a group, and such a server names no service of its own.)
in_server && $1 == "VS" && $2 == "GROUP" {
  of_group = 1
  in_server = 0
}

in_server && $1 == "VS" && $2 == "VIP" {
  vip = $4
  sub(/,$/, "", vip)
  port = $7
  stand_in = ""
}

in_server && $1 == "VS" && $2 == "FWMARK" {
  service = "-f " $4
  stand_in = ""
  vip = ""
}

in_server && $1 == "Address" && $2 == "family" && vip == "" {
  if ($4 == "inet6") service = service " -6"
  print "service", service
}

in_server && $1 == "protocol" && vip != "" {
  service = ($3 == "UDP" ? "-u " : $3 == "SCTP" ? "--sctp-service " : "-t ") place_of(vip, port)
  print "service", service
}

# [198.18.0.9]:tcp:80
in_server && $1 == "sorry" && $2 == "server" {
  stand_in = substr($NF, 2, index($NF, "]") - 2)
  sub(/.*:/, "", $NF)
  stand_in = place_of(stand_in, $NF)
}

in_server && $1 == "quorum_state_up" && $3 == 0 && stand_in != "" { print "sorry", service " -r " stand_in }

# The weight in the kernel. (The value after it, EFF WEIGHT, is 0 after a reload of 2.1, whatever the kernel has.)
in_real && $1 == "RIP" {
  gsub(/,/, "")
  destination = place_of($3, $6)
  weight = $9
}

in_real && $1 == "initial" { initial = $NF }

in_real && $1 == "alive" { alive = $NF }

in_real && $1 == "RS" && $2 == "set" {
  print "rule", service " -r " destination, ($NF == 0 ? "gone" : alive == 0 ? 0 : weight == initial || weight !~ /^[0-9]+$/ ? "declared" : weight)
}

in_instance && $1 == "State" { state = $3 }

in_instance && $1 == "Master" && $2 == "router" {
  print "instance", name, state, $4
  known[name] = 1
}

in_instance && /^ *Virtual IP/ {
  in_addresses = 1
  if (!known[name]) print "instance", name, state, "-"
  known[name] = 1
  next
}

in_addresses && $1 ~ /^[0-9a-f:.]+(\/[0-9]+)?$/ {
  address = $1
  sub(/\/.*/, "", address)
  if (state == "MASTER") print "vip", address
  next
}

{ in_addresses = 0 }
