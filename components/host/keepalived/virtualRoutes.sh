# shellcheck shell=bash disable=SC2153 # variables shared between the parts
# Virtual routes of instances: keepalived adds and removes them.

# The virtual routes that the kernel has not, of instances that are master here: "NETWORK … (INSTANCE)", joined by commas. (keepalived only
# logs that it could not add a route.)
keepalived_lacking_routes() { # given -> REPLY
  local line lacking="" shown found metric each
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line == route\ * ]] || continue
    words_of "$line" # route INSTANCE FAMILY TABLE METRIC NETWORK …
    [[ $'\n'$DECISIONS == *$'\n'instance$'\t'"${WORDS_OF[1]}"$'\tMASTER\t'* ]] || continue
    metric=${WORDS_OF[4]}
    shown=$(exec ip "${WORDS_OF[2]}" route show table "${WORDS_OF[3]}" to exact "${WORDS_OF[5]}" 2>/dev/null) || :
    found=""
    lines_of "$shown"
    for each in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
      case "$each " in
        *" metric $metric "*) found=yes ;;
        *' metric '*) ;;
        *) [[ $metric != - ]] || found=yes ;;
      esac
    done
    [[ -z $found ]] || continue
    lacking+=${lacking:+, }"${WORDS_OF[*]:5} (${WORDS_OF[1]})"
  done
  REPLY=$lacking
}

# (Protocol 18 is keepalived: a route of the host itself stays.)
keepalived_remove_routes() { # given
  local line
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line == route\ * ]] || continue
    words_of "$line" # route INSTANCE FAMILY TABLE METRIC NETWORK …
    ip "${WORDS_OF[2]}" route del "${WORDS_OF[@]:5}" table "${WORDS_OF[3]}" proto 18 2>/dev/null || :
  done
}
