# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# Reads keepalived's decisions about its rules and VIPs: the data that it writes when it is asked (data.awk parses it).

DECISIONS="" # the output of data.awk; empty if keepalived was not asked

# (Its unit may give it a /tmp of its own.)
keepalived_data_folder() { # pid -> REPLY
  REPLY=/proc/$1/root/tmp
}

# Asks the running daemon for its data. Only one run may ask at a time, because the files have fixed names. As a rule everybody can write to
# their folder, so only files count that the daemon itself has written after the request.
keepalived_read_data() { # [its main process, where that is known]
  local main=${1-} folder wanted=() aside="" data=() blocks
  DECISIONS=""
  if [[ -z $main ]]; then
    keepalived_active || :
    main=$KEEPALIVED_PID
  fi
  ((${main:-0} > 0)) || return 0
  # Each of its processes writes a file, at its own pace. Just after a start, not all processes run yet.
  blocks=$(exec grep -hrsoE '^[[:space:]]*(vrrp_instance|virtual_server)' "$KEEPALIVED") || :
  [[ $blocks != *vrrp_instance* ]] || wanted+=(keepalived.data)
  if [[ $blocks == *virtual_server* ]]; then
    if keepalived_tells_checks; then wanted+=(keepalived_check.data); else DECISIONS=checks-unknown; fi
  fi
  ((${#wanted[@]} > 0)) || return 0
  keepalived_data_folder "$main"
  folder=$REPLY
  exec 8<"$KEEPALIVED"
  flock -w 30 8 || fail "another look at keepalived is still under way after 30 s; look at it with: fuser -v $KEEPALIVED"
  keepalived_put_aside "$folder"
  keepalived_ask "$main" "$folder" "${wanted[@]}"
  keepalived_own_data "$folder"
  ((${#data[@]} == 0)) || DECISIONS+=${DECISIONS:+$'\n'}$(exec awk "$DATA_AWK" "${data[@]}") || :
  keepalived_put_back "$folder"
  exec 8<&-
}

# Asks, and waits until keepalived has written these files completely. After 5 s, incomplete files are better than none.
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

# Lists the files that the daemon itself has written.
keepalived_own_data() { # folder; data is the caller's
  local name
  for name in keepalived_check.data keepalived.data; do
    [[ ! -f $1/$name || -L $1/$name || ! -O $1/$name ]] || data+=("$1/$name")
  done
}

# Removes everything that has these names, whatever it is.
keepalived_clear_data() { # folder
  local name left=()
  for name in "${KEEPALIVED_DATA[@]}"; do
    [[ ! -e $1/$name && ! -L $1/$name ]] || left+=("${1:?}/$name")
  done
  ((${#left[@]} == 0)) || rm -rf -- "${left[@]}"
}

# Moves existing files aside: an administrator may have asked the daemon as well.
# (Files that a killed look has left aside are moved back first.)
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

keepalived_put_back() { # folder; aside is the caller's
  local name
  keepalived_clear_data "$1"
  [[ -n $aside ]] || return 0
  for name in "${KEEPALIVED_DATA[@]}"; do
    [[ ! -e $aside/$name && ! -L $aside/$name ]] || mv -f -T -- "$aside/$name" "$1/$name"
  done
  rmdir -- "$aside"
}

# Whether its data has the results of its checks: not before 2.0.14.
keepalived_tells_checks() {
  [[ -n $KEEPALIVED_RELEASE ]] || packages_keepalived_release
  [[ -n $KEEPALIVED_RELEASE ]] || return 0
  words_of "${KEEPALIVED_RELEASE//./ }"
  ((WORDS_OF[0] * 1000000 + WORDS_OF[1] * 1000 + WORDS_OF[2] >= 2000014))
}
