# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# A change where keepalived keeps the table and the VIPs.

# keepalived changes the table and moves the VIPs. What is left to this program is to drain what is to go, to see that all has come about, and to
# put right what a reload does not: it compares its files with its last ones, not with the kernel.
apply_by_keepalived() {
  local leaving=""
  [[ $VERB != remove || " ${UNSETS[*]-}" != *units$'\t'keepalived.service$'\t'* ]] || leaving=yes
  if [[ -n $leaving ]]; then
    keepalived_end
  elif [[ $VERB == remove ]] && ! keepalived_active && ! keepalived_coming; then
    # Its VIPs are not here, so nothing is under way.
    RULES_NOW="" QUIESCED=""
  fi
  ipvs_feed "$RULES_NOW"
  ipvs_wait_drained "$QUIESCED"
  [[ -z $IPVS_WAITED ]] || apply_plan_again
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

pair_leave_addresses() { # -> UNSETS without addresses
  local entry left=()
  for entry in ${UNSETS[@]+"${UNSETS[@]}"}; do
    [[ $entry == addresses$'\t'* ]] || left+=("$entry")
  done
  UNSETS=(${left[@]+"${left[@]}"})
}
