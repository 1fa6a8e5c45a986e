# The three-way plan: it compares what is wanted, what was applied last and what
# is live; and it knows the claims of other owners, and the origins.
# It reads facts and prints a plan; it touches nothing.
#
# Inputs, told apart by `tag=` assignments between the files (fields are separated by tabs):
#   F  if the plan is focused: texts by which its rules are recognized, one a line
#   K  keepalived's decisions about its table (keepalived/data.awk); they come before all facts
#   L  claims of this owner, as applied last           SECTION FACT
#   P  claims of a change that was interrupted          SECTION FACT
#   O  claims of another owner (owner=NAME, which is empty for other inputs)
#      SECTION FACT; with begun=1 those of an interrupted change
#   G  origins: what was there before the first claim   SECTION KEY FACT-or-"-"
#   D  desired facts                                    SECTION FACT
#   V  live facts                                       SECTION FACT; or anyway SECTION FACT: it holds on this host without us
#   S  `ipvsadm -Sn`                                    raw; or "unreadable": there is a table, but no ipvsadm to read it
#   T  `ipvsadm -Ln --thresholds`                       raw (-Sn does not print thresholds)
# (X is no input. It has the VIPs that keepalived keeps and that belong on another director now.)
# form=rules: the lines are rules, without the name of their section.
# focused: the inputs have only the rules that may differ, each with its service; all other rules are as they are wanted.
# same: whether the desired facts are of the document that was applied last
# mode: any of plan, boot, origins, together or alone; or verify; or observe
# only: the sections to plan, blank-separated; all when empty
#
# An owner with the fact "role real-server" has its VIPs as a real server, not as a director.
# For an owner with the fact "keeper keepalived", keepalived keeps the rules and VIPs: a real server that fails its check is removed or has
# weight 0, a VIP is on the director that is master, and nothing else loads either of them after a boot.
#
# Output of plan:     clash SENTENCE · origin SECTION KEY FACT · set SECTION KEY WANTED LIVE · unset SECTION KEY ORIGIN LIVE
#                     switch ipvs KEY NEW-FLAG OLD-FLAG awaited|- (a destination whose method of forwarding changes)
#                     lend ipvs SERVICE WITH-FALLBACK-FLAG AS-WANTED (while a destination of it drains)
# Output of verify:   lost SECTION FACT · found SECTION FACT     (wanted against live) · foreign SERVICE, which nobody declares
#                     unrestored SECTION ORIGIN · stays SECTION FACT     (of released facts: origin against live)
# Output of observe:  lost and found for what was applied last, clash SENTENCE for what is desired, and foreign SERVICE
# Output of boot:     boot SECTION FACT, everything that any owner wants after a boot; without the rules
# Output of origins:  keep SECTION KEY FACT, the origins that are still needed

function asked(name) {
  return index(" " mode " ", " " name " ") > 0
}

BEGIN { FS = "\t" }

$0 == "" { next }

form == "rules" { $0 = "ipvs\t" $0 }

tag == "V" && $1 == "anyway" {
  $0 = $2 "\t" $3
  holds_anyway[$1 SUBSEP key_of($1, $2)] = 1
}

# A plan of some sections skips the lines of others: there may be ten thousand rules. (F, K, keeper and role are always read, because they
# decide how the rest is compared. The lines of S and T name no section.)
only != "" && tag !~ /^[FKST]$/ && $1 != "keeper" && $1 != "role" && index(" " only " ", " " $1 " ") == 0 { next }

tag == "F" {
  focus[$0] = 1
  next
}

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

$1 == "role" {
  carries[tag, owner] = 1
  next
}

(tag == "D" || tag == "O") && $1 == "addresses" { note_vip($2) }

(tag == "D" || tag == "O") && $1 == "policies" { note_policy($2) }

(tag == "D" || tag == "O") && $1 == "firewall" && $2 ~ /^mark / { note_mark($2) }

# A fact that keepalived does not want in the kernel just now is declared all the same.
kept[tag, owner] && (tag == "D" || tag == "O") && ($1 == "ipvs" || $1 == "addresses") { asserted[$1 SUBSEP key_of($1, $2)] = 1 }

# By which methods an interrupted change has reached a destination, or was to reach it.
tag == "P" && $1 == "ipvs" && $2 ~ /^-a / { begun_by["ipvs" SUBSEP key_of("ipvs", $2), method_flag($2)] = 1 }

# keepalived adds and removes these by itself, so there may be no origin of them.
kept[tag, owner] && (tag == "L" || tag == "P") && ($1 == "ipvs" || $1 == "addresses") { is_keepaliveds[$1 SUBSEP key_of($1, $2)] = 1 }

kept[tag, owner] && is_idle($1, $2) {
  if (tag == "L" || tag == "D") remember("X", $1, $2)
  next
}

tag == "D" && $1 in boots && asked("boot") && !(kept[tag, owner] && ($1 == "ipvs" || $1 == "addresses")) { print "boot\t" $0 }

# If the results of keepalived's checks are not known, the real servers in its table are not compared.
checks_unknown && kept[tag, owner] && $1 == "ipvs" {
  if ($2 ~ /^-a/) {
    k = "ipvs" SUBSEP key_of("ipvs", $2)
    if (tag == "D") {
      switchable[++methods] = k
      declared[k] = $2
    }
    if (tag == "L") claimed[k] = $2
    next
  }
  unchecked["ipvs" SUBSEP key_of("ipvs", $2)] = 1
}

kept[tag, owner] && $1 == "ipvs" && $2 ~ /^-a/ {
  $0 = $1 "\t" as_decided($2)
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
  if (!begun) claimed_by_others[$1 SUBSEP key_of($1, $2)] = $2
  next
}

tag == "G" {
  k = $1 SUBSEP $2
  if (is_firewall(k)) our_firewall = 1
  if (!has("G", k)) order["G", ++count["G"]] = k
  fact_of["G", k] = $3
  next
}

tag == "S" {
  if ($0 == "unreadable") unreadable = 1
  # (keepalived adds the sorry server when too few real servers pass their checks.)
  if ($0 ~ /^-a / && !(key_of("ipvs", $0) in sorry)) hold("V", $0 in held ? $0 : canonical($0))
  if ($0 ~ /^-A /) remember("V", "ipvs", canonical($0))
  next
}

tag == "T" {
  split("", word)
  n = split($0, word, " ")
  if (is_listed_service(word)) service = listed_service(word)
  else if (word[1] == "->" && word[3] ~ /^[0-9]+$/ && word[3] + word[4] > 0) {
    thresholds = 1
    limits["ipvs" SUBSEP service " -r " word[2]] = (word[3] > 0 ? " -x " word[3] : "") (word[4] > 0 ? " -y " word[4] : "")
  }
  next
}

END {
  remember_unsettled()
  # (A VIP that keepalived has kept until now may be wanted here all the time from now on: it is then no X.)
  for (i = 1; i <= count["X"]; i++) if (has("D", order["X", i])) delete fact_of["X", order["X", i]]
  if (asked("plan") || mode == "observe") clashes()
  if (asked("plan")) plan()
  if (mode == "verify") {
    compare("D")
    compare_released()
  }
  if (mode == "observe") {
    compare("L")
    if (same) compare_interfaces()
    if (unreadable && has_rules("L")) print "lost\tsight\tof the rules, which cannot be read without ipvsadm"
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
