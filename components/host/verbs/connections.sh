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

# Those of these connections or destinations that are under way.
connections_among() { # lines
  ipvsadm -Lnc | awk "$ENTRIES_AWK" <(printf '%s\n' "$1") - || ipvs_fail_reading -Lnc
}

connections_count() { # states, lines of entries.awk -> REPLY
  REPLY=$(grep -cE "^[A-Z]+ ($1) " < <(printf '%s\n' "$2")) || :
}

# Before the method of destinations changes, and once more after it: some connections begin in between. A run that is killed while it waits has a next
# one, which waits for the same connections: they are recorded.
connections_note() { # lines of SWITCHED
  local line keys="" noted
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line != ??' '??' awaited '* ]] || keys+=${line#* * * }$'\n'
  done
  [[ -n $keys ]] || return 0
  noted=$(connections_among "$keys")
  [[ -n $noted ]] || return 0
  CONNECTIONS_NOTED+=$noted$'\n'
  write_changed "$MINE/connections" "$CONNECTIONS_NOTED"
}

# At the begin of a run: the connections that an interrupted one was to wait for.
connections_recall() { # -> CONNECTIONS_NOTED
  # (Without `pending`, no run was interrupted.)
  [[ -n $INTERRUPTED ]] || connections_forget
  file_text "$MINE/connections"
  CONNECTIONS_NOTED=$REPLY
}

# Waits until the quiesced destinations hold no connection that is under way, and until the noted connections have ended; at most DRAIN seconds. Meanwhile
# others may change the host.
connections_wait() { # lines "-t VIP:PORT -r RIP:PORT" -> CONNECTIONS_WAITED
  local active more entries looked until=$((SECONDS + DRAIN))
  CONNECTIONS_WAITED=""
  # (After a boot, IPVS may not be loaded: no connection is left then, and ipvsadm would load it.)
  ipvs_readable || CONNECTIONS_NOTED=""
  while [[ -n $1$CONNECTIONS_NOTED ]] && ((DRAIN > 0)); do
    active=0 looked=$SECONDS
    if [[ -n $CONNECTIONS_NOTED ]]; then
      entries=$(connections_among "$CONNECTIONS_NOTED") || connections_give_up
      connections_count 'begun|open|perhaps' "$entries"
      active=$REPLY
    fi
    if [[ -n $1 ]]; then
      more=$(connections_under_way "$1") || connections_give_up
      active=$((active + more))
    fi
    ((active > 0)) || break
    if ((SECONDS >= until)); then
      note "$active connections were still active after $DRAIN s of draining"
      break
    fi
    [[ -n $CONNECTIONS_WAITED ]] || lock_let_go
    CONNECTIONS_WAITED=yes
    # (A list of many connections takes the kernel a while: half of the time is for the host.)
    sleep $((1 + SECONDS - looked))
  done
  [[ -z $CONNECTIONS_WAITED ]] || lock_return
  connections_forget
}

connections_forget() {
  CONNECTIONS_NOTED=""
  [[ ! -e $MINE/connections ]] || rm -f -- "$MINE/connections"
}

# (What is undone now is to be this run's.)
connections_give_up() {
  [[ -z $CONNECTIONS_WAITED ]] || lock_return
  exit 1
}
