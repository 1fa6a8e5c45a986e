# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# A change of a host where keepalived keeps the table and the VIPs, or did so before, or will do so.

# keepalived changes the table and moves the VIPs. This program drains real servers that are to be removed, waits until keepalived has
# finished, and repairs what a reload does not repair: keepalived compares its files with its last ones, not with the kernel.
apply_by_keepalived() {
  local leaving=""
  if [[ $VERB == remove ]] && keepalived_is_given_back; then leaving=yes; fi
  if [[ -n $leaving ]]; then
    keepalived_end
  elif [[ $VERB == remove ]] && ! keepalived_active && ! keepalived_coming; then
    # Its VIPs are not here, so no connection is under way.
    RULES_NOW="" QUIESCED=""
  fi
  ipvs_feed "$RULES_NOW"
  # (The backup has copies of the master's connections, and none of its own to wait for.)
  if pair_is_backup; then
    QUIESCED=""
    connections_forget
  fi
  # (What an interrupted run has noted is waited for later: the method may not have changed yet.)
  if [[ -n $QUIESCED ]]; then
    connections_wait "$QUIESCED"
    [[ -z $CONNECTIONS_WAITED ]] || apply_plan_again
  fi
  apply_switch
  apply_each set keepalived
  apply_each unset keepalived
  # (Before the test of the files, which already leaves some traces.)
  [[ $VERB == remove ]] || keepalived_active || keepalived_note_traces
  keepalived_commit
  apply_each set units
  # (Not when a first change is undone: the keepalived that runs then does not belong to the pair.)
  if [[ -z $leaving && ($VERB == apply || -e $MINE/claims) ]] && { keepalived_active || keepalived_coming || keepalived_is_mine; }; then
    # (All the rest is verified at the end.)
    keepalived_settle "ipvs addresses"
  else
    DECISIONS=""
    # This backup may have become master since the addresses were read, when the other director stopped.
    addresses_read
    [[ -z $leaving ]] || keepalived_active || keepalived_drop_traces
  fi
  [[ -z $leaving ]] || KEEPER=""
  # Remaining differences are changed by ipvsadm. (Without KEEPER, the plan has steps for the table.)
  KEEPER="" apply_plan "plan boot origins" ""
  QUIESCED=""
  # When a first change is undone, a keepalived that ran before stays, with its VIPs, which may be the same.
  if [[ -n $UNDOING ]] && keepalived_active; then pair_leave_addresses; fi
}

# Whether keepalived runs here and is master of no instance.
pair_is_backup() {
  [[ $DECISIONS == *instance$'\t'* && $DECISIONS != *$'\t'MASTER$'\t'* ]]
}

# The last director of a pair becomes a single one. keepalived stops, and removes its VIPs; its rules stay in the kernel. The VIPs are set
# again at once.
pair_leave_keepalived() {
  local fact said=$IPVS_SAID
  # (If something is missing, the change must fail before keepalived is stopped.)
  [[ -z $RULES_WANTED ]] || ipvs_demand
  facts_of addresses "$PLAIN"
  for fact in ${FACTS_OF[@]+"${FACTS_OF[@]}"}; do addresses_demand "$fact"; done
  systemctl -q stop keepalived.service 2>/dev/null || :
  # (keepalived may have removed its rules by itself, so all are added. ipvsadm's messages about rules that exist are dropped.)
  ipvs_feed "$RULES_WANTED"
  IPVS_SAID=$said
  # (The VIPs are announced for a minute, because a director that is removed at the same time may announce them as well.)
  facts_of addresses "$PLAIN"
  for fact in ${FACTS_OF[@]+"${FACTS_OF[@]}"}; do addresses_set "$fact" 60; done
  # keepalived's checks may have removed real servers from the table.
  addresses_read
  apply_plan "plan boot origins" ""
  # From now on a boot must restore them, too.
  rules_for_boot
  boot_write "$REPLY"
  apply_each unset keepalived
  keepalived_commit
  keepalived_active || keepalived_drop_traces
}

# A single director was to join a pair, and that failed. Before its start, keepalived's unit has removed the VIPs and rules that the
# director had. They are set again if VIPs are missing and keepalived does not run, or knows no master.
pair_restore_single() {
  local facts fact missing=""
  [[ $DOCUMENT == *$'\ntable = keepalived\n'* ]] || return 0
  file_text "$MINE/claims"
  facts=$REPLY
  ! claims_have_keeper "$facts" || return 0
  addresses_read
  addresses_live
  facts_of addresses "$facts"
  for fact in ${FACTS_OF[@]+"${FACTS_OF[@]}"}; do
    [[ $'\n'$ADDRESSES == *$'\n'addresses$'\t'"$fact"$'\n'* ]] || missing=yes
  done
  [[ -n $missing ]] || return 0
  if keepalived_active; then
    keepalived_read_data "$KEEPALIVED_PID"
    keepalived_unsettled
    [[ -n $REPLY || $DECISIONS != *instance$'\t'* ]] || return 0
  fi
  facts_of addresses "$facts"
  for fact in ${FACTS_OF[@]+"${FACTS_OF[@]}"}; do
    # (The new director may have been changed first, and have the VIP.)
    ! addresses_taken "$fact" || return 0
  done
  # (systemd would start it again and again, and each start would remove the VIPs and rules.)
  systemctl -q disable --now keepalived.service 2>/dev/null || :
  # Rules come before VIPs: a director that has a VIP without rules refuses
  # clients. (Existing rules may have another weight, so they are edited.)
  file_text "$MINE/rules"
  ipvs_feed "$REPLY"
  ipvs_feed "$(sed 's/^-A/-E/; s/^-a/-e/' <<<"$REPLY")"
  facts_of addresses "$facts"
  for fact in ${FACTS_OF[@]+"${FACTS_OF[@]}"}; do addresses_set "$fact"; done
  printf 'keepalived has the VIPs on no director: the VIPs and rules that this one had before were set again\n' >&2
}

pair_leave_addresses() { # -> UNSETS without addresses
  local entry left=()
  for entry in ${UNSETS[@]+"${UNSETS[@]}"}; do
    [[ $entry == addresses$'\t'* ]] || left+=("$entry")
  done
  UNSETS=(${left[@]+"${left[@]}"})
}
