# Differences, for a look and for reading back: live facts against those that are wanted or were applied last.

function report_difference(kind, k,    part) {
  split(k, part, SUBSEP)
  if (has(kind, k)) print "lost\t" part[1] "\t" fact_of[kind, k]
  if (has("V", k)) print "found\t" part[1] "\t" fact_of["V", k]
}

# Whether a fact is extra: a destination under a service of ours that nobody declared, or a rule of somebody else in our firewall table. It
# sends traffic where no document says.
function is_extra(kind, k,    part) {
  if (k in holds_anyway) return 0
  if (is_firewall(k)) return our_firewall && !has(kind, k) && !has("O", k)
  split(k, part, SUBSEP)
  if (part[1] != "ipvs" || !is_destination(part[2]) || (part[1] SUBSEP service_of(part[2])) in unchecked) return 0
  return has(kind, part[1] SUBSEP service_of(part[2])) && !has(kind, k) && !has("O", k)
}

function has_rules(kind,    i) {
  for (i = 1; i <= count[kind]; i++) if (index(order[kind, i], "ipvs" SUBSEP) == 1) return 1
  return 0
}

function compare(kind,    i, k) {
  for (i = 1; i <= count[kind]; i++) {
    k = order[kind, i]
    if (selected(k) && (!has("V", k) || differs(kind, "V", k))) report_difference(kind, k)
  }
  for (i = 1; i <= count["V"]; i++) {
    k = order["V", i]
    if (selected(k) && (is_extra(kind, k) || has("X", k))) report_difference(kind, k)
  }
}

# The document is the same, but an address of the host is on another interface now. Facts that name an interface by that address (@ADDRESS)
# are wanted on the new interface.
function compare_interfaces(    i, k, part) {
  for (i = 1; i <= count["D"]; i++) {
    k = order["D", i]
    split(k, part, SUBSEP)
    if (!selected(k)) continue
    if (part[1] == "keepalived" ? has("L", k) && differs("D", "L", k) : is_placed(part[1]) && !has("L", k)) print "lost\t" part[1] "\t" fact_of["D", k]
  }
  for (i = 1; i <= count["L"]; i++) {
    k = order["L", i]
    split(k, part, SUBSEP)
    if (selected(k) && is_placed(part[1]) && has("V", k) && !has("D", k) && !has("O", k)) print "found\t" part[1] "\t" fact_of["V", k]
  }
}

function is_placed(section) {
  return section == "sysctl" || section == "addresses" || section == "openings" || section == "routes"
}

# Compares released facts with their origins.
function compare_released(    i, k) {
  for (i = 1; i <= count["L"]; i++) compare_with_origin(order["L", i])
  for (i = 1; i <= count["P"]; i++) if (!has("L", order["P", i])) compare_with_origin(order["P", i])
}

function compare_with_origin(k,    part, section, origin, live, claim) {
  if (!selected(k) || wanted_by_anyone(k) || k in holds_anyway) return
  # (If there is no origin, an interrupted change ended before it recorded one, so it touched nothing.)
  origin = origin_without_keepalived(k)
  if (origin == "" && !(k in is_keepaliveds)) return
  split(k, part, SUBSEP)
  section = part[1]
  if (origin == "") origin = "-"
  live = recorded("V", k)
  claim = fact_of[has("L", k) ? "L" : "P", k]
  if (may_differ(section, claim, origin, live)) return
  # (A unit that had failed before is left stopped.)
  if (section == "units") {
    sub(/ failed$/, " inactive", live)
    sub(/ failed$/, " inactive", origin)
  }
  if (value_of(section, origin) == value_of(section, live)) return
  if (origin != "-") print "unrestored\t" section "\t" origin
  if (live != "-") print "stays\t" section "\t" live
}

# What need not be equal to its origin:
#   packages  one that was not to be removed
#   modules   one that was loaded before, and that somebody has unloaded, or that this kernel does not have
#   sysctl    a parameter that did not exist before, or that was removed with its module
#   booleans  one that SELinux's policy does not know any more
#   links     an interface that was removed with its module
#   units     one that is started only later, or whose file its package keeps
#   files     a directory that somebody made in a file's place; a file with other names, which may have been changed under one of these
function may_differ(section, claim, origin, live) {
  if (section == "packages") return origin != "-" || claim !~ / remove-on-destroy$/
  if (section == "modules") return origin != "-"
  if (section == "sysctl") return origin == "-" || live == "-"
  if (section == "links" || section == "booleans") return live == "-"
  if (section == "units") return live == "-" || origin ~ / active$/ || origin == "-" && live ~ / disabled (inactive|failed)$/
  if (section in holds_files) return live ~ /^[^ ]+ kind=/ || origin != "-" && live != "-" && live != claim
  return 0
}

function print_foreign(    i, k, part) {
  for (i = 1; i <= count["V"]; i++) {
    k = order["V", i]
    split(k, part, SUBSEP)
    if (selected(k) && part[1] == "ipvs" && !is_destination(part[2]) && !(mode == "observe" && has("L", k)) && !has("D", k) && !has("O", k)) print "foreign\t" part[1] "\t" fact_of["V", k]
  }
}
