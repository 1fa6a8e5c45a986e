# What the plan knows: facts by the letter of their input (plan.awk) and their key.

function remember(kind, section, fact,    k) {
  k = section SUBSEP key_of(section, fact)
  if (!has(kind, k)) order[kind, ++count[kind]] = k
  fact_of[kind, k] = fact
}

function has(kind, k) {
  return (kind, k) in fact_of
}

# Destinations come by the ten thousand: they are held as plain lines, and only those that differ become facts.
function hold(kind, line) {
  if (!(line in held)) {
    held[line] = ++lines
    text[lines] = line
  }
  if (index(marks[held[line]], kind) == 0) marks[held[line]] = marks[held[line]] kind
  if (kind == "D") wanted[++wishes] = held[line]
}

# Whether a destination needs no further look: it is wanted and live word for word, claimed as well where the plan counts claims, and nobody else's. After
# an interrupted change none is settled. (`verify` holds wanted against live alone.)
function settled(i) {
  if (thresholds || index(marks[i], "D") == 0 || index(marks[i], "V") == 0) return 0
  if (mode != "verify" && (count["P"] || index(marks[i], "L") == 0)) return 0
  return !count["O"] || !has("O", "ipvs" SUBSEP key_of("ipvs", text[i]))
}

function remember_unsettled(    i, k) {
  for (i = 1; i <= lines; i++) {
    if (settled(i)) {
      marks[i] = ""
      continue
    }
    if (index(marks[i], "L")) remember("L", "ipvs", text[i])
    if (index(marks[i], "P")) remember("P", "ipvs", text[i])
    if (index(marks[i], "V")) remember("V", "ipvs", text[i])
  }
  for (i = 1; i <= wishes; i++) if (marks[wanted[i]] != "") remember("D", "ipvs", text[wanted[i]])
  for (k in limits) if (has("V", k)) fact_of["V", k] = fact_of["V", k] limits[k]
}

function recorded(kind, k) {
  return has(kind, k) ? fact_of[kind, k] : "-"
}

# What two facts are compared by: whether a package goes again on destroy is no property of the host.
function value_of(section, fact) {
  if (section == "packages") sub(/ .*/, "", fact)
  return fact
}

function differs(kind, other, k,    part) {
  split(k, part, SUBSEP)
  return value_of(part[1], fact_of[kind, k]) != value_of(part[1], fact_of[other, k])
}

# What was there before the first claim of this key: a fact, or - for nothing. Of a destination whose service was not there, nothing is written down.
function origin_of(k,    part) {
  if (has("G", k)) return fact_of["G", k]
  split(k, part, SUBSEP)
  return part[1] == "ipvs" && is_destination(part[2]) && fact_of["G", part[1] SUBSEP service_of(part[2])] == "-" ? "-" : ""
}

function is_firewall(k) {
  return index(k, "firewall" SUBSEP) == 1
}

function is_address(k) {
  return index(k, "addresses" SUBSEP) == 1
}

# The same of what keepalived has managed: it adds and removes its VIPs by itself, so one that was there before the claim may have been its own.
function origin_without_keepalived(k) {
  return k in is_keepaliveds && is_address(k) ? "-" : origin_of(k)
}

# Is the key (or, for a destination, its service) wanted by anyone?
function wanted_by_anyone(k,    part, service) {
  split(k, part, SUBSEP)
  service = part[1] SUBSEP service_of(part[2])
  return has("D", k) || has("O", k) || k in asserted || (part[1] == "ipvs" && (has("D", service) || has("O", service)))
}

# A rule that was left out because nothing about it differs. (The patterns are those of rules_focus in rules.sh.)
function is_elsewhere(k,    part, service) {
  split(k, part, SUBSEP)
  if (!focused || part[1] != "ipvs") return 0
  service = service_of(part[2])
  if (!is_destination(part[2])) return !(("-A " service " ") in focus)
  return !(("-a " service " -r ") in focus) && !(("-a " part[2] " ") in focus)
}

function selected(k,    part) {
  split(k, part, SUBSEP)
  if (mode == "observe" && unreadable && part[1] == "ipvs") return 0
  return only == "" || index(" " only " ", " " part[1] " ") > 0
}

# A file's content is nobody's business in a message.
function shown(section, fact) {
  if (section in holds_files) sub(/ content=.*/, "", fact)
  return fact
}

function say(verb, k, a, b,    part) {
  split(k, part, SUBSEP)
  print verb "\t" part[1] "\t" part[2] "\t" a "\t" b
}
