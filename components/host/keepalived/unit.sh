# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# keepalived's unit: whether it runs, how it is reloaded and stopped.

KEEPALIVED_RELOADED=0 # whether this run has reloaded it

# Stops keepalived with its last owner here. If it ran before us, it is started again when its own files are restored. If a first change is
# undone before it has changed keepalived's files, keepalived continues to run.
keepalived_end() {
  local entry section origin live ours=""
  [[ ! -e $MINE/claims ]] || ours=yes
  for entry in ${UNSETS[@]+"${UNSETS[@]}"}; do
    IFS=$'\t' read -r section _ origin live <<<"$entry"
    [[ $section != keepalived || $live == - || $origin == "$live" ]] || ours=yes
  done
  [[ -n $ours ]] || return 0
  # (This program has to remove keepalived's rules. If ipvsadm is missing, the change must fail before keepalived is stopped.)
  ! keepalived_active || [[ ! -e /proc/net/ip_vs ]] || ipvs_demand
  systemctl -q stop keepalived.service 2>/dev/null || :
  keepalived_clear_way "$(keepalived_given)"
  # Another director has the VIPs now, and open connections continue there: nothing has to drain.
  RULES_NOW="" QUIESCED=""
}

# A keepalived that ran before us is started again, and would take over existing rules and VIPs: they are removed first.
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
  # (systemctl reports a unit that does not exist as well.)
  [[ -n $KEEPALIVED_STATE ]] || fail "systemd does not say whether keepalived runs; try it by hand: systemctl show keepalived"
  [[ $KEEPALIVED_STATE == active || $KEEPALIVED_STATE == reloading ]]
}

# Whether keepalived had just ended at the last keepalived_active, and systemd was to start it again.
keepalived_coming() {
  [[ $KEEPALIVED_STATE == activating ]]
}

# Whether this owner declares keepalived's unit.
keepalived_is_mine() {
  [[ $'\n'$PLAIN == *$'\n'units$'\t'keepalived.service\ * ]]
}

# Whether the plan gives its unit back.
keepalived_is_given_back() {
  [[ " ${UNSETS[*]-}" == *' units'$'\t'keepalived.service$'\t'* ]]
}

# Whether any owner here claims keepalived's unit: keepalived then belongs to a pair.
keepalived_is_a_pairs() {
  grep -qs $'^units\tkeepalived\.service ' /dev/null "$STATE"/owners/*/claims
}

keepalived_reload() {
  local output
  output=$(exec systemctl reload keepalived.service 2>&1) || fail "keepalived cannot be reloaded: ${output%%$'\n'*}; look at: journalctl -u keepalived"
  KEEPALIVED_RELOADED=1
}
