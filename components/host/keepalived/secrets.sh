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

# The secrets of an owner come by themselves, on a stream that is secret as a whole. What is applied already is applied again with them.
secrets_main() {
  local text title='# lvs secrets 1, owner '
  program_hold
  text=$(exec cat)
  [[ $text == "$title"*$'\n# end' ]] || fail "standard input holds no secrets of version 1, or was cut short: run pulumi up again"
  OWNER=${text%%$'\n'*}
  OWNER=${OWNER#"$title"}
  document_check_owner
  # (In front of them stand the former names, as in a document.)
  DOCUMENT=$text
  names_read
  state_open
  lock exclusive
  if [[ $VERB == secrets ]]; then
    names_choose_folder
  else
    # After a rename that failed, either name may have them.
    names_find_former
    if [[ ! -e $MINE/secrets ]] && names_find_renamed; then MINE=$REPLY; fi
  fi
  text=${text#*$'\n'}
  while [[ $text == 'formerly = '* ]]; do text=${text#*$'\n'}; done
  if [[ $VERB == secrets ]]; then
    program_bring
    mkdir -p "$MINE"
    write_atomically "$MINE/secrets" "${text%'# end'}"
  else
    secrets_forget_former
    # (The document that is applied may still name them: where a component has got another parent, its new resource has sent them again.)
    file_text "$MINE/document"
    if [[ $REPLY != *'@{secret:'* ]]; then
      rm -f "$MINE/secrets"
      takeover_forget
      rmdir "$MINE" 2>/dev/null || :
      state_forget_all
    fi
  fi
  state_durable
}
