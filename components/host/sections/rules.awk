# Reads rules of the table in each form in which ipvsadm prints them: -t ADDRESS:PORT, -u …, --sctp-service …, -f MARK, -f MARK -6;
# addresses of IPv6 in brackets. Shared by the awk programs that read rules.

# How many words of a rule, after -A or -a, name its service.
function service_length(word) {
  return word[2] == "-f" && word[4] == "-6" ? 3 : 2
}

# The key of a rule: SERVICE for a line -A, SERVICE -r DESTINATION for a line -a.
function rule_key(line,    word, n, i, key, last) {
  n = split(line, word, " ")
  last = service_length(word) + 1
  key = word[2]
  for (i = 3; i <= last; i++) key = key " " word[i]
  if (word[1] != "-a") return key
  for (i = last + 1; i < n; i++) if (word[i] == "-r") return key " -r " word[i + 1]
  return key
}

# The service of a line of `ipvsadm -L`: TCP ADDRESS:PORT …, FWM MARK …, FWM MARK IPv6 …
function listed_service(word) {
  if (word[1] == "FWM") return "-f " word[2] (word[3] == "IPv6" ? " -6" : "")
  return (word[1] == "TCP" ? "-t " : word[1] == "UDP" ? "-u " : "--sctp-service ") word[2]
}

function is_listed_service(word) {
  return word[1] == "TCP" || word[1] == "UDP" || word[1] == "SCTP" || word[1] == "FWM"
}

function service_of(key) {
  sub(/ -r .*/, "", key)
  return key
}

function is_destination(key) {
  return index(key, " -r ") > 0
}

# The method of a line -a, as its flag.
function method_flag(line,    word, n, i) {
  n = split(line, word, " ")
  for (i = 1; i <= n; i++) if (word[i] == "-g" || word[i] == "-m" || word[i] == "-i") return word[i]
  return ""
}

# An `ipvsadm -Sn` line in the one order and form that documents use; defaults that ipvsadm prints by itself are left out.
function canonical(line,    word, n, i, option, key, tunnel) {
  n = split(line, word, " ")
  key = rule_key(line)
  i = service_length(word) + 2
  if (word[1] == "-a") {
    for (; i <= n; i++) {
      if (word[i] == "-g" || word[i] == "-m" || word[i] == "-i") option["method"] = word[i]
      else if (word[i] == "--tun-type") {
        if (word[++i] != "ipip") tunnel = " --tun-type " word[i]
      } else if (word[i] == "--tun-port") tunnel = tunnel " --tun-port " word[++i]
      else if (word[i] ~ /^--tun-/) tunnel = tunnel " " word[i]
      else option[substr(word[i], 2)] = word[i + 1]
    }
    line = "-a " key " " option["method"] " -w " option["w"] tunnel
    if (option["x"] + 0 > 0) line = line " -x " option["x"]
    if (option["y"] + 0 > 0) line = line " -y " option["y"]
    return line
  }
  for (; i <= n; i++) {
    if (word[i] == "-o") option["o"] = 1
    # (ipvsadm 1.26 prints the name of a persistence engine behind `pe`.)
    else if (word[i] == "pe") option["--pe"] = word[++i]
    else {
      option[word[i]] = word[i + 1]
      i++
    }
  }
  line = "-A " key " -s " option["-s"]
  if ("-b" in option) line = line " -b " option["-b"]
  if ("-p" in option) line = line " -p " option["-p"]
  if ("-M" in option && option["-M"] != "255.255.255.255") line = line " -M " option["-M"]
  if ("--pe" in option) line = line " --pe " option["--pe"]
  if ("o" in option) line = line " -o"
  return line
}
