# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# Secrets, which documents must not hold. They are kept in a file of their own, and filled in only in the files that keepalived reads.

# The file has lines NAME <tab> VALUE.
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

# After the removal of an owner whose rename failed: its secrets may still be under its former name.
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
