# What a change of rules does to open connections, one sentence a line.
# Two inputs: all rules that are wanted (tag=D); then those that are claimed or wanted, but not both (tag=X).
# `drain` is how many seconds the host waits for the connections of a destination before it removes the destination.

function method_name(rule,    flag) {
  flag = method_flag(rule)
  return flag == "-m" ? "NAT" : flag == "-i" ? "tunneling" : "direct routing"
}

function word_after(rule, option,    word, n, i) {
  n = split(rule, word, " ")
  for (i = 1; i < n; i++) if (word[i] == option) return word[i + 1]
  return ""
}

function destination_of(key) {
  sub(/.* -r /, "", key)
  return key
}

# Whether persistence gets another engine, or none: it then does not find what it has remembered (ip_vs_conn.c, ip_vs_ct_in_get).
function engine_changes(old, new) {
  return word_after(old, "-p") != "" && word_after(new, "-p") != "" && word_after(old, "--pe") != word_after(new, "--pe")
}

# Collects those destinations of a service that share a sentence.
function gather(kind, key, what,    service) {
  service = service_of(key)
  if (!((kind, service) in list)) {
    order[++sentences] = kind SUBSEP service
    list[kind, service] = what
  } else list[kind, service] = list[kind, service] ", " what
}

function waited() {
  return drain > 0 ? "those still open after " drain " s end" : "those that are open end at once"
}

$0 == "" { next }

tag == "D" {
  wanted[$0] = 1
  if (/^-A /) is_wanted[rule_key($0)] = 1
  next
}

$0 in wanted {
  after[rule_key($0)] = $0
  next
}

{
  before[rule_key($0)] = $0
  keys[++count] = rule_key($0)
}

END {
  for (i = 1; i <= count; i++) {
    key = keys[i]
    service = service_of(key)
    if (!is_destination(key)) {
      if (!(key in after)) gather("removed", key, "")
      else gather(engine_changes(before[key], after[key]) ? "recognized" : "changed", key, "")
    } else if (!(service in is_wanted)) continue
    else if (!(key in after)) gather("left", key, destination_of(key))
    else if (method_flag(before[key]) != method_flag(after[key])) gather(method_name(after[key]), key, destination_of(key))
  }
  for (i = 1; i <= sentences; i++) {
    split(order[i], part, SUBSEP)
    what = list[part[1], part[2]]
    if (part[1] == "removed") print "service " part[2] " is removed: it takes no new connections, and " waited()
    else if (part[1] == "changed") print "service " part[2] " changes: open connections stay with their real servers, and new ones are scheduled as declared"
    else if (part[1] == "recognized") print "service " part[2] " changes: open connections stay with their real servers, new ones are scheduled as declared, and what persistence has remembered no longer counts"
    else if (part[1] == "left") print "service " part[2] " loses " what ": it gets no new connections, and " waited()
    else print "service " part[2] " reaches " what " by " part[1] ": new connections go this way, and open ones " (drain > 0 ? "keep their way; those still open after " drain " s may end" : "end when the real servers are changed")
  }
}
