# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# [keepalived] files below /etc/keepalived, written as in [files]. All changes of one run are tested together before the first file is
# replaced; then keepalived is reloaded, never restarted. A reload of a broken file removes services from the kernel and reports success.

KEEPALIVED=/etc/keepalived
KEEPALIVED_STAGE=/etc/keepalived.pulumi-lvs-new
KEEPALIVED_SETS=() KEEPALIVED_UNSETS=()
KEEPALIVED_RESTORED="" # whether a file to restore is already as it was before us

# A file with a secret is compared with the secret filled in, and its fact is kept without the secret.
keepalived_live() { # paths
  local others=$LIVE template fact lines
  LIVE=""
  files_read keepalived "$@"
  lines=$LIVE
  lines_of "$PLAIN$CLAIMED"
  for template in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $template == keepalived$'\t'*'@{secret:'* ]] || continue
    secrets_fill "$template"
    fact=$REPLY
    lines=$'\n'$lines
    lines=${lines//$'\n'"$fact"$'\n'/$'\n'"$template"$'\n'}
    lines=${lines#$'\n'}
  done
  LIVE=$others$lines
}

keepalived_set() { # fact
  KEEPALIVED_SETS+=("$1")
}

keepalived_unset() { # path origin live
  if [[ $2 == "$3" ]]; then
    KEEPALIVED_RESTORED=yes
    return 0
  fi
  KEEPALIVED_UNSETS+=("$1"$'\t'"$2")
}

keepalived_commit() {
  local entry path
  if ((${#KEEPALIVED_SETS[@]} + ${#KEEPALIVED_UNSETS[@]} == 0)); then
    # A killed run, or somebody else, may have changed the files without a reload.
    # (When a first change is undone, the keepalived that runs may belong to no pair.)
    [[ -n $INTERRUPTED$KEEPALIVED_RESTORED ]] || return 0
    if keepalived_active && { [[ $VERB == apply ]] || keepalived_is_a_pairs; }; then keepalived_reload; fi
    return 0
  fi
  keepalived_stage
  # A keepalived that does not run may have left rules and VIPs. Only its present
  # files name them, so they are removed before these files change.
  ! keepalived_is_mine || [[ ! -e $MINE/claims ]] || keepalived_active || keepalived_clear_way "$(keepalived_given)"
  # (Files from before us may be broken. They are not tested if no keepalived is to
  # run with them: in a removal, and on a director that leaves its pair.)
  if [[ $VERB == apply && -n $KEEPER ]] || keepalived_active; then keepalived_try; fi
  for entry in ${KEEPALIVED_SETS[@]+"${KEEPALIVED_SETS[@]}"}; do
    path=${entry%% *}
    files_make_folder "${path%/*}"
    files_place "$path" "" files_copy "$KEEPALIVED_STAGE/${path#"$KEEPALIVED"/}"
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

# Prepares all files as they would be, in a separate folder. It copies no links: a write must not arrive where they lead.
keepalived_stage() {
  local entry path origin target missing
  [[ ! -e $KEEPALIVED_STAGE && ! -L $KEEPALIVED_STAGE ]] || rm -rf "$KEEPALIVED_STAGE"
  mkdir -p "$KEEPALIVED_STAGE/conf.d"
  [[ ! -d $KEEPALIVED ]] || keepalived_copy "$KEEPALIVED/." "$KEEPALIVED_STAGE/"
  for entry in ${KEEPALIVED_UNSETS[@]+"${KEEPALIVED_UNSETS[@]}"}; do
    IFS=$'\t' read -r path origin <<<"$entry"
    target=$KEEPALIVED_STAGE/${path#"$KEEPALIVED"/}
    rm -f "$target"
    files_origin_path "$path"
    [[ $origin != - ]] || continue
    files_need_origin "$path"
    # (A relative link is resolved from its original place.)
    if [[ -L $REPLY ]]; then
      REPLY=$(readlink -- "$REPLY")
      [[ $REPLY == /* ]] || REPLY=${path%/*}/$REPLY
    fi
    keepalived_copy "$REPLY" "$target"
  done
  for entry in ${KEEPALIVED_SETS[@]+"${KEEPALIVED_SETS[@]}"}; do
    path=${entry%% *}
    secrets_fill "$entry"
    if [[ $REPLY == *'@{secret:'* ]]; then
      # Only its name is printed: the rest of the text may have another secret, already filled in.
      missing=${REPLY#*@\{secret:}
      fail "the secret ${missing%%\}*} of $path has not arrived on this host; run pulumi up again"
    fi
    target=$KEEPALIVED_STAGE/${path#"$KEEPALIVED"/}
    [[ -d ${target%/*} ]] || mkdir -p "${target%/*}"
    [[ ! -e $target && ! -L $target ]] || rm -f -- "$target"
    files_write "$REPLY" "$target"
  done
}

# Copies the target of a link instead of the link; nothing if the target does not exist.
keepalived_copy() { # from to
  local output
  output=$(exec cp -aL -- "$1" "$2" 2>&1) && return
  output=$(grep -v 'No such file or directory' <<<"$output") || return 0
  fail "$1 cannot be copied to be tried: ${output%%$'\n'*}"
}

# Tests the files with the daemon's own test. That test accepts a file that does
# not exist, and before 2.2.8 it may be killed by its own signal.
keepalived_try() {
  local file=$KEEPALIVED_STAGE/keepalived.conf.try status output
  [[ -s $KEEPALIVED_STAGE/keepalived.conf ]] || fail "there would be no $KEEPALIVED/keepalived.conf after this change; something else removed it: run pulumi refresh and up again"
  output=$(exec keepalived --help 2>&1) || :
  [[ $output == *--config-test* ]] || return 0
  sed "s#$KEEPALIVED/conf\.d/#$KEEPALIVED_STAGE/conf.d/#" "$KEEPALIVED_STAGE/keepalived.conf" >"$file"
  for _ in 1 2 3; do
    status=0
    output=$(exec keepalived --config-test -f "$file" 2>&1) || status=$?
    ((status > 128)) || break
  done
  rm -f "$file"
  # These releases print errors about the inside of a block, and return success.
  packages_keepalived_release
  [[ ! $REPLY =~ ^2\.[01]\. || -z $output ]] || status=1
  ((status == 0)) || {
    printf '%s\n' "${output//$KEEPALIVED_STAGE/$KEEPALIVED}" | grep -v '^$' | head -n 10 >&2
    rm -rf "$KEEPALIVED_STAGE"
    fail "keepalived refuses the configuration (status $status, what it says is above), so the one that works stays; correct what it names"
  }
}
