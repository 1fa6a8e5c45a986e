# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# What keepalived makes of what it was told, and the wait until it has made it so.

BELIEF="" # what keepalived makes of them now, see belief.awk

# (Its unit may give it a /tmp of its own.)
keepalived_data_folder() { # pid -> REPLY
  REPLY=/proc/$1/root/tmp
}

# Asks the running daemon for its data. One at a time: the files have fixed names. Its folder is everybody's as a rule, so only what the daemon itself
# has written counts, after it was asked.
keepalived_believe() { # [its main process, where that is known]
  local main=${1-} folder wanted=() aside="" data=() blocks
  BELIEF=""
  if [[ -z $main ]]; then
    keepalived_active || :
    main=$KEEPALIVED_PID
  fi
  ((${main:-0} > 0)) || return 0
  # Each of its processes writes a file, in a time of its own; just after a start not all of them are there.
  blocks=$(exec grep -hrsoE '^[[:space:]]*(vrrp_instance|virtual_server)' "$KEEPALIVED") || :
  [[ $blocks != *vrrp_instance* ]] || wanted+=(keepalived.data)
  if [[ $blocks == *virtual_server* ]]; then
    if keepalived_tells_checks; then wanted+=(keepalived_check.data); else BELIEF=checks-unknown; fi
  fi
  ((${#wanted[@]} > 0)) || return 0
  keepalived_data_folder "$main"
  folder=$REPLY
  exec 8<"$KEEPALIVED"
  flock -w 30 8 || fail "another look at keepalived is still under way after 30 s; look at it with: fuser -v $KEEPALIVED"
  keepalived_put_aside "$folder"
  keepalived_ask "$main" "$folder" "${wanted[@]}"
  keepalived_own_data "$folder"
  ((${#data[@]} == 0)) || BELIEF+=${BELIEF:+$'\n'}$(exec awk "$BELIEF_AWK" "${data[@]}") || :
  keepalived_put_back "$folder"
  exec 8<&-
}

# Until it has written these files and is done with them; for 5 s, since what it has written then is better than nothing.
keepalived_ask() { # pid folder names
  local main=$1 folder=$2 seen="" now round name line
  shift 2
  for ((round = 0; round < 100; round++)); do
    if ((round % 20 == 0)); then
      keepalived_clear_data "$folder"
      kill -USR1 "$main" 2>/dev/null || break
    fi
    sleep 0.05
    now=""
    lines_of "$(exec stat -c '%n %s %u %F' -- "${@/#/$folder/}" 2>/dev/null)"
    for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
      words_of "${line#"$folder/"}" # NAME SIZE OWNER KIND
      [[ ${WORDS_OF[2]} != "$EUID" || ${WORDS_OF[3]} != regular || ${WORDS_OF[1]} == 0 ]] || now+=" ${WORDS_OF[0]} ${WORDS_OF[1]} "
    done
    for name; do
      [[ $now == *" $name "* ]] || now=""
    done
    [[ -z $now || $now != "$seen" ]] || break
    seen=$now
  done
}

KEEPALIVED_DATA=(keepalived.data keepalived_check.data keepalived_parent.data keepalived_bfd.data)

# What it has written.
keepalived_own_data() { # folder; data is the caller's
  local name
  for name in keepalived_check.data keepalived.data; do
    [[ ! -f $1/$name || -L $1/$name || ! -O $1/$name ]] || data+=("$1/$name")
  done
}

# Away with what has these names, whatever it is.
keepalived_clear_data() { # folder
  local name left=()
  for name in "${KEEPALIVED_DATA[@]}"; do
    [[ ! -e $1/$name && ! -L $1/$name ]] || left+=("${1:?}/$name")
  done
  ((${#left[@]} == 0)) || rm -rf -- "${left[@]}"
}

# What is there already may be an administrator's, who has asked the daemon as well. (A look that was killed may have left it aside.)
keepalived_put_aside() { # folder; aside is the caller's
  local name left
  for left in "$1"/.pulumi-lvs-??????????; do
    [[ -d $left && ! -L $left && -O $left ]] || continue
    for name in "${KEEPALIVED_DATA[@]}"; do
      [[ -e $1/$name || ! -e $left/$name ]] || mv -T -- "$left/$name" "$1/$name"
    done
    rm -f -- "${KEEPALIVED_DATA[@]/#/$left/}"
    rmdir -- "$left" 2>/dev/null || :
  done
  for name in "${KEEPALIVED_DATA[@]}"; do
    [[ -e $1/$name || -L $1/$name ]] || continue
    [[ -n $aside ]] || aside=$(mktemp -d "$1/.pulumi-lvs-XXXXXXXXXX")
    mv -f -T -- "$1/$name" "$aside/$name"
  done
}

keepalived_put_back() { # folder
  local name
  keepalived_clear_data "$1"
  [[ -n $aside ]] || return 0
  for name in "${KEEPALIVED_DATA[@]}"; do
    [[ ! -e $aside/$name && ! -L $aside/$name ]] || mv -f -T -- "$aside/$name" "$1/$name"
  done
  rmdir -- "$aside"
}

# Before 2.0.14 it says nothing of its checks.
keepalived_tells_checks() {
  [[ -n $KEEPALIVED_RELEASE ]] || keepalived_release
  [[ -n $KEEPALIVED_RELEASE ]] || return 0
  words_of "${KEEPALIVED_RELEASE//./ }"
  ((WORDS_OF[0] * 1000000 + WORDS_OF[1] * 1000 + WORDS_OF[2] >= 2000014))
}

# Whoever has it run is told that it fails; whoever only has services there, or takes them away, goes on without it.
keepalived_complain() { # sentence
  if keepalived_is_mine; then fail "$1"; fi
  note "$1"
}

DIFFERENCES="" # between what is wanted and what is there, as the last look of keepalived_settle found it

# keepalived's own data, and then the host. In between a check may fail, or a VIP move: what differs then has to differ at two looks.
keepalived_look() { # the sections to look at, all when empty
  addresses_read
  keepalived_believe "$KEEPALIVED_PID"
  live_read "$PLAIN$CLAIMED" "$1"
  plan_run verify "$1"
  DIFFERENCES=$REPLY
}

# Waits until keepalived has made what it was told, as far as its checks let it, and until somebody is master. What it knows of and the kernel has
# otherwise was changed by somebody: no reload heals that, so there is no waiting for it, but for a moment after a reload.
keepalived_settle() { # the sections to look at, all when empty
  local until=$((SECONDS + 30)) grace=$((SECONDS + (KEEPALIVED_RELOADED ? 3 : 0))) state awaited shown seen="" line
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
      [[ $BELIEF != *"rule"$'\t'"$line"$'\t'* ]] || awaited+=" $line"
    done
    keepalived_unsettled
    state=$REPLY
    [[ -n $awaited$state || $shown != "$seen" && -n $shown || $BELIEF != *instance$'\t'* ]] || return 0
    seen=$shown
    ((SECONDS < until)) || break
    sleep 0.3
  done
  [[ $BELIEF == *instance$'\t'* ]] || keepalived_complain "keepalived runs, but says nothing of an instance after 30 s; look at: journalctl -u keepalived"
  [[ -z $state ]] || keepalived_complain "keepalived runs, but has its instance ${state//$'\n'/, } after 30 s; look at the interface and at: journalctl -u keepalived"
}

# The instances of which nobody is master yet, as far as they know: "NAME in state STATE", one a line.
keepalived_unsettled() { # -> REPLY
  local line unsettled=""
  lines_of "$BELIEF"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    words_of "$line" # instance NAME STATE MASTER
    [[ ${WORDS_OF[0]} == instance ]] || continue
    case ${WORDS_OF[2]} in
      FAULT | INIT) ;;
      BACKUP) [[ ${WORDS_OF[3]-} == 0.0.0.0 ]] || continue ;;
      *) continue ;;
    esac
    unsettled+=${unsettled:+$'\n'}"${WORDS_OF[1]} in state ${WORDS_OF[2]}"
  done
  REPLY=$unsettled
}

# The differences that keepalived is still to do away with: what it does not know of yet, and what it does not know to be gone.
keepalived_unaware() { # differences -> REPLY
  local line fact known unaware=""
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    fact=${line##*$'\t'}
    words_of "$fact"
    known=""
    case $fact in
      -A*) [[ $'\n'$BELIEF$'\n' != *$'\nservice\t'"${WORDS_OF[1]} ${WORDS_OF[2]}"$'\n'* ]] || known=yes ;;
      -a*) [[ $BELIEF != *$'rule\t'"${WORDS_OF[1]} ${WORDS_OF[2]} -r ${WORDS_OF[4]}"$'\t'* ]] || known=yes ;;
    esac
    case ${line%%$'\t'*}$known in lost | foundyes | staysyes) unaware+=$fact$'\n' ;; esac
  done
  REPLY=$unaware
}
