# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# keepalived's unit: whether it runs, and its end.

KEEPALIVED_RELOADED=0 # whether this run has told it to read its files again

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

# Whether the plan gives its unit back.
keepalived_is_given_back() {
  [[ " ${UNSETS[*]-}" == *' units'$'\t'keepalived.service$'\t'* ]]
}

# Whether any owner here has it run: it is a pair's.
keepalived_is_a_pairs() {
  grep -qs $'^units\tkeepalived\.service ' /dev/null "$STATE"/owners/*/claims
}

keepalived_reload() {
  local output
  output=$(exec systemctl reload keepalived.service 2>&1) || fail "keepalived cannot be reloaded: ${output%%$'\n'*}; look at: journalctl -u keepalived"
  KEEPALIVED_RELOADED=1
}
