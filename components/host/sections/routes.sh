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

# Whether somebody else has a default route in one of these tables: ours would replace it. (The number of a table is made from the gateway, so a route by this
# gateway is ours. A route of another metric is not replaced; `ip` gives those of IPv6 the metric 1024.)
routes_are_strange() { # facts, each after the name of its section -> REPLY, a sentence about the first such route, or nothing
  local fact line words
  REPLY=""
  facts_of routes "$1"
  for fact in ${FACTS_OF[@]+"${FACTS_OF[@]}"}; do
    words_of "$fact" # default via GATEWAY dev INTERFACE table NUMBER
    words=(${WORDS_OF[@]+"${WORDS_OF[@]}"})
    lines_of "$(exec ip "$(family_of "${words[2]}")" route show table "${words[6]}" 2>/dev/null)"
    for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
      words_of "$line"
      line=${WORDS_OF[*]-}
      case "${line/ metric 1024/} " in
        "default via ${words[2]} "* | *' metric '*) ;;
        'default '* | [a-z]*' default '*)
          REPLY="table ${words[6]} of this host has a route that is not this package's ($line), and the replies to ${words[2]} need that table: see what uses it (ip rule; ip route show table ${words[6]}), and remove the route if nobody needs it, or give another gateway"
          return 0
          ;;
      esac
    done
  done
}
