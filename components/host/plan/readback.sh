# shellcheck shell=bash disable=SC2034,SC2153,SC2292 # variables shared between the parts; [ a = b ] takes long texts as they are, [[ ]] reads them as patterns
# The host as the last change has read it back. As long as it looks the same, no rules have to be compared one by one.
#   readback/addresses, readback/rules  its addresses, and its table as `ipvsadm -Sn` prints it
#   readback/foreign                    the services in the table that nobody declares
#   readback/owners                     the owners whose claims are there as declared, one a line; removed before a change touches anything
#   owners/NAME/readback                live facts of the other sections, as far as this owner has claims on them
# If keepalived keeps the table, there is no readback, because keepalived changes the table by itself.

READBACK_MINE=""      # whether readback/owners has this owner
READBACK_OTHERS=""    # the other owners in it, one a line
READBACK_RULES=""     # what readback/rules holds
READBACK_ADDRESSES="" # what readback/addresses holds
READBACK_FOREIGN=""   # what readback/foreign holds; after a change, what it is to hold

# Call it after the names are settled. It reads only the state, not the host.
readback_open() {
  local line
  READBACK_MINE="" READBACK_OTHERS="" READBACK_RULES="" READBACK_ADDRESSES="" READBACK_FOREIGN=""
  [[ -e $STATE/readback/owners ]] || return 0
  file_glance "$STATE/readback/owners"
  lines_of "$REPLY"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    if [[ $line == "${MINE##*/}" ]]; then READBACK_MINE=yes; else READBACK_OTHERS+=$line$'\n'; fi
  done
  [[ ! -e $MINE/pending && -e $MINE/claims ]] || READBACK_MINE=""
  file_glance "$STATE/readback/rules"
  READBACK_RULES=$REPLY
  file_glance "$STATE/readback/addresses"
  READBACK_ADDRESSES=$REPLY
  file_glance "$STATE/readback/foreign"
  READBACK_FOREIGN=$REPLY
}

readback_is_current() { # whether addresses and table are as they were then
  [ "$RULES_LIVE" = "$READBACK_RULES" ] && [ "$ADDRESSES" = "$READBACK_ADDRESSES" ]
}

# Whether a look need not compare facts: the document was applied, and the host has not changed since. The claims are then the document's
# facts, and none of them differs.
readback_nothing_new() {
  [[ -n $READBACK_MINE && -n $SAME_DOCUMENT ]] && ((${#FORMER[@]} == 0)) || return
  addresses_live
  [ "$ADDRESSES" = "$READBACK_ADDRESSES" ] || return
  claims_read
  ! claims_have_keeper "$CLAIMED" || return
  live_read "$CLAIMED"
  readback_is_current || return
  ! rules_have_limits || return
  file_glance "$MINE/readback"
  [ "$LIVE" = "$REPLY" ]
}

# (keepalived changes its table by itself.)
readback_unless_by_keepalived() {
  if claims_kept_by_keepalived; then READBACK_MINE="" READBACK_OTHERS=""; fi
}

# Whether to read the host back after a change that found no difference: there is no readback for this owner, or the host looks different.
readback_is_stale() {
  [[ $VERB == apply ]] && ! claims_kept_by_keepalived || return
  [[ -z $READBACK_MINE || -n $APPLY_BEGUN ]] || ! readback_is_current
}

# Whether addresses and table differ from the readback only by facts that this owner
# claims or has claimed, and nobody else claims those that are missing now.
readback_only_mine() {
  readback_lines_within rules "$RULES_LIVE" "$RULES_WANTED$RULES_CLAIMED" rules &&
    readback_lines_within addresses "$ADDRESSES" "$PLAIN$CLAIMED" claims
}

readback_lines_within() { # file-of-readback text-now text-that-has-all-lines-that-may-differ file-of-claims
  local line folder gone=()
  lines_differing "$STATE/readback/$1" "$2"
  lines_of "$REPLY"
  ((${#LINES_OF[@]} <= RULES_MOST)) || return
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $'\n'$3 == *$'\n'"$line"$'\n'* ]] || return
    [[ $'\n'$2 == *$'\n'"$line"$'\n'* ]] || gone+=("$line")
  done
  ((${#gone[@]} > 0)) || return 0
  for folder in ${OTHER_FOLDERS[@]+"${OTHER_FOLDERS[@]}"}; do
    ! file_has "$folder/$4" "${gone[@]}" || return
  done
}

# The foreign services that a text does not have. The text has rules, or the patterns of a plan.
readback_foreign_outside() { # text -> REPLY
  local line kept="" text=$'\n'$1
  lines_of "$READBACK_FOREIGN"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    rules_service "$line"
    [[ $text == *$'\n'"-A $REPLY -s "* || $text == *$'\n'"-A $REPLY "$'\n'* ]] || kept+=$line$'\n'
  done
  REPLY=$kept
}

# Drops the foreign services that the last plan looked at; the plan's answer adds them again.
readback_forget_foreign() {
  REPLY=""
  [[ -z $RULES_FOCUSED ]] || readback_foreign_outside "$RULES_PATTERNS"
  READBACK_FOREIGN=$REPLY
}

# Call it at the end of a change, when the host has been read for the last time.
readback_write() {
  local line key facts="" owners="" mine=() keys=$'\n'
  if claims_kept_by_keepalived || grep -qs $'^keeper\t' /dev/null "$STATE"/owners/*/claims; then return 0; fi
  [[ -z $READBACK_OTHERS ]] || ! readback_only_mine || owners=$READBACK_OTHERS
  if [[ $VERB == apply ]]; then
    owners+=${MINE##*/}$'\n'
    lines_of "$PLAIN"
    for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
      fact_key "$line"
      keys+=$REPLY$'\n'
    done
    lines_of "$LIVE"
    for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
      fact_key "${line#anyway$'\t'}"
      # (Of the firewall's table, all facts are kept.)
      [[ $line != firewall$'\t'* && $keys != *$'\n'"$REPLY"$'\n'* ]] || facts+=$line$'\n'
    done
    mine=("$MINE/readback" "$facts")
  fi
  [[ -d $STATE/readback ]] || mkdir "$STATE/readback"
  # (The list of owners must never be beside a table of another moment.)
  if [[ -e $STATE/readback/owners ]] && ! readback_is_current; then
    rm -f -- "$STATE/readback/owners"
    durable "$STATE/readback"
  fi
  write_changed ${mine[@]+"${mine[@]}"} "$STATE/readback/rules" "$RULES_LIVE" "$STATE/readback/addresses" "$ADDRESSES" "$STATE/readback/foreign" "$READBACK_FOREIGN" \
    "$STATE/readback/owners" "$owners"
}
