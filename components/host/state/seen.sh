# shellcheck shell=bash disable=SC2034,SC2153,SC2292 # variables shared between the parts; [ a = b ] takes long texts as they are, [[ ]] reads them as patterns
# The host as the last change has read it back: as long as it looks the same, nothing has to be compared rule by rule.
#   seen/addresses, seen/rules  its addresses, and its table as `ipvsadm -Sn` prints it
#   seen/foreign                the services in it that nobody declares
#   seen/owners                 whose claims are there as they are declared, one a line; removed before a change touches anything
#   owners/NAME/seen            facts of the other sections that this owner has claims on
# keepalived changes its table by itself, so there is none of this where it keeps one.

SEEN_MINE=""      # whether this owner's claims were there as they are declared, when this was written
SEEN_OTHERS=""    # the other owners of which that is so, one a line
SEEN_RULES=""     # what seen/rules holds
SEEN_ADDRESSES="" # what seen/addresses holds
SEEN_FOREIGN=""   # what seen/foreign holds; after a change, what it is to hold

# After names are settled; needs nothing of the host.
seen_open() {
  local line
  SEEN_MINE="" SEEN_OTHERS="" SEEN_RULES="" SEEN_ADDRESSES="" SEEN_FOREIGN=""
  [[ -e $STATE/seen/owners ]] || return 0
  file_glance "$STATE/seen/owners"
  lines_of "$REPLY"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    if [[ $line == "${MINE##*/}" ]]; then SEEN_MINE=yes; else SEEN_OTHERS+=$line$'\n'; fi
  done
  [[ ! -e $MINE/pending && -e $MINE/claims ]] || SEEN_MINE=""
  file_glance "$STATE/seen/rules"
  SEEN_RULES=$REPLY
  file_glance "$STATE/seen/addresses"
  SEEN_ADDRESSES=$REPLY
  file_glance "$STATE/seen/foreign"
  SEEN_FOREIGN=$REPLY
}

seen_holds() { # whether addresses and table are as they were then
  [ "$RULES_LIVE" = "$SEEN_RULES" ] && [ "$ADDRESSES" = "$SEEN_ADDRESSES" ]
}

# A look at a document that was applied, and a host that has not changed since: the claims are the document's facts, and none of them differs.
seen_nothing_new() {
  [[ -n $SEEN_MINE && -n $SAME_DOCUMENT ]] && ((${#FORMER[@]} == 0)) || return
  addresses_live
  [ "$ADDRESSES" = "$SEEN_ADDRESSES" ] || return
  document_read_claims
  ! document_kept "$CLAIMED" || return
  live_read "$CLAIMED"
  seen_holds || return
  RULES_WANTED=""
  ! rules_have_limits || return
  file_glance "$MINE/seen"
  [ "$LIVE" = "$REPLY" ]
}

# (keepalived changes its table by itself.)
seen_unless_kept() {
  if [[ -n $KEEPER ]] || document_kept "$CLAIMED"; then SEEN_MINE="" SEEN_OTHERS=""; fi
}

# Whether to read the host back after a change that found no difference: nobody has written down what it looks like, or it looks otherwise.
seen_needs_more() {
  [[ $VERB == apply && -z $KEEPER ]] && ! document_kept "$CLAIMED" || return
  [[ -z $SEEN_MINE || -n $APPLY_BEGUN ]] || ! seen_holds
}

# Whether nothing has changed in addresses and table since, but what this owner claims or has claimed; and of what has gone, whether nobody else claims it.
seen_only_mine() {
  seen_lines_within rules "$RULES_LIVE" "$RULES_WANTED$RULES_CLAIMED" rules &&
    seen_lines_within addresses "$ADDRESSES" "$PLAIN$CLAIMED" claims
}

seen_lines_within() { # file-of-seen text-now text-that-has-all-lines-that-may-differ file-of-claims
  local line folder gone=()
  rules_diff "$STATE/seen/$1" "$2"
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

# The foreign services that are not among those of a text: of rules, or of the patterns of a plan.
seen_foreign_outside() { # text -> REPLY
  local line kept="" text=$'\n'$1
  lines_of "$SEEN_FOREIGN"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    rules_service "$line"
    [[ $text == *$'\n'"-A $REPLY -s "* || $text == *$'\n'"-A $REPLY "$'\n'* ]] || kept+=$line$'\n'
  done
  REPLY=$kept
}

# Before the foreign services that a plan has named are added: those stay that it was not about.
seen_forget_foreign() {
  REPLY=""
  [[ -z $RULES_FOCUSED ]] || seen_foreign_outside "$RULES_PATTERNS"
  SEEN_FOREIGN=$REPLY
}

# When it has ended, and the host was read last.
seen_keep() {
  local line key facts="" owners="" seen=() keys=$'\n'
  if [[ -n $KEEPER ]] || document_kept "$CLAIMED" || grep -qs $'^keeper\t' /dev/null "$STATE"/owners/*/claims; then return 0; fi
  [[ -z $SEEN_OTHERS ]] || ! seen_only_mine || owners=$SEEN_OTHERS
  if [[ $VERB == apply ]]; then
    owners+=${MINE##*/}$'\n'
    lines_of "$PLAIN"
    for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
      live_key "$line"
      keys+=$REPLY$'\n'
    done
    lines_of "$LIVE"
    for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
      live_key "$line"
      [[ $keys != *$'\n'"$REPLY"$'\n'* ]] || facts+=$line$'\n'
    done
    seen=("$MINE/seen" "$facts")
  fi
  [[ -d $STATE/seen ]] || mkdir "$STATE/seen"
  # (Nobody is to be found there beside a table of another moment.)
  if [[ -e $STATE/seen/owners ]] && ! seen_holds; then
    rm -f -- "$STATE/seen/owners"
    durable "$STATE/seen"
  fi
  write_changed ${seen[@]+"${seen[@]}"} "$STATE/seen/rules" "$RULES_LIVE" "$STATE/seen/addresses" "$ADDRESSES" "$STATE/seen/foreign" "$SEEN_FOREIGN" \
    "$STATE/seen/owners" "$owners"
}
