# Reads a host document and prints its facts, one a line: SECTION <tab> FACT.
# A line that does not fit its section's pattern becomes an error line: "!" <tab> sentence. Nothing has been touched by then.
# Two inputs: `ip -o addr show` (tag=A), which shows the interfaces of `@ADDRESS` and `@to:ADDRESS`; the document (tag=D).
# Output: a line with the names and sizes of two blocks, then the blocks (lines.sh). `plain` has the document's facts and errors, without
# the rules of the table; `rules` has the lines of these rules.
# A file's content becomes one word, content=…, with \n, \t and \\ for newline, tab and backslash.
# `keepalived` is the release that the host has. If it is empty (not known),
# lines for all releases are kept, and their demands are not checked.
# `interfaces` is the folder with the interfaces of the host. If it is empty, the demand for an interface is not checked.
# `connectors` is the file with the kernel's list of connectors. If it is empty, the demand for process events is not checked.

BEGIN {
  blocks_are("plain rules")
  hex = "0123456789abcdef"
}

function wrong(why) {
  put("plain", "!\t" (section == "" ? "" : "[" section "] ") "line " FNR ": " why ": " $0)
}

function flush_file() {
  if (file != "") put("plain", section "\t" file " content=" content)
  file = ""
  content = ""
}

# An address of IPv4 as a number.
function number_of(address,    part) {
  split(address, part, ".")
  return ((part[1] * 256 + part[2]) * 256 + part[3]) * 256 + part[4]
}

# An address of IPv6 as 32 hexadecimal digits.
function digits_of(address,    part, n, i, empty, text) {
  # (An empty part stands for all missing zeros. `::` at the beginning or the end would be two empty parts.)
  sub(/^::/, ":", address)
  sub(/::$/, ":", address)
  n = split(address, part, ":")
  for (i = 1; i <= n; i++) {
    if (part[i] != "") text = text substr("0000", length(part[i]) + 1) part[i]
    else for (empty = n; empty <= 8; empty++) text = text "0000"
  }
  return text
}

# Two to the power of `bits`. (busybox's awk may have no operator for powers.)
function power(bits,    size) {
  size = 1
  while (bits-- > 0) size *= 2
  return size
}

# Whether two addresses of one family begin with the same bits.
function in_network(address, other, bits,    size, whole) {
  if ((address ~ /:/) != (other ~ /:/)) return 0
  if (address !~ /:/) {
    size = power(32 - bits)
    return int(number_of(address) / size) == int(number_of(other) / size)
  }
  address = digits_of(address)
  other = digits_of(other)
  whole = int(bits / 4)
  if (substr(address, 1, whole) != substr(other, 1, whole)) return 0
  size = power(4 - bits % 4)
  return size == 16 || int((index(hex, substr(address, whole + 1, 1)) - 1) / size) == int((index(hex, substr(other, whole + 1, 1)) - 1) / size)
}

# The interface in whose network an address is. Of several networks, the smallest counts.
function towards(address,    i, name, best) {
  best = -1
  for (i = 1; i <= networks; i++) {
    if (in_network(address, network_address[i], network_length[i]) && network_length[i] > best) {
      best = network_length[i]
      name = network_device[i]
    }
  }
  return name
}

# Whether the kernel takes a name of an interface that other programs would read as more than a name: `%` in units of systemd, `$` in scripts.
function is_odd(name) {
  return name !~ /^[A-Za-z0-9_.:@-]+$/
}

# Replaces @ADDRESS by the interface that has this address, and @to:ADDRESS by the interface in whose network it is.
function resolve(line,    at, rest, address, name, neighbour) {
  at = index(line, "@")
  if (at == 0) return line
  rest = substr(line, at + 1)
  neighbour = substr(rest, 1, 3) == "to:"
  if (neighbour) rest = substr(rest, 4)
  match(rest, rest ~ /^[0-9a-f]*:/ ? "^[0-9a-f:]+" : "^[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+")
  if (RLENGTH < 1) {
    wrong("not an address after @")
    return ""
  }
  address = substr(rest, 1, RLENGTH)
  name = neighbour ? towards(address) : device[address]
  if (neighbour && name == "") {
    put("plain", "!\t" address " is in no network of this host, so \"" line "\" cannot be placed; give an address of a network that the host has an interface in")
    return ""
  }
  # (A gateway's address that the host has by itself is not added.)
  if (neighbour && section == "addresses" && address in held) {
    if (kept_by_keepalived) put("plain", "!\t" address " is an address that this host has by itself, so it cannot move between the directors: remove it from the host, or give another gateway")
    return ""
  }
  if (name == "") {
    put("plain", "!\tno interface of this host holds " address ", so \"" line "\" cannot be placed; correct the host's address or name its interface")
    return ""
  }
  if (is_odd(name)) {
    put("plain", "!\tinterface " name " of this host holds " address " or is in its network, and its name has other characters than letters, digits and . _ : @ -, so it cannot be in units of systemd and scripts: give it another name (ip link set NAME name NEW)")
    return ""
  }
  # sysctl(8) writes the dots of an interface name as slashes.
  rest = substr(rest, length(address) + 1)
  if (section == "sysctl") gsub(/\./, "/", name)
  return substr(line, 1, at - 1) name rest
}

# A release as a number, since 2.2.10 is later than 2.2.9.
function release_number(release,    part) {
  split(release, part, ".")
  return part[1] * 1000000 + part[2] * 1000 + part[3]
}

# Whether the host's release of keepalived is in a range such as ">=2.1.0,<2.2.0".
function in_range(range,    i, n, bound, number, limit) {
  if (keepalived == "") return 1
  number = release_number(keepalived)
  n = split(range, bound, ",")
  for (i = 1; i <= n; i++) {
    limit = bound[i]
    sub(/^[<>]=?/, "", limit)
    limit = release_number(limit)
    if (bound[i] ~ /^>=/ && number < limit) return 0
    if (bound[i] ~ /^</ && number >= limit) return 0
  }
  return 1
}

# Replaces @{interface:ADDRESS} and @{interface:to:ADDRESS} in keepalived's configuration. An instance tracks its own interface by itself,
# and keepalived refuses a line that tracks it: such a line is dropped. (Gateways of
# both families may be behind one interface, which is tracked once.)
function with_interfaces(line,    address, name, neighbour, tracked) {
  tracked = line ~ /^ *@\{interface:to:[^}]*\}$/
  while (match(line, /@\{interface:(to:)?[0-9a-f.:]+\}/)) {
    address = substr(line, RSTART + 12, RLENGTH - 13)
    neighbour = sub(/^to:/, "", address)
    name = neighbour ? towards(address) : device[address]
    if (name == "" && neighbour) {
      put("plain", "!\t" address " is in no network of this host, so keepalived cannot be told by which interface it is reached; give an address of a network that the host has an interface in, or name the interface")
      return ""
    }
    if (name == "") {
      put("plain", "!\tno interface of this host holds " address ", so keepalived cannot be told which one to use; correct the host's address or name its interface")
      return ""
    }
    if (tracked && (name == own_interface || name in is_tracked)) return ""
    if (tracked) is_tracked[name] = 1
    line = substr(line, 1, RSTART - 1) name substr(line, RSTART + RLENGTH)
  }
  if (line ~ /^ +interface [^ ]+$/) {
    own_interface = line
    sub(/^ +interface /, "", own_interface)
    split("", is_tracked)
  }
  return line
}

function has_process_events(    line) {
  if (connectors == "") return 1
  while ((getline line < connectors) > 0) if (line ~ /^cn_proc[ \t]/) return 1
  return 0
}

function has_interface(name,    file, line, found) {
  if (interfaces == "") return 1
  file = interfaces "/" name "/ifindex"
  found = (getline line < file) > 0
  close(file)
  return found
}

function line_is_of_names() {
  return $1 == "parents" || $1 == "formerly"
}

# One key with two values: one of them names the interface, and the other has it by an address.
function sets_anew(line,    key, value) {
  key = value = line
  sub(/ = .*/, "", key)
  sub(/^[^=]* = /, "", value)
  if (key in value_of && value_of[key] != value) {
    put("plain", "!\t[sysctl] " key " is to be " value_of[key] " and " value ": this package sets it by itself for this interface, so leave it out of `sysctls`")
    return 1
  }
  value_of[key] = value
  return 0
}

# Whether a line fits its section. A rule for a real server must also come after the rule for its service.
function fits(line) {
  if (!section_fits(section, line)) return 0
  if (section != "ipvs") return 1
  if (line ~ /^-A /) service = rule_key(line)
  return service_of(rule_key(line)) == service
}

tag == "A" {
  split($4, part, "/")
  # A VIP may be on lo and on another interface at the same time. The other interface counts, since the host's own address is on a real one.
  if (!(part[1] in device) || device[part[1]] == "lo") device[part[1]] = $2
  # (Every interface has an fe80:: network, so that network does not show where a neighbour is.)
  if (part[2] != "" && ($3 == "inet" && part[2] < 32 || $3 == "inet6" && part[2] < 128 && part[1] !~ /^fe80:/)) {
    held[part[1]] = 1
    network_address[++networks] = part[1]
    network_length[networks] = part[2]
    network_device[networks] = $2
  }
  next
}

FNR == 1 { next } # the title, which document.sh has read

# Without this line, a document that a broken connection has cut short would count as a shorter document.
$0 == "# end" {
  flush_file()
  ended = 1
  next
}

ended {
  wrong("after the end")
  next
}

/^\[[a-z]+\]$/ {
  flush_file()
  section = substr($0, 2, length($0) - 2)
  if (!(section in section_key)) wrong("this version of the program knows no such section")
  next
}

section in holds_files && /^\|/ {
  if (file == "") {
    wrong("content without a file")
    next
  }
  text = substr($0, 3)
  if (section == "keepalived") {
    if (match($0, /^\|(>=|<)[0-9]+\.[0-9]+\.[0-9]+(,(>=|<)[0-9]+\.[0-9]+\.[0-9]+)?\| /)) {
      if (!in_range(substr($0, 2, RLENGTH - 3))) next
      text = substr($0, RLENGTH + 1)
    } else if ($0 != "|" && $0 !~ /^\| /) {
      wrong("not understood")
      next
    }
    text = with_interfaces(text)
    if (text == "" && /@\{interface/) next
  }
  gsub(/\\/, "&&", text)
  gsub(/\t/, "\\t", text)
  content = content text "\\n"
  next
}

{
  if (section == "" || !fits($0)) {
    wrong("not understood")
    next
  }
  # (names.sh has read these.)
  if (section == "settings" && line_is_of_names()) next
  if (section == "requires") {
    what = substr($0, index($0, " for ") + 5)
    if ($1 == "kernel" && !has_process_events()) put("plain", "!\tthis host's kernel tells nobody which processes start and end (CONFIG_PROC_EVENTS), so keepalived would never notice; leave it out or let a script look (pidof NAME): " what)
    if ($1 == "interface" && !has_interface($2)) put("plain", "!\tthis host has no interface " $2 " for " what "; name the right one (ip -o link)")
    if ($1 == "keepalived" && !in_range($2)) put("plain", "!\tkeepalived " keepalived " of this host cannot do what is asked for: " what "; install a release that can, or leave it out")
    next
  }
  line = section == "keepalived" ? $0 : resolve($0)
  if (line == "" || section == "sysctl" && sets_anew(line)) next
  if (section in holds_files) {
    flush_file()
    file = line
    next
  }
  # These two settings are stored with the claims, because they decide how the claims are compared.
  if (section == "ipvs") put("rules", line)
  else if (line == "table = keepalived") {
    kept_by_keepalived = 1
    put("plain", "keeper\tkeepalived")
  }
  else if (line == "role = real-server") put("plain", "role\treal-server")
  else put("plain", section "\t" line)
}

END {
  if (!ended) put("plain", "!\tthe document is cut short (its last line, # end, is missing): the connection broke while it was sent; run pulumi up again")
  print_blocks()
}
