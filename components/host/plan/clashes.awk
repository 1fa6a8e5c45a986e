# Clashes: facts of two owners that exclude each other.

function clashes(    i, k, part) {
  for (i = 1; i <= count["D"]; i++) {
    k = order["D", i]
    if (has("O", k) && differs("D", "O", k)) {
      split(k, part, SUBSEP)
      print "clash\t[" part[1] "] \"" shown(part[1], fact_of["D", k]) "\" is wanted by " me ", but " owner_of[k] " has \"" shown(part[1], fact_of["O", k]) "\" there; let one of the two declare it, or make them equal (if that is a former name of this one, see docs/names.md)"
    }
  }
  for (i = 1; i <= vips; i++) {
    if (kept["D", owner] && ("O", vip[i]) in carrier_of) say_loop(vip[i], me, carrier_of["O", vip[i]])
    if (("D", vip[i]) in carrier_of && ("O", vip[i]) in keeper_of) say_loop(vip[i], keeper_of["O", vip[i]], me)
    if (kept["D", owner] && ("O", vip[i]) in plain_of) say_two_managers(vip[i], me, plain_of["O", vip[i]])
    if (("D", vip[i]) in plain_of && ("O", vip[i]) in keeper_of) say_two_managers(vip[i], keeper_of["O", vip[i]], me)
  }
  for (i = 1; i <= count["D"]; i++) clash_of_policies(order["D", i])
  for (i = 1; i <= marks_wanted; i++) for (k = 1; k <= marks_of_others; k++) clash_of_marks(mark_wanted[i], mark_of_others[k])
}

# The part of a fact of [policies] that selects replies.
function replies_of(fact) {
  sub(/^[0-9]+: /, "", fact)
  sub(/ lookup .*/, "", fact)
  return fact
}

function is_for_neighbours(fact) {
  return fact ~ / lookup main /
}

function note_policy(fact,    which) {
  which = replies_of(fact)
  if (is_for_neighbours(fact)) spares_neighbours[tag, which] = 1
  else {
    way_back[tag, which] = fact
    if (tag == "O") way_owner[which] = owner
  }
}

# Two owners send the same replies in different ways: only the first rule would take effect.
function clash_of_policies(k,    part, fact, which) {
  split(k, part, SUBSEP)
  fact = fact_of["D", k]
  # (A fact that is claimed already may stay only until its release.)
  if (part[1] != "policies" || has("L", k) || is_for_neighbours(fact)) return
  which = replies_of(fact)
  if (!(("O", which) in way_back)) return
  if (way_back["O", which] != fact) print "clash\t[policies] \"" fact "\" is wanted by " me ", but " way_owner[which] " has \"" way_back["O", which] "\" there, for the same replies; let both have the same gateway, or one of the two services another port"
  else if ((("O", which) in spares_neighbours) != (("D", which) in spares_neighbours)) print "clash\t[policies] replies " which " to neighbours are to go to the director by only one of " me " and " way_owner[which] "; give both the same localClients, or one of the two services another port"
}

# Packets that two owners mark in different ways: only one of the two services would get them. Packets for two VIPs that have one mark: they would be one
# service, so clients of one owner would reach real servers of the other. (A mark is one service for each family.)
function clash_of_marks(mine, theirs,    my, their) {
  split(mine, my, " ") # mark NUMBER PROTOCOL PORTS to VIP
  split(theirs, their, " ")
  if (my[2] == their[2] && my[6] != their[6] && (my[6] ~ /:/) == (their[6] ~ /:/)) print "clash\t[firewall] \"" mine "\" is wanted by " me ", but " owner_of["firewall" SUBSEP theirs] " has \"" theirs "\" there: packets for both VIPs would be of one service; give one of the two services another mark"
  if (my[2] == their[2] || my[3] != their[3] || my[6] != their[6] || !ports_meet(my[4], their[4])) return
  print "clash\t[firewall] \"" mine "\" is wanted by " me ", but " owner_of["firewall" SUBSEP theirs] " has \"" theirs "\" there, for some of the same packets; let one of the two services have these ports, or give both the same mark (if that is a former name of this one, see docs/names.md)"
}

function ports_meet(one, other,    n, m, i, j, mine, theirs, my, their) {
  if (one == "all" || other == "all") return 1
  n = split(one, mine, ",")
  m = split(other, theirs, ",")
  for (i = 1; i <= n; i++) {
    if (split(mine[i], my, "-") == 1) my[2] = my[1]
    for (j = 1; j <= m; j++) {
      if (split(theirs[j], their, "-") == 1) their[2] = their[1]
      if (my[1] + 0 <= their[2] + 0 && their[1] + 0 <= my[2] + 0) return 1
    }
  }
  return 0
}

function note_mark(fact) {
  if (tag == "D") mark_wanted[++marks_wanted] = fact
  else mark_of_others[++marks_of_others] = fact
}

# keepalived moves a VIP between directors, and another owner wants it on this host all the time.
function say_two_managers(address, keeper, plain) {
  print "clash\t[addresses] " address " is a VIP of the pair that this host is a director of, by " keeper ", and " plain " wants it on this host all the time; two hosts would have it: declare its services in the same KeepalivedPair or Cluster (if one of the two is to go, that takes an update of its own before)"
}

# A director of a pair is also a real server of that pair.
function say_loop(address, keeper, carrier) {
  print "clash\t[addresses] " address " is a VIP of the pair that this host is a director of, by " keeper ", and " carrier " has it there as a real server: as backup the host has the rules as well, and would balance again what the master sends it, in a loop; let hosts that are no directors of the pair be its real servers (if one of the two is to go, that takes an update of its own before)"
}

# Notes how an owner has a VIP: kept by keepalived, as a real server, or as a single director.
function note_vip(fact,    address) {
  address = fact
  sub(/\/.*/, "", address)
  if (tag == "D") vip[++vips] = address
  if (kept[tag, owner]) keeper_of[tag, address] = owner
  else if (carries[tag, owner]) carrier_of[tag, address] = owner
  else plain_of[tag, address] = owner
}
