# The plan in the order of its steps. bash would be too slow for ten thousand rules.
# Input: what plan.awk prints. Output: a line with the name of each block and its size, then the blocks (lines.sh):
#   plan       clash SENTENCE · save PATH · set|unset SECTION KEY FACT-or-ORIGIN LIVE of every section but the table ·
#              not-listed SERVICE: it is to be removed, but it is not in the table, or the table cannot be read
#   origins    lines to add to the file of origins
#   now        the input of `ipvsadm -R` before the drain: rules to add or change, and destinations to drain
#   quiesced   the keys of the destinations to drain
#   switched   NEW-FLAG OLD-FLAG awaited|- KEY of each destination whose method of forwarding changes
#   after      the input of `ipvsadm -R` after the drain
#   modules, sysctl, network, firewall, network6   the texts of the boot files; network6 is for `ip -6`
#   needed     all origins that are still needed after the change
# kept: keepalived changes the table, so `now` only has the destinations to drain.
# Each rule has its full set of options: -E and -e reset options that are not given.

BEGIN {
  FS = OFS = "\t"
  blocks_are("plan origins now quiesced switched after modules sysctl network firewall network6 needed")
}

# `ip` takes the family of ip rules only as an option of the whole batch, so those of IPv6 have a file of their own.
function ip_file(section, fact) {
  return section == "policies" && fact ~ /^[0-9]+: from [0-9a-f]*:/ ? "network6" : "network"
}

# As a line for `ip -batch`; nothing where `ip` has no part in it.
function in_ip_words(section, fact) {
  if (section == "addresses") return "address replace " fact
  if (section == "links") {
    # (ip6tnl0 up any: links.sh)
    sub(/ any$/, " type ip6tnl mode any", fact)
    return "link set " fact
  }
  if (section == "fou") return "fou add " fact
  if (section == "routes") return "route replace " fact
  if (section == "policies") {
    sub(/:/, "", fact)
    return "rule add priority " fact
  }
  return ""
}

$1 == "boot" {
  words = in_ip_words($2, $3)
  # (A section without a boot file has no block of its name: `put` then ends the program.)
  if (words == "") put($2, $3)
  else put(ip_file($2, $3), words)
  next
}

$1 == "keep" {
  put("needed", $2 "\t" $3 "\t" $4)
  next
}

$1 == "origin" {
  put("origins", $2 "\t" $3 "\t" $4)
  put("needed", $2 "\t" $3 "\t" $4)
  if ($2 in holds_files && $4 != "-") put("plan", "save\t" $3)
  next
}

$1 == "clash" || $2 != "ipvs" {
  put("plan", $0)
  next
}

$1 == "lend" {
  put("now", "-E" substr($4, 3))
  taken_back[++lent] = "-E" substr($5, 3)
  next
}

$1 == "switch" {
  put("switched", $4 " " $5 " " $3)
  next
}

$1 == "set" && kept { next }

$1 == "set" || $4 != "-" {
  fact = $4
  if ($5 != "-") fact = (substr(fact, 1, 2) == "-A" ? "-E" : "-e") substr(fact, 3)
  put($1 == "set" ? "now" : "after", fact)
  next
}

# It was not there before us, and is there now: it is removed. The destinations of a service are removed with it.
substr($5, 1, 2) == "-A" {
  gone[$3] = 1
  services[++m] = $3
}

substr($5, 1, 2) == "-a" {
  match($5, / -w [0-9]+/)
  put("now", "-e" substr($5, 3, RSTART - 3) " -w 0" substr($5, RSTART + RLENGTH))
  put("quiesced", $3)
  drained[++n] = $3
}

$5 == "-" && index($3, " -r ") == 0 { put("plan", "not-listed\t" $3) }

END {
  for (i = 1; i <= n; i++) {
    service = drained[i]
    sub(/ -r .*/, "", service)
    if (!(service in gone)) put("after", "-d " drained[i])
  }
  for (i = 1; i <= lent; i++) put("after", taken_back[i])
  for (i = 1; i <= m; i++) put("after", "-D " services[i])
  print_blocks()
}
