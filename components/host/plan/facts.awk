# The facts of a plan, by the letter of their input (plan.awk) and by their key.

function remember(kind, section, fact,    k) {
  k = section SUBSEP key_of(section, fact)
  if (!has(kind, k)) order[kind, ++count[kind]] = k
  fact_of[kind, k] = fact
}

function has(kind, k) {
  return (kind, k) in fact_of
}

# There may be ten thousand destinations. They are stored as plain lines, and only those that differ become facts.
function hold(kind, line) {
  if (!(line in held)) {
    held[line] = ++lines
    text[lines] = line
  }
  if (index(marks[held[line]], kind) == 0) marks[held[line]] = marks[held[line]] kind
  if (kind == "D") wanted[++wishes] = held[line]
}

# Whether a destination needs no plan: it is wanted, live and claimed, word for word, and no other owner claims it. After an interrupted
# change no destination is settled. (`verify` ignores the claims of this owner.)
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

# The part of a fact that is compared: whether a package is removed on destroy is no property of the host, and in the automatic modes of IPVS's defenses
# the kernel itself changes 1 to 2 and back (ip_vs_ctl.c, update_defense_level).
function value_of(section, fact) {
  if (section == "packages") sub(/ .*/, "", fact)
  if (section == "sysctl" && fact ~ /^net\.ipv4\.vs\.(drop_entry|drop_packet|secure_tcp) = 2$/) sub(/2$/, "1", fact)
  return fact
}

function differs(kind, other, k,    part) {
  split(k, part, SUBSEP)
  return value_of(part[1], fact_of[kind, k]) != value_of(part[1], fact_of[other, k])
}

# The origin of this key: a fact, - for nothing, or empty if none is recorded. For a destination whose service did not exist, no origin is
# recorded: it is - as well.
function origin_of(k,    part) {
  if (has("G", k)) return fact_of["G", k]
  split(k, part, SUBSEP)
  return part[1] == "ipvs" && is_destination(part[2]) && fact_of["G", part[1] SUBSEP service_of(part[2])] == "-" ? "-" : ""
}

function is_firewall(k) {
  return index(k, "firewall" SUBSEP) == 1
}

# Facts of firewalld: what of them was there before us is in a record of its own (sections/openings.sh).
function is_opening(k) {
  return index(k, "openings" SUBSEP) == 1
}

function is_address(k) {
  return index(k, "addresses" SUBSEP) == 1
}

# The same, but - for a VIP that keepalived has managed: it adds and removes VIPs by
# itself, so one that was there before the claim may have been its own.
function origin_without_keepalived(k) {
  return k in is_keepaliveds && is_address(k) ? "-" : origin_of(k)
}

# Whether any owner wants the key or, for a destination, its service.
function wanted_by_anyone(k,    part, service) {
  split(k, part, SUBSEP)
  service = part[1] SUBSEP service_of(part[2])
  return has("D", k) || has("O", k) || k in asserted || (part[1] == "ipvs" && (has("D", service) || has("O", service)))
}

# Whether a rule was left out of the input because nothing about it differs. (The patterns are those of rules_focus in rules.sh.)
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

# A fact for a message: without a file's content.
function shown(section, fact) {
  if (section in holds_files) sub(/ content=.*/, "", fact)
  return fact
}

function say(verb, k, a, b,    part) {
  split(k, part, SUBSEP)
  print verb "\t" part[1] "\t" part[2] "\t" a "\t" b
}
