# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# Why a host cannot be given what is wanted, beyond its document's own faults: functions that are given the facts and answer with a sentence, or with nothing.
# A look says what all of them say. A change ends at the first sentence: at the second list once it has brought packages and modules, which these look at.

REFUSALS=(system_unknown packages_not_to_be_installed routes_are_strange policies_endanger_login sysctl_ends_advertisements sysctl_lacks options_refused openings_need_conntrack openings_miss_replies openings_write_through_link web_ports_taken booleans_lack_program)
REFUSALS_OF_BASICS=(ipvs_lacks_sctp tunnels_lacking fou_ports_taken files_are_read_only firewall_is_strange firewall_lacks_nft)

# (What stays for directors goes with the release: if that is to fail, the change before it fails already.)
refusals_find() { # function -> REPLY
  "$1" "$PLAIN"
  [[ -z $REPLY && -n $DOCUMENT_STAYS ]] || return 0
  "$1" "${PLAIN%"$DOCUMENT_STAYS"}"
}

refusals_end() { # functions
  local each
  for each in "$@"; do
    refusals_find "$each"
    [[ -z $REPLY ]] || fail "$REPLY"
  done
}

refusals_say() { # functions
  local each
  for each in "$@"; do
    refusals_find "$each"
    [[ -z $REPLY ]] || printf 'E %s\n' "$REPLY"
  done
}
