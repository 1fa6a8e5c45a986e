# The three-way plan: what is wanted, what was applied last, what is live; and what others want, and what was there before.
# Pure: it reads facts and prints a plan; it touches nothing.
#
# Inputs, told apart by `tag=` assignments between the files (fields are separated by tabs):
#   F  where the plan is focused: what the lines of its rules have in them, a text a line
#   K  what keepalived makes of its table now (keepalived/data.awk); it comes first
#   L  claims of this owner, as applied last           SECTION FACT
#   P  claims of a change that was interrupted          SECTION FACT
#   O  claims of another owner (owner=NAME; it is empty for all others)             SECTION FACT; with begun=1 those of a change that was interrupted
#   G  origins: what was there before the first claim   SECTION KEY FACT-or-"-"
#   D  desired facts                                    SECTION FACT
#   V  live facts                                       SECTION FACT
#   S  `ipvsadm -Sn`                                    raw; or "unreadable": there is a table, but no ipvsadm to read it
#   T  `ipvsadm -Ln --thresholds`                       raw (they are missing in -Sn)
# form=rules: the lines are rules, without the name of their section.
# focused: the rules that are there are those that may differ, each with its service; all others are as they are wanted.
# same: whether the desired facts are of the document that was applied last
# (X is none of them: VIPs that keepalived keeps, and that are meant to be on another director now.)
# mode: any of plan, boot, origins, together or alone; or verify; or observe        only: the sections to plan, blank-separated; all when empty
#
# An owner with the fact "role real-server" has the VIPs as a real server has them, and not as a director.
# An owner with the fact "keeper keepalived" has keepalived keep its rules and VIPs: a real server that fails its check is meant to be
# gone or quiesced, a VIP is meant to be where keepalived is master, and neither is loaded at boot by anyone else.
#
# Output of plan:     clash SENTENCE · origin SECTION KEY FACT · set SECTION KEY WANTED LIVE · unset SECTION KEY ORIGIN LIVE
#                     lend ipvs SERVICE WITH-A-FLAG-MORE AS-WANTED (while a destination of it drains)
# Output of verify:   lost SECTION FACT · found SECTION FACT     (wanted against live) · foreign SERVICE, which nobody declares
#                     unrestored SECTION ORIGIN · stays SECTION FACT     (of what is wanted no more: what was there before against live)
# Output of observe:  the same for what was applied last, clash SENTENCE for what is desired, and foreign SERVICE
# Output of boot:     boot SECTION FACT, everything that any owner wants after a boot; without the rules
# Output of origins:  keep SECTION KEY FACT, the origins that are still needed

function asked(name) {
  return index(" " mode " ", " " name " ") > 0
}

BEGIN { FS = "\t" }

$0 == "" { next }

form == "rules" { $0 = "ipvs\t" $0 }

# A plan of some sections reads no others: there may be ten thousand rules. (Who keeps the table, and what keepalived makes of it, decides how the
# rest is compared; and the lines of the table name no section.)
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
  # (keepalived puts the sorry server there when too few of the real ones are well.)
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
  # (A VIP that keepalived has kept until now, and that is wanted here all the time from now on.)
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
