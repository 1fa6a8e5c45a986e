# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# What documents must not hold: kept beside them, and put in its place only in what keepalived reads.

# NAME <tab> VALUE, one a line
secrets_fill() { # fact -> REPLY
  local name value fact=$1
  if [[ -e $MINE/secrets ]]; then
    while IFS=$'\t' read -r name value; do
      files_as_word "$value"
      fact=${fact//"@{secret:$name}"/"$REPLY"}
    done <"$MINE/secrets"
  fi
  REPLY=$fact
}

# After the removal of an owner whose rename did not come about: they may still be with its former name.
secrets_forget_former() {
  local name
  lines_of "$FORMER_NAMES"
  for name in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    state_folder "$name"
    [[ -e $REPLY/secrets && ! -e $REPLY/document ]] || continue
    ! names_has_begun "$REPLY" || continue
    rm -f "$REPLY/secrets" "$REPLY/adopted" "$REPLY/leaving"
    rmdir "$REPLY" 2>/dev/null || :
  done
}
