# shellcheck shell=bash
# [routes] default via GATEWAY dev INTERFACE table NUMBER   (ip-route(8); only tables of our own, so that no route of the host's owner is touched)

routes_live() { # words of facts
  local line word tables=" "
  for word in "$@"; do tables+="$word "; done
  lines_of "$(exec ip -4 route show table all)"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line =~ ^(default\ via\ [0-9.]+\ dev\ [^ ]+\ table\ ([0-9]+))( |$) && $tables == *" ${BASH_REMATCH[2]} "* ]] || continue
    LIVE+=routes$'\t'${BASH_REMATCH[1]}$'\n'
  done
}

routes_set() { # fact
  local words output
  words_of "$1"
  words=(${WORDS_OF[@]+"${WORDS_OF[@]}"})
  output=$(ip -4 route replace "${words[@]}" 2>&1) || fail "the route $1 cannot be set: $output; the gateway must be a neighbour of this host"
}

routes_unset() { # key origin
  [[ $2 == - ]] || return 0
  words_of "$1"
  ip -4 route del ${WORDS_OF[@]+"${WORDS_OF[@]}"} 2>/dev/null || :
}
