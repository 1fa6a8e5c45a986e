# Filters of somebody else that may drop what is wanted: base chains of nf_tables for arriving packets that end with a drop, by their policy
# or by their last rule. (Programs of iptables have their rules there as well.)
# Inputs: the wanted facts of [openings], one a line (tag=D); `nft list ruleset` (tag=N).
# Output: for each wanted fact that no rule of such a table seems to accept, a sentence.
# Only the ports, protocols and addresses that a rule names are compared, so a rule that accepts a port for others counts as well: a
# sentence is printed only where nothing accepts the fact at all.

tag == "D" {
  wanted[++facts] = $0
  next
}

$1 == "table" {
  table = $2 " " $3
  tables[++all] = table
  chain = ""
  next
}

$1 == "chain" && $3 == "{" {
  chain = $2
  next
}

$1 == "}" { next }

$1 == "type" && $2 == "filter" && $0 ~ / hook input / {
  is_filter[table] = chain
  if ($0 ~ /policy drop;/) drops[table] = 1
  next
}

chain != "" {
  line = $0
  gsub(/^[ \t]+|counter packets [0-9]+ bytes [0-9]+ ?| comment "[^"]*"/, "", line)
  gsub(/[ \t]+/, " ", line)
  if (is_filter[table] == chain && line ~ /^(drop|reject.*)$/) drops[table] = 1
  if (line ~ /(^| )(accept|jump [^ ]+|goto [^ ]+)$/) accepts[table] = accepts[table] line "\n"
}

# Whether ports that a rule names, such as `{ 22, 80-90 }`, have this port or range.
function has_port(line, protocol, port,    rest, part, n, i, range, ends) {
  rest = line
  if (!sub(".*(^| )(" protocol "|th) dport ", "", rest)) return 0
  if (rest ~ /^[@$]/) return 1
  if (rest ~ /^[{]/) sub(/}.*/, "", rest)
  else sub(/ .*/, "", rest)
  split(port, ends, "-")
  if (ends[2] == "") ends[2] = ends[1]
  n = split(rest, part, /[ ,{]+/)
  for (i = 1; i <= n; i++) {
    if (part[i] !~ /^[0-9]+(-[0-9]+)?$/) {
      # (A name of a service.)
      if (part[i] ~ /^[a-z]/) return 1
      continue
    }
    split(part[i], range, "-")
    if (range[2] == "") range[2] = range[1]
    if (ends[1] + 0 >= range[1] + 0 && ends[2] + 0 <= range[2] + 0) return 1
  }
  return 0
}

# Whether a rule seems to accept a fact: it names its port or protocol, or its address; or it names neither (`iifname "eth0" accept`).
function seems_to_accept(line, fact,    word, what) {
  split(fact, word, " ") # accept WHAT to|from ADDRESS dev INTERFACE
  if (line ~ /ct state ([{] )?(established|related|invalid)|iif(name)? "lo"|icmp/) return 0
  split(word[2], what, "/")
  if (line ~ / dport /) return what[2] != "" && has_port(line, what[2], what[1])
  if (line ~ /l4proto|protocol|nexthdr/) return index(line, what[2] != "" ? what[2] : word[2]) > 0
  if (line ~ /(saddr|daddr) /) return index(line, word[4]) > 0
  return line !~ / match | xt /
}

function rule_for(fact,    word, what, family) {
  split(fact, word, " ")
  split(word[2], what, "/")
  family = word[4] ~ /:/ ? "ip6 " : "ip "
  family = family (word[3] == "to" ? "daddr " : "saddr ") word[4] " "
  if (what[2] != "") return family what[2] " dport " what[1] " accept"
  return family "meta l4proto " (word[2] == "ipip" ? 4 : word[2] == "ip6ip" ? 41 : word[2]) " accept"
}

END {
  for (i = 1; i <= all; i++) {
    table = tables[i]
    if (!(table in drops) || table == "inet firewalld" || table == "inet pulumi_lvs") continue
    n = split(accepts[table], rules, "\n")
    for (j = 1; j <= facts; j++) {
      for (k = 1; k <= n; k++) if (rules[k] != "" && seems_to_accept(rules[k], wanted[j])) break
      if (k > n) print "the table " table " of this host's nf_tables drops what its chain " is_filter[table] " does not accept, and no rule of it is to " wanted[j] "; it is not ours, so add a rule to it where it is kept: nft insert rule " table " " is_filter[table] " " rule_for(wanted[j])
    }
  }
}
