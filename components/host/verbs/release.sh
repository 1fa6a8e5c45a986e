# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# Gives back what has left the document and has stayed for other hosts until now: what directors need of a real server while they drain
# (its addresses, links, routes, policies and facts of the firewall, with what these need); keepalived on a director, while the other
# directors of its pair are given back. Pulumi runs it after all changes of all hosts (`releasedLast` in declare/command.ts).

# Standard input names the owner.
release_main() {
  local text title='# lvs release 1, owner '
  text=$(exec cat)
  [[ $text == "$title"*$'\n# end' ]] || fail "standard input names no owner to release, or was cut short: run pulumi up again"
  text=${text#"$title"}
  OWNER=${text%$'\n# end'}
  names_check_owner
  state_open
  lock exclusive
  # (The same update may have renamed the owner.)
  ! names_find_renamed || MINE=$REPLY
  # (Another stack, or somebody by hand, may have given everything back.)
  [[ -e $MINE/document ]] || return 0
  file_text "$MINE/document"
  document_leftovers "$REPLY"
  [[ -z $REPLY ]] || release_now
}

# Applies the stored document again, now without the facts that have stayed. Call it under the lock.
release_now() {
  RELEASING=yes
  VERB=apply
  apply_begin <"$MINE/document"
  apply_main
}
