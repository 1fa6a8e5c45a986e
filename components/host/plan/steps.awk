# The plan in the order of its steps. Only awk can do this for ten thousand rules in no time.
# Input: what plan.awk prints. Output: a line with the name of each block and its size, then the blocks (lines.sh):
#   plan       clash SENTENCE · save PATH · set|unset SECTION KEY FACT-or-ORIGIN LIVE of every section but the table ·
#              not-listed SERVICE, one that is to go and is not in the table, or not in sight
#   origins    to be written down, as they stand in the file
#   now        what `ipvsadm -R` is to be fed now: what comes, changes, or is to drain
#   quiesced   the keys of what is to drain
#   switched   METHOD-FLAG and key of each destination that is reached by another method from now on
#   after      what it is to be fed once that has drained
#   modules, sysctl, network, firewall, network6   for the boot files; the last one is for `ip -6`
#   needed     all origins that are needed when the change is done
# kept: keepalived makes the changes of the table, so what is fed before it is told of them is only what is to drain.
# Always the full option set: -E and -e reset what they are not told.

BEGIN {
  FS = OFS = "\t"
  blocks_are("plan origins now quiesced switched after modules sysctl network firewall network6 needed")
}

# Of a rule `ip` must be told the family beforehand.
function boot_file(section, fact) {
  if (section == "modules" || section == "sysctl" || section == "firewall") return section
  return section == "policies" && fact ~ /^[0-9]+: from [0-9a-f]*:/ ? "network6" : "network"
}

# As a line for `ip -batch`.
function in_ip_words(section, fact) {
  if (section == "addresses") return "address replace " fact
  if (section == "links") {
    # (ip6tnl0 up any: links.sh)
    sub(/ any$/, " type ip6tnl mode any", fact)
    return "link set " fact
  }
  if (section == "routes") return "route replace " fact
  sub(/:/, "", fact)
  return "rule add priority " fact
}

$1 == "boot" {
  put(boot_file($2, $3), boot_file($2, $3) ~ /^network/ ? in_ip_words($2, $3) : $3)
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

$1 == "set" && substr($5, 1, 2) == "-a" && method_flag($4) != method_flag($5) { put("switched", method_flag($4) " " $3) }

$1 == "set" && kept { next }

$1 == "set" || $4 != "-" {
  fact = $4
  if ($5 != "-") fact = (substr(fact, 1, 2) == "-A" ? "-E" : "-e") substr(fact, 3)
  put($1 == "set" ? "now" : "after", fact)
  next
}

# Not there before us, and still there: it goes. A service takes its destinations along.
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
