# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# A change where keepalived keeps the table and the VIPs: its unit, and what is left to this program.

KEEPER=""             # whether keepalived keeps this owner's rules and VIPs
KEEPALIVED_RELOADED=0 # whether this run has told it to read its files again

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
}

# It goes with its last owner here, or goes on as it was before: with the files that it had then, so not as long as ours are there. Where a first change
# is undone that has not come to its files yet, it runs on.
keepalived_end() {
  local entry section origin live ours=""
  [[ ! -e $MINE/claims ]] || ours=yes
  for entry in ${UNSETS[@]+"${UNSETS[@]}"}; do
    IFS=$'\t' read -r section _ origin live <<<"$entry"
    [[ $section != keepalived || $live == - || $origin == "$live" ]] || ours=yes
  done
  [[ -n $ours ]] || return 0
  # (Its rules are ours to take away, and half-way is no place to find that out.)
  ! keepalived_active || [[ ! -e /proc/net/ip_vs ]] || ipvs_demand
  systemctl -q stop keepalived.service 2>/dev/null || :
  keepalived_clear_way "$(keepalived_given)"
  # Another director has its VIPs, and what was open goes on there: nothing is to drain.
  RULES_NOW="" QUIESCED=""
}

# One that ran before us starts again, and would take what is there already for its own.
keepalived_comes_back() {
  [[ " ${UNITS_BACK[*]-}" != *' keepalived.service '* ]] || keepalived_active || keepalived_clear_way "$(keepalived_given)"
}

KEEPALIVED_STATE="" # of its unit
KEEPALIVED_PID=0    # of its main process

keepalived_active() { # -> KEEPALIVED_STATE, KEEPALIVED_PID
  local line
  KEEPALIVED_STATE="" KEEPALIVED_PID=0
  lines_of "$(exec systemctl show -p ActiveState -p MainPID keepalived.service 2>/dev/null)"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    case $line in
      ActiveState=*) KEEPALIVED_STATE=${line#*=} ;;
      MainPID=*) KEEPALIVED_PID=${line#*=} ;;
    esac
  done
  # (It tells of a unit that does not exist as well.)
  [[ -n $KEEPALIVED_STATE ]] || fail "systemd does not say whether keepalived runs; try it by hand: systemctl show keepalived"
  [[ $KEEPALIVED_STATE == active || $KEEPALIVED_STATE == reloading ]]
}

# What the last keepalived_active saw: it has just ended, and systemd is to start it again.
keepalived_coming() {
  [[ $KEEPALIVED_STATE == activating ]]
}

# Whether this owner has it run.
keepalived_is_mine() {
  [[ $'\n'$PLAIN == *$'\n'units$'\t'keepalived.service\ * ]]
}

# Whether any owner here has it run: it is a pair's.
keepalived_is_a_pairs() {
  grep -qs $'^units\tkeepalived\.service ' /dev/null "$STATE"/owners/*/claims
}

KEEPALIVED_RELEASE="" # as far as it is known

keepalived_release() { # -> REPLY and KEEPALIVED_RELEASE, empty where it is not installed
  REPLY=$KEEPALIVED_RELEASE
  [[ -z $REPLY ]] || return 0
  type -P keepalived >/dev/null || return 0
  [[ $(exec keepalived --version 2>&1) =~ Keepalived\ v([0-9]+\.[0-9]+\.[0-9]+) ]] || return 0
  REPLY=${BASH_REMATCH[1]} KEEPALIVED_RELEASE=${BASH_REMATCH[1]}
}

keepalived_reload() {
  local output
  output=$(exec systemctl reload keepalived.service 2>&1) || fail "keepalived cannot be reloaded: ${output%%$'\n'*}; look at: journalctl -u keepalived"
  KEEPALIVED_RELOADED=1
}
