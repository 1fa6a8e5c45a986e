# shellcheck shell=bash
# [routes] default via GATEWAY dev INTERFACE table NUMBER   (ip-route(8); only in tables of our own, so no other route is touched)

routes_live() { # words of facts
  local family tables=" $* "
  routes_families "$@"
  for family in $REPLY; do
    lines_of "$(exec ip "$family" route show table all)"
    routes_read
  done
}

# The options of `ip` for the families of the addresses among words.
routes_families() { # words -> REPLY
  local word four="" six=""
  for word in "$@"; do
    case $word in *:*:*) six=-6 ;; *.*.*.*) four=-4 ;; esac
  done
  REPLY="$four $six"
}

routes_read() { # LINES_OF; tables is the caller's
  local line
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line =~ ^(default\ via\ [0-9a-f.:]+\ dev\ [^ ]+\ table\ ([0-9]+))( |$) && $tables == *" ${BASH_REMATCH[2]} "* ]] || continue
    LIVE+=routes$'\t'${BASH_REMATCH[1]}$'\n'
  done
}

# The option of `ip` for an address.
routes_family() { # address
  if [[ $1 == *:* ]]; then printf %s -6; else printf %s -4; fi
}

routes_set() { # fact
  local words output
  words_of "$1"
  words=(${WORDS_OF[@]+"${WORDS_OF[@]}"})
  output=$(ip "$(routes_family "${words[2]}")" route replace "${words[@]}" 2>&1) || fail "the route $1 cannot be set: $output; the gateway must be a neighbour of this host"
}

routes_unset() { # key origin
  [[ $2 == - ]] || return 0
  words_of "$1"
  ip "$(routes_family "${WORDS_OF[2]}")" route del ${WORDS_OF[@]+"${WORDS_OF[@]}"} 2>/dev/null || :
}
