# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# [keepalived] files below /etc/keepalived, written as in [files]. All changes of one run are tried together, before the first of them takes the
# place of what works; then keepalived is reloaded, never restarted. A reload of a broken file removes services from the kernel and reports success.

KEEPALIVED=/etc/keepalived
KEEPALIVED_PID_FILES=(/run/vrrp.pid /run/keepalived/vrrp.pid) # of the process that has the VIPs
KEEPALIVED_STAGE=/etc/keepalived.pulumi-lvs-new
KEEPER="" # whether keepalived keeps this owner's rules and VIPs
BELIEF="" # what keepalived makes of them now, see belief.awk
KEEPALIVED_SETS=() KEEPALIVED_UNSETS=()
# What it leaves behind by itself: a name for its addresses in `ip` (from 2.3 on), the module by which it watches processes.
KEEPALIVED_TRACES=(/etc/iproute2/rt_addrprotos.d/keepalived.conf /etc/iproute2/rt_addrprotos.d /etc/iproute2 module:cn)
KEEPALIVED_RELOADED=0 # whether this run has told it to read its files again

keepalived_release() { # -> REPLY, empty where it is not installed
  REPLY=""
  type -P keepalived >/dev/null || return 0
  [[ $(keepalived --version 2>&1) =~ Keepalived\ v([0-9]+\.[0-9]+\.[0-9]+) ]] || return 0
  REPLY=${BASH_REMATCH[1]}
}

# A file that holds a secret is compared with the secret in its place, and remembered without it.
keepalived_live() { # paths
  local others=$LIVE template fact lines
  LIVE=""
  files_read keepalived "$@"
  lines=$LIVE
  live_claims
  while IFS= read -r template; do
    [[ $template == *'@{secret:'* ]] || continue
    keepalived_with_secrets "$template"
    fact=$REPLY
    lines=$'\n'$lines
    lines=${lines//$'\n'"$fact"$'\n'/$'\n'"$template"$'\n'}
    lines=${lines#$'\n'}
  done < <(grep -h '^keepalived'$'\t' <<<"$PLAIN"$'\n'"$REPLY")
  LIVE=$others$lines
}

# NAME <tab> VALUE, one a line
keepalived_with_secrets() { # fact -> REPLY
  local name value fact=$1
  if [[ -e $MINE/secrets ]]; then
    while IFS=$'\t' read -r name value; do
      files_as_word "$value"
      fact=${fact//"@{secret:$name}"/"$REPLY"}
    done <"$MINE/secrets"
  fi
  REPLY=$fact
}

keepalived_set() { # fact
  KEEPALIVED_SETS+=("$1")
}

keepalived_unset() { # path origin
  KEEPALIVED_UNSETS+=("$1"$'\t'"$2")
}

keepalived_active() {
  systemctl -q is-active keepalived.service 2>/dev/null
}

keepalived_commit() {
  local entry path
  if ((${#KEEPALIVED_SETS[@]} + ${#KEEPALIVED_UNSETS[@]} == 0)); then
    # A run that was killed may have changed the files and not said so.
    [[ -z $INTERRUPTED ]] || ! keepalived_active || keepalived_reload
    return 0
  fi
  keepalived_stage
  # (What was there before us may be anything. It is not tried when nothing is to run with it.)
  if [[ $VERB == apply ]] || keepalived_active; then keepalived_try; fi
  for entry in ${KEEPALIVED_SETS[@]+"${KEEPALIVED_SETS[@]}"}; do
    path=${entry%% *}
    files_make_folder "${path%/*}"
    mv -f "$KEEPALIVED_STAGE/${path#"$KEEPALIVED"/}" "$path"
    if type -P restorecon >/dev/null; then restorecon "$path" || :; fi
  done
  for entry in ${KEEPALIVED_UNSETS[@]+"${KEEPALIVED_UNSETS[@]}"}; do
    files_unset "${entry%%$'\t'*}" "${entry#*$'\t'}"
  done
  rm -rf "$KEEPALIVED_STAGE"
  files_drop_folders
  ! keepalived_active || keepalived_reload
}

keepalived_sweep() {
  [[ ! -e $KEEPALIVED_STAGE ]] || rm -rf "$KEEPALIVED_STAGE"
}

# Before it is started: which of its traces are not there yet.
keepalived_note_traces() {
  local trace new=""
  [[ ! -e $STATE/traces ]] || return 0
  for trace in "${KEEPALIVED_TRACES[@]}"; do
    [[ -e ${trace/#module://sys/module/} ]] || new+=$trace$'\n'
  done
  write_atomically "$STATE/traces" "$new"
}

# When it has ended for good.
keepalived_drop_traces() {
  local trace
  [[ -e $STATE/traces ]] || return 0
  while IFS= read -r trace; do
    case $trace in
      module:*) rmmod -- "${trace#module:}" 2>/dev/null || : ;;
      *) if [[ -d $trace ]]; then rmdir "$trace" 2>/dev/null || :; else rm -f "$trace"; fi ;;
    esac
  done <"$STATE/traces"
  rm "$STATE/traces"
}

# Everything as it would be, in a folder beside.
keepalived_stage() {
  local entry path origin target missing
  rm -rf "$KEEPALIVED_STAGE"
  mkdir -p "$KEEPALIVED_STAGE/conf.d"
  [[ ! -d $KEEPALIVED ]] || cp -a "$KEEPALIVED/." "$KEEPALIVED_STAGE/"
  for entry in ${KEEPALIVED_UNSETS[@]+"${KEEPALIVED_UNSETS[@]}"}; do
    IFS=$'\t' read -r path origin <<<"$entry"
    target=$KEEPALIVED_STAGE/${path#"$KEEPALIVED"/}
    rm -f "$target"
    files_origin_path "$path"
    [[ $origin == - || ! -e $REPLY ]] || cp -a -- "$REPLY" "$target"
  done
  for entry in ${KEEPALIVED_SETS[@]+"${KEEPALIVED_SETS[@]}"}; do
    path=${entry%% *}
    keepalived_with_secrets "$entry"
    if [[ $REPLY == *'@{secret:'* ]]; then
      # Its name and no more: further on in the text may stand another secret, filled in.
      missing=${REPLY#*@\{secret:}
      fail "the secret ${missing%%\}*} of $path has not arrived on this host; run pulumi up again"
    fi
    target=$KEEPALIVED_STAGE/${path#"$KEEPALIVED"/}
    mkdir -p "${target%/*}"
    files_write "$REPLY" "$target"
  done
}

# By the daemon's own test. It passes a file that is not there, and before 2.2.8 it may be killed by its own signal.
keepalived_try() {
  local file=$KEEPALIVED_STAGE/keepalived.conf.try status output
  [[ -s $KEEPALIVED_STAGE/keepalived.conf ]] || fail "there would be no $KEEPALIVED/keepalived.conf after this change; something else took it away: run pulumi refresh and up again"
  output=$(keepalived --help 2>&1) || :
  [[ $output == *--config-test* ]] || return 0
  sed "s#$KEEPALIVED/conf\.d/#$KEEPALIVED_STAGE/conf.d/#" "$KEEPALIVED_STAGE/keepalived.conf" >"$file"
  for _ in 1 2 3; do
    status=0
    output=$(keepalived --config-test -f "$file" 2>&1) || status=$?
    ((status > 128)) || break
  done
  rm -f "$file"
  # These releases complain of what stands inside a block, and say that all is well.
  keepalived_release
  [[ ! $REPLY =~ ^2\.[01]\. || -z $output ]] || status=1
  ((status == 0)) || {
    printf '%s\n' "${output//$KEEPALIVED_STAGE/$KEEPALIVED}" | grep -v '^$' | head -n 10 >&2
    rm -rf "$KEEPALIVED_STAGE"
    fail "keepalived refuses the configuration (status $status, what it says is above), so the one that works stays; correct what it names"
  }
}

keepalived_reload() {
  local output
  output=$(systemctl reload keepalived.service 2>&1) || fail "keepalived cannot be reloaded: ${output%%$'\n'*}; look at: journalctl -u keepalived"
  KEEPALIVED_RELOADED=1
}

# The VIPs that its files give it and that are on this host: it is master, or was when it was killed.
keepalived_held() { # -> HELD: ADDRESS/LENGTH INTERFACE, one a line
  local told interface address
  HELD=""
  [[ -r $KEEPALIVED/keepalived.conf ]] || return 0
  told=$'\n'$(awk '$1 == "virtual_ipaddress" { inside = 1; next } /}/ { inside = 0 } inside { print $1 }' "$KEEPALIVED/keepalived.conf")$'\n'
  while read -r _ interface _ address _; do
    [[ $told != *$'\n'"$address"$'\n'* ]] || HELD+="$address $interface"$'\n'
  done < <(ip -o address show)
}

# A stop takes the rules away while the VIPs are still here, and refuses whoever comes then. So the VIPs go first: the process that has them ends, with
# a word to its peers, and when keepalived has started it again, as backup, one of them has taken the VIPs.
keepalived_hand_over() {
  local file pid advert ended=""
  keepalived_held
  [[ -n $HELD ]] || return 0
  for file in "${KEEPALIVED_PID_FILES[@]}"; do
    [[ -e $file ]] || continue
    read -r pid <"$file" || continue
    # One that was killed leaves its number to whoever comes.
    [[ $(cat "/proc/$pid/comm" 2>/dev/null) == keepalived* ]] || continue
    ! kill "$pid" 2>/dev/null || ended=yes
  done
  [[ -n $ended ]] || return 0
  advert=$(awk '$1 == "advert_int" && $2 > most { most = $2 } END { print (most > 5 ? 5 : most + 0) }' "$KEEPALIVED/keepalived.conf" 2>/dev/null) || advert=1
  sleep "$advert"
}

# One that was killed has left its VIPs behind. It would take them off as it starts, but some releases take its rules off before.
keepalived_let_go() {
  local address interface
  keepalived_held
  while read -r address interface; do
    [[ -z $address ]] || ip address del "$address" dev "$interface" 2>/dev/null || :
  done <<<"$HELD"
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
  folder=/proc/$main/root/tmp
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
    ((${#files[@]} < ${#wanted[@]})) || [[ $size != "$seen" || $size$'\n' == *' 0'$'\n'* ]] || break
    seen=$size
  done
  BELIEF=$(cat "$folder"/keepalived_check.data "$folder"/keepalived.data 2>/dev/null | awk "$BELIEF_AWK") || :
  rm -f "$folder"/keepalived{,_check,_parent,_bfd}.data
  exec 8<&-
}

# Waits until keepalived has made what it was told, as far as its checks let it, and until somebody is master. What it knows of and the kernel has
# otherwise was changed by somebody: no reload heals that, so there is no waiting for it, but for a moment after a reload. A VIP that is not where
# it should be may have moved while the host was looked at; where a second look shows the same, somebody moved it.
keepalived_settle() {
  local until=$((SECONDS + 30)) grace=$((SECONDS + (KEEPALIVED_RELOADED ? 3 : 0))) state differences vips seen="" key
  keepalived_active || fail "keepalived does not run; look at: journalctl -u keepalived"
  while :; do
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
  [[ -z $state ]] || fail "keepalived runs, but has its instance ${state//$'\n'/, } after 30 s; look at the interface and at: journalctl -u keepalived"
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

# The secrets of an owner come by themselves, on a stream that is secret as a whole. What is applied already is applied again with them.
keepalived_keep_secrets() {
  local text title='# lvs secrets 1, owner '
  text=$(cat)
  [[ $text == "$title"*$'\n# end' ]] || fail "standard input holds no secrets of version 1, or was cut short: run pulumi up again"
  OWNER=${text%%$'\n'*}
  OWNER=${OWNER#"$title"}
  document_check_owner
  state_open
  state_lock exclusive
  text=${text#*$'\n'}
  if [[ $VERB == secrets ]]; then
    mkdir -p "$MINE"
    write_atomically "$MINE/secrets" "${text%'# end'}"
  else
    rm -f "$MINE/secrets"
    rmdir "$MINE" 2>/dev/null || :
    state_forget_all
  fi
  sync
  exec 9<&-
}
