# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# Why a host cannot be given what is wanted, beyond its document's own faults: functions that are given the facts and answer with a sentence, or with nothing.
# A look says what all of them say. A change ends at the first sentence: at the second list once it has brought packages and modules, which these look at.

REFUSALS=(system_unknown packages_not_to_be_installed policies_endanger_login sysctl_ends_advertisements sysctl_lacks)
REFUSALS_OF_BASICS=(ipvs_lacks_sctp tunnels_lacking fou_ports_taken files_are_read_only firewall_is_strange)

refusals_end() { # functions
  local each
  for each in "$@"; do
    "$each" "$PLAIN"
    [[ -z $REPLY ]] || fail "$REPLY"
  done
}

refusals_say() { # functions
  local each
  for each in "$@"; do
    "$each" "$PLAIN"
    [[ -z $REPLY ]] || printf 'E %s\n' "$REPLY"
  done
}
