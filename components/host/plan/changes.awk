# What is to be set, and what is to be given back.

function plan(    i, k, part, service, before) {
  for (i = 1; i <= count["D"]; i++) {
    k = order["D", i]
    if (!selected(k)) continue
    if (origin_of(k) == "") {
      # (Another owner that has only begun to claim it may have written down no origin.)
      if (!has("L", k) && !(k in claimed_by_others)) {
        # (keepalived adds its VIPs by itself: a VIP that is live may be its own, so it does not count as an origin.)
        before = is_firewall(k) || is_opening(k) || kept["D", owner] && is_address(k) || k in is_keepaliveds ? "-" : recorded("V", k)
        say("origin", k, before, "")
        if (before == "-") fact_of["G", k] = "-"
        was_there[k] = before != "-"
      # Until now keepalived has managed this fact, so no origin of it was recorded.
      } else if (!kept["D", owner] && (!has("L", k) || k in is_keepaliveds) && (!has("O", k) || k in is_others_keepaliveds)) say("origin", k, "-", "")
    }
    if (!has("V", k) || differs("D", "V", k)) {
      say_switch(k, fact_of["D", k], has("L", k) ? fact_of["L", k] : "")
      say("set", k, recorded("D", k), recorded("V", k))
    }
  }
  # (keepalived changes these, and nothing else of them is known.)
  for (i = 1; i <= methods; i++) say_switch(switchable[i], declared[switchable[i]], claimed[switchable[i]])
  # If a service was there before us, its destinations get origins as well, so that they are restored with it.
  for (i = 1; i <= count["V"]; i++) {
    k = order["V", i]
    split(k, part, SUBSEP)
    service = part[1] SUBSEP service_of(part[2])
    if (selected(k) && part[1] == "ipvs" && is_destination(part[2]) && was_there[service] && !has("D", k)) say("origin", k, recorded("V", k), "")
  }
  # Facts that have left the document: their origins are restored, unless another owner still wants them or they were never touched.
  for (i = 1; i <= count["L"]; i++) release(order["L", i])
  for (i = 1; i <= count["P"]; i++) if (!has("L", order["P", i])) release(order["P", i])
  for (i = 1; i <= count["G"]; i++) {
    k = order["G", i]
    if (!has("L", k) && !has("P", k) && !wanted_by_anyone(k) && !is_elsewhere(k)) release(k)
  }
  for (i = 1; i <= count["V"]; i++) {
    k = order["V", i]
    if (!selected(k) || has("L", k) || has("P", k)) continue
    if (is_extra("D", k) || has("X", k) && !has("O", k)) {
      lend_fallback(k)
      say("unset", k, "-", recorded("V", k))
    }
  }
}

# A destination that is live by another method. Its connections are awaited if this owner has had it by another method until now: then its real server is
# about to lose what that method needs. (The other method may be that of an interrupted change, which this change undoes: its connections are awaited, too.)
function say_switch(k, wanted_fact, claimed_fact,    new, old) {
  if (wanted_fact !~ /^-a / || !has("V", k)) return
  new = method_flag(wanted_fact)
  old = method_flag(fact_of["V", k])
  if (new != old) say("switch", k, new " " old, claimed_fact != "" && method_flag(claimed_fact) != new || (k, old) in begun_by ? "awaited" : "-")
}

# While a destination drains, its weight is 0. The schedulers that hash clients to destinations (ip_vs_sh.c, ip_vs_mh.c) still choose it,
# and refuse these clients, unless their fallback flag lets them choose another destination.
function lend_fallback(k,    part, service, fact, lent) {
  split(k, part, SUBSEP)
  service = part[1] SUBSEP service_of(part[2])
  if (part[1] != "ipvs" || !is_destination(part[2]) || service in has_lent || !has("V", service)) return
  # (A service that is removed as a whole needs no fallback.)
  if (!wanted_by_anyone(service) && (origin_of(service) == "" || origin_of(service) == "-")) return
  fact = has("D", service) ? fact_of["D", service] : wanted_by_anyone(service) ? fact_of["V", service] : fact_of["G", service]
  if (fact !~ / -s [sm]h( |$)/ || fact ~ /-fallback/) return
  has_lent[service] = 1
  lent = fact
  if (lent ~ / -b /) sub(/ -b /, " -b " (fact ~ / -s sh/ ? "sh" : "mh") "-fallback,", lent)
  else sub(/ -s [sm]h/, fact ~ / -s sh/ ? "& -b sh-fallback" : "& -b mh-fallback", lent)
  say("lend", service, lent, fact)
}

function release(k,    part, origin) {
  if (!selected(k) || has("D", k) || has("O", k)) return
  origin = origin_without_keepalived(k)
  # (A destination that was under a foreign service, and that service is wanted now: the destination is restored only with the service.)
  if (origin != "" && wanted_by_anyone(k)) origin = "-"
  if (origin != "") {
    if (origin == "-" && has("V", k)) lend_fallback(k)
    if (origin != "-") say_switch(k, origin, "")
    say("unset", k, origin, recorded("V", k))
  } else if (has("L", k) && !(k in is_keepaliveds)) {
    split(k, part, SUBSEP)
    print "clash\t[" part[1] "] the origin of \"" shown(part[1], fact_of["L", k]) "\" is lost, so it cannot be given back: /var/lib/pulumi-lvs/origins has no line for it; restore that file from a backup of this host, or add the line \"" part[1] "<tab>" part[2] "<tab>-\", if nothing was there"
  }
}

# Facts that this owner wants as well are already printed.
function print_boot_of_others(    i, k, part) {
  for (i = 1; i <= count["O"]; i++) {
    k = order["O", i]
    split(k, part, SUBSEP)
    if (part[1] in boots && !has("D", k) && !(k in is_others_keepaliveds) && k in claimed_by_others) print "boot\t" part[1] "\t" claimed_by_others[k]
  }
}
