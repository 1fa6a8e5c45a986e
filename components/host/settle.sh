# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# What keepalived makes of what it was told, and the wait until it has made it so.

BELIEF="" # what keepalived makes of them now, see belief.awk

# (Its unit may give it a /tmp of its own.)
keepalived_data_folder() { # pid -> REPLY
  REPLY=/proc/$1/root/tmp
}

# Asks the running daemon for its data. One at a time: the files have fixed names.
keepalived_believe() {
  local main folder files=() wanted=() size seen="" round
  BELIEF=""
  main=$(systemctl show -p MainPID keepalived.service 2>/dev/null) || return 0
  main=${main#MainPID=}
  ((${main:-0} > 0)) || return 0
  # Each of its processes writes a file, in a time of its own; just after a start not all of them are there.
  ! grep -qrs '^[[:space:]]*vrrp_instance' "$KEEPALIVED" || wanted+=(keepalived.data)
  ! grep -qrs '^[[:space:]]*virtual_server' "$KEEPALIVED" || wanted+=(keepalived_check.data)
  ((${#wanted[@]} > 0)) || return 0
  keepalived_data_folder "$main"
  folder=$REPLY
  exec 8<"$KEEPALIVED"
  flock -w 30 8
  for ((round = 0; round < 100; round++)); do
    if ((round % 20 == 0)); then
      rm -f "$folder"/keepalived{,_check,_parent,_bfd}.data
      kill -USR1 "$main" 2>/dev/null || return 0
    fi
    sleep 0.05
    size=$(stat -c '%n %s' -- "${wanted[@]/#/$folder/}" 2>/dev/null) || :
    mapfile -t files <<<"$size"
    [[ -z $size ]] || ((${#files[@]} < ${#wanted[@]})) || [[ $size != "$seen" || $size$'\n' == *' 0'$'\n'* ]] || break
    seen=$size
  done
  BELIEF=$(cat "$folder"/keepalived_check.data "$folder"/keepalived.data 2>/dev/null | awk "$BELIEF_AWK") || :
  rm -f "$folder"/keepalived{,_check,_parent,_bfd}.data
  exec 8<&-
}

# Whoever has it run is told that it fails; whoever only has services there, or takes them away, goes on without it.
keepalived_complain() { # sentence
  if keepalived_is_mine; then fail "$1"; fi
  note "$1"
}

# Waits until keepalived has made what it was told, as far as its checks let it, and until somebody is master. What it knows of and the kernel has
# otherwise was changed by somebody: no reload heals that, so there is no waiting for it, but for a moment after a reload. A VIP that is not where
# it should be may have moved while the host was looked at; where a second look shows the same, somebody moved it.
keepalived_settle() {
  local until=$((SECONDS + 30)) grace=$((SECONDS + (KEEPALIVED_RELOADED ? 3 : 0))) state differences vips seen="" key
  while :; do
    until keepalived_active; do
      if ((SECONDS >= until)) || ! keepalived_coming; then
        keepalived_complain "keepalived does not run; look at: journalctl -u keepalived"
        BELIEF=""
        return 0
      fi
      sleep 0.3
    done
    addresses_read
    keepalived_believe
    live_read "$PLAIN"
    differences=$(plan_run verify "")
    vips=$(grep -E $'^(lost|found)\taddresses\t' <<<"$differences") || :
    differences=$(grep -E $'^(lost|found)\tipvs\t' <<<"$differences") || :
    ((SECONDS >= grace)) && differences=$(keepalived_unaware "$differences")
    while IFS= read -r key; do
      [[ -z $key || $BELIEF != *"rule"$'\t'"$key"$'\t'* ]] || differences+=" $key"
    done <<<"$QUIESCED"
    state=$(awk -F '\t' '$1 == "instance" && ($3 == "FAULT" || $3 == "INIT" || $3 == "BACKUP" && $4 == "0.0.0.0") { print $2 " in state " $3 }' <<<"$BELIEF")
    [[ -n $differences$state || (-n $vips && $vips != "$seen") || $BELIEF != *instance$'\t'* ]] || return 0
    seen=$vips
    ((SECONDS < until)) || break
    sleep 0.3
  done
  [[ $BELIEF == *instance$'\t'* ]] || keepalived_complain "keepalived runs, but says nothing of an instance after 30 s; look at: journalctl -u keepalived"
  [[ -z $state ]] || keepalived_complain "keepalived runs, but has its instance ${state//$'\n'/, } after 30 s; look at the interface and at: journalctl -u keepalived"
}

# The differences that keepalived is still to do away with: what it does not know of yet, and what it does not know to be gone.
keepalived_unaware() { # differences
  local verb fact known key
  while IFS=$'\t' read -r verb _ fact; do
    read -r -a key <<<"$fact"
    known=""
    case $fact in
      -A*) [[ $'\n'$BELIEF$'\n' != *$'\nservice\t'"${key[1]} ${key[2]}"$'\n'* ]] || known=yes ;;
      -a*) [[ $BELIEF != *$'rule\t'"${key[1]} ${key[2]} -r ${key[4]}"$'\t'* ]] || known=yes ;;
    esac
    case $verb$known in lost | foundyes) printf '%s\n' "$fact" ;; esac
  done <<<"$1"
}
