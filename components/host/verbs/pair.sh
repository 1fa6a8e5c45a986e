# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# A change where keepalived keeps the table and the VIPs, begins to, or ceases to.

# keepalived changes the table and moves the VIPs. What is left to this program is to drain what is to go, to see that all has come about, and to
# put right what a reload does not: it compares its files with its last ones, not with the kernel.
apply_by_keepalived() {
  local leaving=""
  if [[ $VERB == remove ]] && keepalived_is_given_back; then leaving=yes; fi
  if [[ -n $leaving ]]; then
    keepalived_end
  elif [[ $VERB == remove ]] && ! keepalived_active && ! keepalived_coming; then
    # Its VIPs are not here, so nothing is under way.
    RULES_NOW="" QUIESCED=""
  fi
  ipvs_feed "$RULES_NOW"
  # (The backup knows the master's connections, and has none of its own to wait for.)
  if pair_is_backup; then QUIESCED=""; fi
  connections_wait "$QUIESCED"
  [[ -z $CONNECTIONS_WAITED ]] || apply_plan_again
  apply_switch
  apply_each set keepalived
  apply_each unset keepalived
  # (Its test of the files leaves some already.)
  [[ $VERB == remove ]] || keepalived_active || keepalived_note_traces
  keepalived_commit
  apply_each set units
  # (Not where a first change is undone: then the one that runs is not the pair's.)
  if [[ -z $leaving && ($VERB == apply || -e $MINE/claims) ]] && { keepalived_active || keepalived_coming || keepalived_is_mine; }; then
    # (All the rest is verified at the end.)
    keepalived_settle "ipvs addresses"
  else
    DECISIONS=""
    # As backup it may have become master since they were looked at, when the other director went.
    addresses_read
    [[ -z $leaving ]] || keepalived_active || keepalived_drop_traces
  fi
  [[ -z $leaving ]] || KEEPER=""
  # What is still different is changed through ipvsadm.
  # (Without KEEPER, the plan's steps are the table's own.)
  KEEPER="" apply_plan "plan boot origins" ""
  QUIESCED=""
  # A first change that is undone leaves a keepalived that ran before, and its VIPs, which may be the same.
  if [[ -n $UNDOING ]] && keepalived_active; then pair_leave_addresses; fi
}

# Whether keepalived runs here and is master of no instance.
pair_is_backup() {
  [[ $DECISIONS == *instance$'\t'* && $DECISIONS != *$'\t'MASTER$'\t'* ]]
}

# The last director of a pair becomes a single one. keepalived stops, and removes its VIPs; its rules stay in the kernel. The VIPs are set again at once.
pair_leave_keepalived() {
  local line said=$IPVS_SAID
  # (Half-way is no place to find out that something is missing.)
  [[ -z $RULES_WANTED ]] || ipvs_demand
  lines_of "$PLAIN"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line != addresses$'\t'* ]] || addresses_demand "${line#*$'\t'}"
  done
  systemctl -q stop keepalived.service 2>/dev/null || :
  # (It may have removed its rules by itself. Of those that are there, ipvsadm says so.)
  ipvs_feed "$RULES_WANTED"
  IPVS_SAID=$said
  lines_of "$PLAIN"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    # (For a minute: a director that is removed at the same time may announce them meanwhile.)
    [[ $line != addresses$'\t'* ]] || addresses_set "${line#*$'\t'}" 60
  done
  # Its checks may have taken real servers out of the table.
  addresses_read
  apply_plan "plan boot origins" ""
  # From here on a boot is to bring them, too.
  rules_for_boot
  boot_write "${BOOT[0]}" "${BOOT[1]}" "$REPLY" "${BOOT[2]}" "${BOOT[3]}" "${BOOT[4]}"
  apply_each unset keepalived
  keepalived_commit
  keepalived_active || keepalived_drop_traces
}

# A single director becomes one of a pair, and that fails. Before its start keepalived has removed the VIPs and rules that the director had: they are set
# again, where the VIPs are missing and keepalived does not run, or knows no master.
pair_restore_single() {
  local facts line missing=""
  [[ $DOCUMENT == *$'\ntable = keepalived\n'* ]] || return 0
  file_text "$MINE/claims"
  facts=$REPLY
  ! claims_have_keeper "$facts" || return 0
  addresses_read
  addresses_live
  lines_of "$facts"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line != addresses$'\t'* || $'\n'$ADDRESSES == *$'\n'"$line"$'\n'* ]] || missing=yes
  done
  [[ -n $missing ]] || return 0
  if keepalived_active; then
    keepalived_read_data "$KEEPALIVED_PID"
    keepalived_unsettled
    [[ -n $REPLY || $DECISIONS != *instance$'\t'* ]] || return 0
  fi
  lines_of "$facts"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    # (The new director may have been changed first.)
    [[ $line != addresses$'\t'* ]] || ! addresses_taken "${line#*$'\t'}" || return 0
  done
  # (It would be started again and again, and remove them each time.)
  systemctl -q disable --now keepalived.service 2>/dev/null || :
  # Rules come before VIPs: a director that has a VIP without rules refuses clients. (Those that are there may have another weight.)
  file_text "$MINE/rules"
  ipvs_feed "$REPLY"
  ipvs_feed "$(sed 's/^-A/-E/; s/^-a/-e/' <<<"$REPLY")"
  lines_of "$facts"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line != addresses$'\t'* ]] || addresses_set "${line#*$'\t'}"
  done
  printf 'no director has the VIPs by keepalived: the VIPs and rules that this one had before were set again\n' >&2
}

pair_leave_addresses() { # -> UNSETS without addresses
  local entry left=()
  for entry in ${UNSETS[@]+"${UNSETS[@]}"}; do
    [[ $entry == addresses$'\t'* ]] || left+=("$entry")
  done
  UNSETS=(${left[@]+"${left[@]}"})
}
