# shellcheck shell=bash
# [policies] PRIORITY: from ADDRESS ipproto PROTOCOL sport PORT lookup TABLE   (as `ip rule` prints them, ip-rule(8))

policies_live() { # words of facts
  local family priorities=" $* "
  families_among "$@"
  for family in $REPLY; do
    lines_of "$(exec ip "$family" rule show)"
    policies_read
  done
}

policies_read() { # LINES_OF; priorities is the caller's
  local line
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    line=${line/$'\t'/ }
    line=${line%"${line##*[! ]}"}
    [[ $priorities != *" ${line%% *} "* ]] || LIVE+=policies$'\t'$line$'\n'
  done
}

policies_set() { # fact
  local output
  words_of "${1#*: }"
  output=$(ip "$(family_of "${WORDS_OF[1]}")" rule add priority "${1%%:*}" ${WORDS_OF[@]+"${WORDS_OF[@]}"} 2>&1) ||
    fail "the rule \"$1\" cannot be added: $output; rules by port need Linux 4.17 and its iproute2: without them, make the director the default gateway of this host by yourself, and leave returnRoute out"
}

policies_unset() { # key origin
  [[ $2 == - ]] || return 0
  words_of "${1#*: }"
  ip "$(family_of "${WORDS_OF[1]}")" rule del priority "${1%%:*}" ${WORDS_OF[@]+"${WORDS_OF[@]}"} 2>/dev/null || :
}

# Finds a fact that would send the replies of the current login another way,
# because the port of sshd is balanced. Neighbours are reached as before.
policies_endanger_login() { # facts -> REPLY, the sentence, or nothing
  local line connection port way which
  REPLY=""
  [[ $1 == *policies$'\t'* ]] || return 0
  login_connection
  connection=$REPLY REPLY=""
  words_of "$connection" # client, its port, server, its port
  # (The text comes from the environment of a process, and bash would evaluate it in the comparison below, so it must be a number.)
  ((${#WORDS_OF[@]} == 4)) && [[ ${WORDS_OF[3]} =~ ^[0-9]{1,5}$ ]] || return 0
  connection=(${WORDS_OF[@]+"${WORDS_OF[@]}"})
  port=${connection[3]}
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line =~ ^policies$'\t'[0-9]+:\ (from\ [^ ]+\ ipproto\ tcp\ sport\ ([0-9]+)-?([0-9]*))\ lookup\ [0-9] ]] || continue
    which=${BASH_REMATCH[1]}
    [[ $which == "from ${connection[2]} "* ]] || continue
    ((BASH_REMATCH[2] <= port && port <= ${BASH_REMATCH[3]:-${BASH_REMATCH[2]}})) || continue
    way=$(exec ip "$(family_of "${connection[0]}")" route get "${connection[0]}" from "${connection[2]}" 2>/dev/null) || :
    # (A default route may have no gateway, for example on a point-to-point device such as ppp0.)
    if [[ -z $way || $way == *' via '* || $1 != *" $which lookup main "* ]] || ! policies_has_network "${connection[0]}"; then
      REPLY="port $port is that of this login from ${connection[0]}, whose replies would go to the director and not the way back: let sshd listen on another port for logins, or route the replies yourself and leave returnRoute out"
    fi
    return 0
  done
}

# Whether a route other than a default route leads to an address.
policies_has_network() { # address
  local line
  lines_of "$(exec ip "$(family_of "$1")" route show match "$1" 2>/dev/null)"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line == default* ]] || return 0
  done
  return 1
}
