# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# The wait for open connections: those of destinations that are to be removed, and those of destinations whose method of forwarding changes. The kernel
# forwards a connection by the method with which it began, so the latter are noted before the change.

CONNECTIONS_WAITED="" # whether connections_wait has let others change the host
CONNECTIONS_NOTED=""  # the connections that began by a former method, as entries.awk prints them

# How many connections of these destinations are under way. The kernel counts a connection as active after its handshake. Before that it
# counts as inactive, like those that have ended. So if there are only inactive ones, the connections themselves are read.
connections_under_way() { # lines "-t VIP:PORT -r RIP:PORT"
  local counts active inactive entries
  # (Through a pipe: a here-string of a long table is a file in /tmp, which may be full.)
  counts=$(ipvsadm -Ln | awk "$RULES_AWK"'
    FNR == NR { wanted[$0] = 1; next }
    { split($0, word, " ") }
    is_listed_service(word) { service = listed_service(word) }
    $1 == "->" && (service " -r " $2) in wanted { active += $5; inactive += $6 }
    END { print active + 0, inactive + 0 }' <(printf '%s\n' "$1") -) || ipvs_fail_reading -Ln
  words_of "$counts"
  active=${WORDS_OF[0]} inactive=${WORDS_OF[1]}
  if ((active == 0 && inactive > 0)); then
    entries=$(connections_among "$1") || exit
    connections_count 'begun|open' "$entries"
    active=$REPLY
  fi
  printf '%d' "$active"
}

# The connections of these destinations; or those of these connections that still exist.
connections_among() { # lines
  ipvsadm -Lnc | awk "$ENTRIES_AWK" <(printf '%s\n' "$1") - || ipvs_fail_reading -Lnc
}

connections_count() { # states, lines of entries.awk -> REPLY
  REPLY=$(grep -cE "^[A-Z]+ ($1) " < <(printf '%s\n' "$2")) || :
}

# Before the method of destinations changes.
connections_note() { # lines "FLAG SERVICE -r DESTINATION"
  local line keys=""
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do keys+=${line#* }$'\n'; done
  CONNECTIONS_NOTED+=$(connections_among "${keys%$'\n'}")
  CONNECTIONS_NOTED=${CONNECTIONS_NOTED:+${CONNECTIONS_NOTED%$'\n'}$'\n'}
}

# Waits until the quiesced destinations hold no connection that is under way, and until the noted connections have ended; at most DRAIN seconds. Meanwhile
# others may change the host.
connections_wait() { # lines "-t VIP:PORT -r RIP:PORT" -> CONNECTIONS_WAITED, CONNECTIONS_NOTED
  local active more until=$((SECONDS + DRAIN))
  CONNECTIONS_WAITED=""
  [[ -n $1$CONNECTIONS_NOTED ]] || return 0
  while :; do
    active=0
    if [[ -n $CONNECTIONS_NOTED ]]; then
      CONNECTIONS_NOTED=$(connections_among "${CONNECTIONS_NOTED%$'\n'}") || connections_give_up
      connections_count 'begun|open|perhaps' "$CONNECTIONS_NOTED"
      active=$REPLY
    fi
    if [[ -n $1 ]] && ((DRAIN > 0)); then
      more=$(connections_under_way "$1") || connections_give_up
      active=$((active + more))
    fi
    ((active > 0 && DRAIN > 0)) || break
    if ((SECONDS >= until)); then
      note "$active connections were still active after $DRAIN s of draining"
      break
    fi
    [[ -n $CONNECTIONS_WAITED ]] || lock_let_go
    CONNECTIONS_WAITED=yes
    sleep 1
  done
  [[ -z $CONNECTIONS_WAITED ]] || lock_return
}

# (What is undone now is to be this run's.)
connections_give_up() {
  [[ -z $CONNECTIONS_WAITED ]] || lock_return
  exit 1
}
