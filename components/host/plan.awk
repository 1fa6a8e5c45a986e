# The three-way plan: what is wanted, what was applied last, what is live; and what others want, and what was there before.
# Pure: it reads facts and prints a plan; it touches nothing.
#
# Inputs, told apart by `tag=` assignments between the files (fields are separated by tabs):
#   K  what keepalived makes of its table now (belief.awk); it comes first
#   L  claims of this owner, as applied last           SECTION FACT
#   P  claims of a change that was interrupted          SECTION FACT
#   O  claims of another owner (owner=NAME; it is empty for all others)             SECTION FACT; with begun=1 those of a change that was interrupted
#   G  origins: what was there before the first claim   SECTION KEY FACT-or-"-"
#   D  desired facts                                    SECTION FACT
#   V  live facts                                       SECTION FACT
#   S  `ipvsadm -Sn`                                    raw; or "unseen": there is a table, but no ipvsadm to read it
#   T  `ipvsadm -Ln --thresholds`                       raw (they are missing in -Sn)
# form=rules: the lines are rules, without the name of their section.
# focused: the rules that are there are those that may differ, each with its service; all others are as they are wanted.
# same: whether the desired facts are of the document that was applied last
# mode: any of plan, boot, origins, together or alone; or verify; or observe        only: the sections to plan, blank-separated; all when empty
#
# An owner whose facts begin with "keeper keepalived" has keepalived keep its rules and VIPs: a real server that fails its check is meant to be
# gone or quiesced, a VIP is meant to be where keepalived is master, and neither is loaded at boot by anyone else.
#
# Output of plan:     clash SENTENCE · origin SECTION KEY FACT · set SECTION KEY WANTED LIVE · unset SECTION KEY ORIGIN LIVE
#                     lend ipvs SERVICE WITH-A-FLAG-MORE AS-WANTED (while a destination of it drains)
# Output of verify:   lost SECTION FACT · found SECTION FACT     (wanted against live) · foreign SERVICE, which nobody declares
#                     unrestored SECTION ORIGIN · stays SECTION FACT     (of what is wanted no more: what was there before against live)
# Output of observe:  the same for what was applied last, clash SENTENCE for what is desired, and foreign SERVICE
# Output of boot:     boot SECTION FACT, everything that any owner wants after a boot; without the rules
# Output of origins:  keep SECTION KEY FACT, the origins that are still needed

function key_of(section, fact,    word) {
  if (section == "sysctl") return substr(fact, 1, index(fact, " = ") - 1)
  if (section == "packages" || section == "units" || section == "files" || section == "keepalived") {
    split(fact, word, " ")
    return word[1]
  }
  if (section == "ipvs") {
    split(fact, word, " ")
    return word[1] == "-a" ? word[2] " " word[3] " -r " word[5] : word[2] " " word[3]
  }
  return fact
}

# What two facts are compared by: whether a package goes again on destroy is no property of the host.
function value_of(section, fact) {
  if (section == "packages") sub(/ .*/, "", fact)
  return fact
}

function service_of(key) {
  sub(/ -r .*/, "", key)
  return key
}

function is_destination(key) {
  return index(key, " -r ") > 0
}

# An `ipvsadm -Sn` line in the one order and form that documents use; defaults that ipvsadm prints by itself are left out.
function canonical(line,    word, n, i, option) {
  n = split(line, word, " ")
  if (word[1] == "-a") {
    for (i = 4; i <= n; i++) {
      if (word[i] == "-g" || word[i] == "-m" || word[i] == "-i") option["method"] = word[i]
      else option[substr(word[i], 2)] = word[i + 1]
    }
    line = "-a " word[2] " " word[3] " -r " option["r"] " " option["method"] " -w " option["w"]
    if (option["x"] + 0 > 0) line = line " -x " option["x"]
    if (option["y"] + 0 > 0) line = line " -y " option["y"]
    return line
  }
  for (i = 4; i <= n; i++) {
    if (word[i] == "-o") option["o"] = 1
    else if (word[i] == "-6") option["6"] = 1
    else {
      option[word[i]] = word[i + 1]
      i++
    }
  }
  line = "-A " word[2] " " word[3] " -s " option["-s"]
  if ("-b" in option) line = line " -b " option["-b"]
  if ("-p" in option) line = line " -p " option["-p"]
  if ("-M" in option && option["-M"] != "255.255.255.255") line = line " -M " option["-M"]
  if ("o" in option) line = line " -o"
  if ("--pe" in option) line = line " --pe " option["--pe"]
  return line
}

# What keepalived means to have in the kernel for this destination now: nothing, or the line with the weight that it has given.
function believed(line,    k) {
  k = key_of("ipvs", line)
  # (A sorry server that is in the table all the time is there as keepalived has it while it has its turn.)
  if (k in sorry) return ""
  if (!(k in meant)) return line
  if (meant[k] == "gone") return ""
  if (meant[k] != "declared") sub(/ -w [0-9]+/, " -w " meant[k], line)
  return line
}

# A VIP that keepalived keeps is meant to be on the director that is master.
function is_idle(section, fact) {
  if (section != "addresses") return 0
  sub(/\/.*/, "", fact)
  return !(fact in held_vip)
}

function remember(kind, section, fact,    k) {
  k = section SUBSEP key_of(section, fact)
  if (!has(kind, k)) order[kind, ++count[kind]] = k
  fact_of[kind, k] = fact
}

function has(kind, k) {
  return (kind, k) in fact_of
}

# Destinations come by the ten thousand, and of most there is nothing to say: they are kept as plain lines until it is known which.
function hold(kind, line) {
  if (!(line in held)) {
    held[line] = ++lines
    text[lines] = line
  }
  if (index(marks[held[line]], kind) == 0) marks[held[line]] = marks[held[line]] kind
  if (kind == "D") wanted[++wishes] = held[line]
}

# Word for word the same wherever this mode looks, and nobody else's. After an interrupted change nothing is taken as settled.
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

# Is the key (or, for a destination, its service) wanted by anyone?
function wanted_by_anyone(k,    part, service) {
  split(k, part, SUBSEP)
  service = part[1] SUBSEP service_of(part[2])
  return has("D", k) || has("O", k) || k in asserted || (part[1] == "ipvs" && (has("D", service) || has("O", service)))
}

# A rule that was left out because nothing about it differs.
function is_elsewhere(k,    part) {
  split(k, part, SUBSEP)
  return focused && part[1] == "ipvs" && !has("V", k)
}

function selected(k,    part) {
  split(k, part, SUBSEP)
  if (mode == "observe" && unseen && part[1] == "ipvs") return 0
  return only == "" || index(" " only " ", " " part[1] " ") > 0
}

function say(verb, k, a, b,    part) {
  split(k, part, SUBSEP)
  print verb "\t" part[1] "\t" part[2] "\t" a "\t" b
}

function report_difference(kind, k,    part) {
  split(k, part, SUBSEP)
  if (has(kind, k)) print "lost\t" part[1] "\t" fact_of[kind, k]
  if (has("V", k)) print "found\t" part[1] "\t" fact_of["V", k]
}

# A destination that nobody declared under a service of ours: traffic goes where the declaration does not say.
function is_extra(kind, k,    part) {
  split(k, part, SUBSEP)
  if (part[1] != "ipvs" || !is_destination(part[2]) || (part[1] SUBSEP service_of(part[2])) in unchecked) return 0
  return has(kind, part[1] SUBSEP service_of(part[2])) && !has(kind, k) && !has("O", k)
}

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
  }
}

# A director of a pair that is a real server of it as well.
function say_loop(address, keeper, carrier) {
  print "clash\t[addresses] " address " is a VIP of the pair that this host is a director of, by " keeper ", and " carrier " puts it on lo, where real servers have it: as backup the host has the rules as well, and would balance again what the master sends it, in a loop; let hosts that are no directors of the pair be its real servers (if one of the two is to go, that takes an update of its own before)"
}

# Who has a VIP kept by keepalived, and who carries it on lo.
function note_vip(fact,    address) {
  address = fact
  sub(/\/.*/, "", address)
  if (tag == "D") vip[++vips] = address
  if (kept[tag, owner]) keeper_of[tag, address] = owner
  else if (fact ~ / dev lo$/) carrier_of[tag, address] = owner
}

# A file's content is nobody's business in a message.
function shown(section, fact) {
  if (section == "files" || section == "keepalived") sub(/ content=.*/, "", fact)
  return fact
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

# The same document, but an address of the host is on another interface now: what stands by it (@ADDRESS) is wanted there.
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
  return section == "sysctl" || section == "addresses"
}

# What was given back is as it was, or gone.
function compare_released(    i, k) {
  for (i = 1; i <= count["L"]; i++) compare_with_origin(order["L", i])
  for (i = 1; i <= count["P"]; i++) if (!has("L", order["P", i])) compare_with_origin(order["P", i])
}

function compare_with_origin(k,    part, section, origin, live, claim) {
  if (!selected(k) || wanted_by_anyone(k)) return
  # (An interrupted change was still to write down what was there, and touched nothing.)
  origin = origin_of(k)
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

# A package that was not to go. A setting that did not exist before, or that went with its module. A unit that starts again only later, or whose file
# its package keeps. A directory that somebody made in a file's place. A file with other names, which may have been changed by one of these.
function may_differ(section, claim, origin, live) {
  if (section == "packages") return origin != "-" || claim !~ / remove-on-destroy$/
  if (section == "sysctl") return origin == "-" || live == "-"
  if (section == "units") return live == "-" || origin ~ / active$/ || origin == "-" && live ~ / disabled (inactive|failed)$/
  if (section == "files" || section == "keepalived") return live ~ /^[^ ]+ kind=/ || origin != "-" && live != "-" && live != claim
  return 0
}

function plan(    i, k, part, service) {
  for (i = 1; i <= count["D"]; i++) {
    k = order["D", i]
    if (!selected(k)) continue
    if (origin_of(k) == "") {
      # (Another owner that has only begun to claim it may have written down no origin.)
      if (!has("L", k) && !(k in claimed_by_others)) {
        say("origin", k, recorded("V", k), "")
        if (!has("V", k)) fact_of["G", k] = "-"
        was_there[k] = has("V", k)
      # Until now it was keepalived's, which knows no origins.
      } else if (!kept["D", owner] && (!has("L", k) || k in is_keepaliveds) && (!has("O", k) || k in is_others_keepaliveds)) say("origin", k, "-", "")
    }
    if (!has("V", k) || differs("D", "V", k)) say("set", k, recorded("D", k), recorded("V", k))
  }
  # A service that was there before us: its destinations come back with it.
  for (i = 1; i <= count["V"]; i++) {
    k = order["V", i]
    split(k, part, SUBSEP)
    service = part[1] SUBSEP service_of(part[2])
    if (selected(k) && part[1] == "ipvs" && is_destination(part[2]) && was_there[service] && !has("D", k)) say("origin", k, recorded("V", k), "")
  }
  # Gone from the declaration: back to what was there, unless somebody else still wants it or it was never touched.
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

# While a destination drains, its weight is 0. The schedulers that hash clients to destinations (ip_vs_sh.c, ip_vs_mh.c) go on choosing it, and refuse
# those clients, unless their flag tells them to fall back on another destination.
function lend_fallback(k,    part, service, fact, lent) {
  split(k, part, SUBSEP)
  service = part[1] SUBSEP service_of(part[2])
  if (part[1] != "ipvs" || !is_destination(part[2]) || service in has_lent || !has("V", service)) return
  # (A service that goes as a whole takes its clients along.)
  if (!wanted_by_anyone(service) && (origin_of(service) == "" || origin_of(service) == "-")) return
  fact = has("D", service) ? fact_of["D", service] : wanted_by_anyone(service) ? fact_of["V", service] : fact_of["G", service]
  if (fact !~ / -s [sm]h( |$)/ || fact ~ /-fallback/) return
  has_lent[service] = 1
  lent = fact
  if (lent ~ / -b /) sub(/ -b /, " -b " (fact ~ / -s sh/ ? "sh" : "mh") "-fallback,", lent)
  else sub(/ -s [sm]h/, fact ~ / -s sh/ ? "& -b sh-fallback" : "& -b mh-fallback", lent)
  say("lend", service, lent, fact)
}

function release(k,    part) {
  if (!selected(k) || has("D", k) || has("O", k)) return
  if (origin_of(k) != "") {
    if (origin_of(k) == "-" && has("V", k)) lend_fallback(k)
    say("unset", k, origin_of(k), recorded("V", k))
  } else if (has("L", k) && !(k in is_keepaliveds)) {
    split(k, part, SUBSEP)
    print "clash\t[" part[1] "] what was there before \"" shown(part[1], fact_of["L", k]) "\" is not known any more, so it cannot be given back: /var/lib/pulumi-lvs/origins has lost its line; restore that file from a backup of this host, or add the line \"" part[1] "<tab>" part[2] "<tab>-\", if nothing was there"
  }
}

# What other owners want as well has been said already.
function print_boot_of_others(    i, k, part) {
  for (i = 1; i <= count["O"]; i++) {
    k = order["O", i]
    split(k, part, SUBSEP)
    if (part[1] in boots && !has("D", k) && !(k in is_others_keepaliveds)) print "boot\t" part[1] "\t" fact_of["O", k]
  }
}

function print_foreign(    i, k, part) {
  for (i = 1; i <= count["V"]; i++) {
    k = order["V", i]
    split(k, part, SUBSEP)
    if (selected(k) && part[1] == "ipvs" && !is_destination(part[2]) && !(mode == "observe" && has("L", k)) && !has("D", k) && !has("O", k)) print "foreign\t" part[1] "\t" fact_of["V", k]
  }
}

function asked(name) {
  return index(" " mode " ", " " name " ") > 0
}

BEGIN {
  FS = "\t"
  boots["modules"] = boots["sysctl"] = boots["addresses"] = 1
}

$0 == "" { next }

form == "rules" { $0 = "ipvs\t" $0 }

# A plan of some sections reads no others: there may be ten thousand rules. (Who keeps the table, and what keepalived makes of it, decides how the
# rest is compared; and the lines of the table name no section.)
only != "" && tag !~ /^[KST]$/ && $1 != "keeper" && index(" " only " ", " " $1 " ") == 0 { next }

tag == "K" {
  if ($1 == "rule") meant[$2] = $3
  if ($1 == "sorry") sorry[$2] = 1
  if ($1 == "vip") held_vip[$2] = 1
  if ($1 == "checks-unknown") checks_unknown = 1
  next
}

$1 == "keeper" {
  kept[tag, owner] = 1
  next
}

(tag == "D" || tag == "O") && $1 == "addresses" { note_vip($2) }

# What is not meant to be in the kernel just now is declared all the same.
kept[tag, owner] && (tag == "D" || tag == "O") && ($1 == "ipvs" || $1 == "addresses") { asserted[$1 SUBSEP key_of($1, $2)] = 1 }

# keepalived adds and removes these by itself, so there may be no origin of them.
kept[tag, owner] && (tag == "L" || tag == "P") && ($1 == "ipvs" || $1 == "addresses") { is_keepaliveds[$1 SUBSEP key_of($1, $2)] = 1 }

kept[tag, owner] && is_idle($1, $2) {
  if (tag == "L" || tag == "D") remember("X", $1, $2)
  next
}

tag == "D" && $1 in boots && asked("boot") && !(kept[tag, owner] && ($1 == "ipvs" || $1 == "addresses")) { print "boot\t" $0 }

# Nothing is known of what its checks found: which real servers are in the table is its own business then.
checks_unknown && kept[tag, owner] && $1 == "ipvs" {
  if ($2 ~ /^-a/) next
  unchecked["ipvs" SUBSEP key_of("ipvs", $2)] = 1
}

kept[tag, owner] && $1 == "ipvs" && $2 ~ /^-a/ {
  $0 = $1 "\t" believed($2)
  if ($2 == "") next
}

(tag == "L" || tag == "D" || tag == "P" && mode == "verify") && $1 == "ipvs" && $2 ~ /^-a/ {
  hold(tag, $2)
  next
}

tag == "L" || tag == "P" || tag == "D" || tag == "V" {
  remember(tag, $1, $2)
  next
}

tag == "O" {
  remember("O", $1, $2)
  if (kept[tag, owner] && ($1 == "ipvs" || $1 == "addresses")) is_others_keepaliveds[$1 SUBSEP key_of($1, $2)] = 1
  owner_of[$1 SUBSEP key_of($1, $2)] = owner
  if (!begun) claimed_by_others[$1 SUBSEP key_of($1, $2)] = 1
  next
}

tag == "G" {
  k = $1 SUBSEP $2
  if (!has("G", k)) order["G", ++count["G"]] = k
  fact_of["G", k] = $3
  next
}

tag == "S" {
  if ($0 == "unseen") unseen = 1
  # (keepalived puts the sorry server there when too few of the real ones are well.)
  if ($0 ~ /^-a / && !(key_of("ipvs", $0) in sorry)) hold("V", $0 in held ? $0 : canonical($0))
  if ($0 ~ /^-A /) remember("V", "ipvs", canonical($0))
  next
}

tag == "T" {
  n = split($0, word, " ")
  if (word[1] == "TCP" || word[1] == "UDP") service = (word[1] == "TCP" ? "-t " : "-u ") word[2]
  else if (word[1] == "->" && word[3] ~ /^[0-9]+$/ && word[3] + word[4] > 0) {
    thresholds = 1
    limits["ipvs" SUBSEP service " -r " word[2]] = (word[3] > 0 ? " -x " word[3] : "") (word[4] > 0 ? " -y " word[4] : "")
  }
  next
}

END {
  remember_unsettled()
  if (asked("plan") || mode == "observe") clashes()
  if (asked("plan")) plan()
  if (mode == "verify") {
    compare("D")
    compare_released()
  }
  if (mode == "observe") {
    compare("L")
    if (same) compare_interfaces()
    if (unseen && has_rules("L")) print "lost\tsight\tof the rules, which cannot be read without ipvsadm"
  }
  if (mode == "observe" || mode == "verify" && foreign) print_foreign()
  if (asked("origins")) {
    for (i = 1; i <= count["G"]; i++) {
      k = order["G", i]
      if (wanted_by_anyone(k) || !has("L", k) && !has("P", k) && is_elsewhere(k)) {
        split(k, part, SUBSEP)
        print "keep\t" part[1] "\t" part[2] "\t" fact_of["G", k]
      }
    }
  }
  if (asked("boot")) print_boot_of_others()
}
