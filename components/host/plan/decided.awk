# Applies keepalived's decisions about its rules and VIPs (keepalived/data.awk) to the declared facts.

# The line that keepalived wants in the kernel for this destination now: none, or the line with the weight that keepalived has given it.
function as_decided(line,    k) {
  k = key_of("ipvs", line)
  # (A sorry server with `inhibit` is in the table all the time. While it stands in for the real servers, it is not compared.)
  if (k in sorry) return ""
  if (!(k in meant)) return line
  if (meant[k] == "gone") return ""
  if (meant[k] != "declared") sub(/ -w [0-9]+/, " -w " meant[k], line)
  return line
}

# Whether a VIP that keepalived keeps belongs on another director now: only the master has it.
function is_idle(section, fact) {
  if (section != "addresses") return 0
  sub(/\/.*/, "", fact)
  return !(fact in held_vip)
}
