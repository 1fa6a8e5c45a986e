# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# Waits until keepalived has applied its files.

# An owner that declares keepalived's unit fails. One that only has services there, or removes them, continues without it.
keepalived_complain() { # sentence
  if keepalived_is_mine; then fail "$1"; fi
  note "$1"
}

DIFFERENCES="" # between wanted and live facts, as the last look of keepalived_settle found them

# Reads keepalived's data, and then the host. Call keepalived_active before. In between, a check may fail or a VIP may move, so a difference
# counts only if two looks find it.
keepalived_look() { # the sections to look at, all when empty
  addresses_read
  keepalived_read_data "$KEEPALIVED_PID"
  live_read "$PLAIN$CLAIMED" "$1"
  plan_run verify "$1"
  DIFFERENCES=$REPLY
}

# Waits until keepalived has applied its files, as far as its checks allow, and until a director is master. If keepalived knows a rule and
# the kernel has it in another form, somebody has changed it. A reload does not
# repair that, so nothing waits for it, except for 3 s after a reload.
keepalived_settle() { # the sections to look at, all when empty
  local patience until grace=$((SECONDS + (KEEPALIVED_RELOADED ? 3 : 0))) state awaited shown seen="" line given lacking=""
  patience=$(keepalived_patience)
  until=$((SECONDS + patience))
  given=$(keepalived_given)
  while :; do
    until keepalived_active; do
      if ((SECONDS >= until)) || ! keepalived_coming; then
        keepalived_complain "keepalived does not run; look at: journalctl -u keepalived"
        keepalived_look "$1"
        return 0
      fi
      sleep 0.3
    done
    keepalived_look "$1"
    shown="" awaited=""
    lines_of "$DIFFERENCES"
    for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
      case $line in
        unrestored*) continue ;;
        *$'\t'ipvs$'\t'*) awaited+=$line$'\n' ;;
        *$'\t'addresses$'\t'*) ;;
        *) continue ;;
      esac
      shown+=$line$'\n'
    done
    ((SECONDS >= grace)) && keepalived_unaware "$awaited" && awaited=$REPLY
    lines_of "$QUIESCED"
    for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
      [[ $DECISIONS != *"rule"$'\t'"$line"$'\t'* ]] || awaited+=" $line"
    done
    keepalived_unsettled
    state=$REPLY
    keepalived_lacking_routes "$given"
    lacking=$REPLY
    [[ -n $awaited$state$lacking || $shown != "$seen" && -n $shown || $DECISIONS != *instance$'\t'* ]] || return 0
    seen=$shown
    ((SECONDS < until)) || break
    sleep 0.3
  done
  [[ $DECISIONS == *instance$'\t'* ]] || keepalived_complain "keepalived runs, but says nothing of an instance after $patience s; look at: journalctl -u keepalived"
  [[ -z $state ]] || keepalived_complain "keepalived runs, but has its instance ${state//$'\n'/, } after $patience s; look at the interface and at: journalctl -u keepalived"
  [[ -z $lacking ]] || keepalived_complain "keepalived is master, and has not added its virtual route after $patience s: $lacking; the gateway must be a neighbour of this host by that interface; look at: journalctl -u keepalived"
}

# How many seconds it may take until a director is master: 30, and more if adverts are rare or `vrrp_startup_delay` is set.
keepalived_patience() {
  { cat -- /dev/null "$KEEPALIVED/keepalived.conf" 2>/dev/null || :; } | awk '
    BEGIN { advert = 1 }
    $1 == "advert_int" && $2 + 0 > advert { advert = $2 + 0 }
    $1 == "vrrp_startup_delay" { delay = $2 + 0 }
    END { print int(26 + 4 * advert + delay) }'
}

# The instances that know no master yet: "NAME in state STATE", one a line.
keepalived_unsettled() { # -> REPLY
  local line unsettled=""
  lines_of "$DECISIONS"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    words_of "$line" # instance NAME STATE MASTER
    [[ ${WORDS_OF[0]} == instance ]] || continue
    case ${WORDS_OF[2]} in
      FAULT | INIT) ;;
      BACKUP) [[ ${WORDS_OF[3]-} == @(0.0.0.0|::) ]] || continue ;;
      *) continue ;;
    esac
    unsettled+=${unsettled:+$'\n'}"${WORDS_OF[1]} in state ${WORDS_OF[2]}"
  done
  REPLY=$unsettled
}

# The differences that keepalived will still remove: rules that are missing and that it does not know yet, and rules that must be removed
# and that it still knows.
keepalived_unaware() { # differences -> REPLY
  local line fact entry known unaware=""
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    fact=${line##*$'\t'}
    words_of "$fact"
    known="" entry="${WORDS_OF[*]:0:3}"
    case $fact in
      -A*) [[ $'\n'$DECISIONS$'\n' != *$'\nservice\t'"${entry#-A }"$'\n'* ]] || known=yes ;;
      -a*)
        entry="${WORDS_OF[*]:0:5}"
        [[ $DECISIONS != *$'rule\t'"${entry#-a }"$'\t'* ]] || known=yes
        ;;
    esac
    # (A service or destination that the kernel has with other values was changed by somebody, or by this program while a real server
    # drains. A reload does not repair that.)
    [[ $line != found* || $1 != *lost$'\t'ipvs$'\t'"$entry "* ]] || known=""
    case ${line%%$'\t'*}$known in lost | foundyes | staysyes) unaware+=$fact$'\n' ;; esac
  done
  REPLY=$unaware
}
