# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# What keepalived makes of what it was told, and the wait until it has made it so.

BELIEF="" # what keepalived makes of them now, see belief.awk

# (Its unit may give it a /tmp of its own.)
keepalived_data_folder() { # pid -> REPLY
  REPLY=/proc/$1/root/tmp
}

# Asks the running daemon for its data. One at a time: the files have fixed names. Its folder is everybody's as a rule, so only what the daemon itself
# has written counts, after it was asked.
keepalived_believe() {
  local main folder wanted=() aside=""
  BELIEF=""
  main=$(systemctl show -p MainPID keepalived.service 2>/dev/null) || return 0
  main=${main#MainPID=}
  ((${main:-0} > 0)) || return 0
  # Each of its processes writes a file, in a time of its own; just after a start not all of them are there.
  ! grep -qrs '^[[:space:]]*vrrp_instance' "$KEEPALIVED" || wanted+=(keepalived.data)
  if grep -qrs '^[[:space:]]*virtual_server' "$KEEPALIVED"; then
    if keepalived_tells_checks; then wanted+=(keepalived_check.data); else BELIEF=checks-unknown; fi
  fi
  ((${#wanted[@]} > 0)) || return 0
  keepalived_data_folder "$main"
  folder=$REPLY
  exec 8<"$KEEPALIVED"
  flock -w 30 8 || fail "another look at keepalived is still under way after 30 s; look at it with: fuser -v $KEEPALIVED"
  keepalived_put_aside "$folder"
  keepalived_ask "$main" "$folder" "${wanted[@]}"
  BELIEF+=${BELIEF:+$'\n'}$(keepalived_own_data "$folder" | awk "$BELIEF_AWK") || :
  keepalived_put_back "$folder"
  exec 8<&-
}

# Until it has written these files and is done with them; for 5 s, since what it has written then is better than nothing.
keepalived_ask() { # pid folder names
  local main=$1 folder=$2 seen="" now round name size uid kind
  shift 2
  for ((round = 0; round < 100; round++)); do
    if ((round % 20 == 0)); then
      rm -rf -- "${KEEPALIVED_DATA[@]/#/${folder:?}/}"
      kill -USR1 "$main" 2>/dev/null || break
    fi
    sleep 0.05
    now=""
    while read -r name size uid kind; do
      [[ $uid != "$EUID" || $kind != regular* || $size == 0 ]] || now+=" ${name##*/} $size "
    done < <(stat -c '%n %s %u %F' -- "${@/#/$folder/}" 2>/dev/null)
    for name; do
      [[ $now == *" $name "* ]] || now=""
    done
    [[ -z $now || $now != "$seen" ]] || break
    seen=$now
  done
}

KEEPALIVED_DATA=(keepalived.data keepalived_check.data keepalived_parent.data keepalived_bfd.data)

# What it has written.
keepalived_own_data() { # folder
  local name
  for name in keepalived_check.data keepalived.data; do
    [[ ! -f $1/$name || -L $1/$name || ! -O $1/$name ]] || cat -- "$1/$name"
  done
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
  rm -rf -- "${KEEPALIVED_DATA[@]/#/${1:?}/}"
  [[ -n $aside ]] || return 0
  for name in "${KEEPALIVED_DATA[@]}"; do
    [[ ! -e $aside/$name && ! -L $aside/$name ]] || mv -f -T -- "$aside/$name" "$1/$name"
  done
  rmdir -- "$aside"
}

# Before 2.0.14 it says nothing of its checks.
keepalived_tells_checks() {
  local part
  [[ -n $KEEPALIVED_RELEASE ]] || keepalived_release
  IFS=. read -r -a part <<<"$KEEPALIVED_RELEASE"
  [[ -z $KEEPALIVED_RELEASE ]] || ((part[0] * 1000000 + part[1] * 1000 + part[2] >= 2000014))
}

# Whoever has it run is told that it fails; whoever only has services there, or takes them away, goes on without it.
keepalived_complain() { # sentence
  if keepalived_is_mine; then fail "$1"; fi
  note "$1"
}

DIFFERENCES="" # between what is wanted and what is there, as the last look of keepalived_settle found it

# keepalived's own data, and then the host. In between a check may fail, or a VIP move: what differs then has to differ at two looks.
keepalived_look() {
  addresses_read
  keepalived_believe
  live_read "$PLAIN$RELEASED"
  DIFFERENCES=$(plan_run verify "")
}

# Waits until keepalived has made what it was told, as far as its checks let it, and until somebody is master. What it knows of and the kernel has
# otherwise was changed by somebody: no reload heals that, so there is no waiting for it, but for a moment after a reload.
keepalived_settle() {
  local until=$((SECONDS + 30)) grace=$((SECONDS + (KEEPALIVED_RELOADED ? 3 : 0))) state awaited shown seen="" key
  while :; do
    until keepalived_active; do
      if ((SECONDS >= until)) || ! keepalived_coming; then
        keepalived_complain "keepalived does not run; look at: journalctl -u keepalived"
        keepalived_look
        return 0
      fi
      sleep 0.3
    done
    keepalived_look
    shown=$(grep -E $'^(lost|found|stays)\t(ipvs|addresses)\t' <<<"$DIFFERENCES") || :
    awaited=$(grep -E $'^(lost|found|stays)\tipvs\t' <<<"$DIFFERENCES") || :
    ((SECONDS >= grace)) && awaited=$(keepalived_unaware "$awaited")
    while IFS= read -r key; do
      [[ -z $key || $BELIEF != *"rule"$'\t'"$key"$'\t'* ]] || awaited+=" $key"
    done <<<"$QUIESCED"
    state=$(awk -F '\t' '$1 == "instance" && ($3 == "FAULT" || $3 == "INIT" || $3 == "BACKUP" && $4 == "0.0.0.0") { print $2 " in state " $3 }' <<<"$BELIEF")
    [[ -n $awaited$state || $shown != "$seen" && -n $shown || $BELIEF != *instance$'\t'* ]] || return 0
    seen=$shown
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
    case $verb$known in lost | foundyes | staysyes) printf '%s\n' "$fact" ;; esac
  done <<<"$1"
}
