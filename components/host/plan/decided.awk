# What keepalived has decided about its rules and VIPs (keepalived/data.awk), and what that means for what is declared.

# What keepalived means to have in the kernel for this destination now: nothing, or the line with the weight that it has given.
function as_decided(line,    k) {
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
