# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# `secrets` keeps an owner's secrets, which no document may hold; `forget` removes them.

# The secrets of an owner arrive without its document, as an input that is secret
# as a whole. A stored document is applied again with them (main.sh).
secrets_main() {
  local text title='# lvs secrets 1, owner '
  program_hold
  text=$(exec cat)
  [[ $text == "$title"*$'\n# end' ]] || fail "standard input holds no secrets of version 1, or was cut short: run pulumi up again"
  OWNER=${text%%$'\n'*}
  OWNER=${OWNER#"$title"}
  names_check_owner
  # (The former names come before the secrets, as in a document.)
  DOCUMENT=$text
  names_read
  state_open
  lock exclusive
  if [[ $VERB == secrets ]]; then
    names_choose_folder
  else
    # After a rename that failed, the secrets may be under either name.
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
    # (The applied document may still use them: if the component has another parent now, its new resource has sent them again.)
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
