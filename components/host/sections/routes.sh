# shellcheck shell=bash
# [routes] default via GATEWAY dev INTERFACE table NUMBER   (ip-route(8); only in tables of our own, so no other route is touched)

routes_live() { # words of facts
  local family tables=" $* "
  families_among "$@"
  for family in $REPLY; do
    lines_of "$(exec ip "$family" route show table all)"
    routes_read
  done
}

routes_read() { # LINES_OF; tables is the caller's
  local line
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line =~ ^(default\ via\ [0-9a-f.:]+\ dev\ [^ ]+\ table\ ([0-9]+))( |$) && $tables == *" ${BASH_REMATCH[2]} "* ]] || continue
    LIVE+=routes$'\t'${BASH_REMATCH[1]}$'\n'
  done
}

routes_set() { # fact
  local words output
  words_of "$1"
  words=(${WORDS_OF[@]+"${WORDS_OF[@]}"})
  output=$(ip "$(family_of "${words[2]}")" route replace "${words[@]}" 2>&1) || fail "the route $1 cannot be set: $output; the gateway must be a neighbour of this host"
}

routes_unset() { # key origin
  [[ $2 == - ]] || return 0
  words_of "$1"
  ip "$(family_of "${WORDS_OF[2]}")" route del ${WORDS_OF[@]+"${WORDS_OF[@]}"} 2>/dev/null || :
}
