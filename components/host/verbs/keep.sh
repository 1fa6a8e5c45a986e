# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# `secrets` keeps what no document may hold, `forget` removes it again.

# The secrets of an owner come by themselves, on a stream that is secret as a whole. What is applied already is applied again with them.
secrets_main() {
  local text title='# lvs secrets 1, owner '
  program_hold
  text=$(exec cat)
  [[ $text == "$title"*$'\n# end' ]] || fail "standard input holds no secrets of version 1, or was cut short: run pulumi up again"
  OWNER=${text%%$'\n'*}
  OWNER=${OWNER#"$title"}
  names_check_owner
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
