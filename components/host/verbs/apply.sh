# shellcheck shell=bash disable=SC2153,SC2034 # variables shared between the parts
# Applies a document: changes only what differs, in an order that loses no packets between two steps, and reads the host back at the end.

CHANGES=0      # how many differences the plans of this run have found
APPLY_BEGUN="" # whether this run has recorded an origin
UNDOING=""     # whether this run undoes what it has begun

# The results of the last apply_plan, for the steps that follow:
SETS=() UNSETS=() # SECTION <tab> KEY <tab> WANTED-or-ORIGIN <tab> LIVE, of all sections except [ipvs]
RULES_NOW=""      # the input of `ipvsadm -R` before the drain
QUIESCED=""       # the destinations to drain: SERVICE -r DESTINATION, one a line
SWITCHED=""       # the destinations whose method changes: NEW-FLAG OLD-FLAG awaited|- SERVICE -r DESTINATION, one a line
RULES_AFTER=""    # the input of `ipvsadm -R` after the drain
ORIGINS_NEEDED="" # the origins that are still needed after the change
# And BOOT (boot.sh).

# Standard input is the document.
apply_begin() {
  program_hold
  document_read
  names_read
  state_open
  lock exclusive
  if [[ $VERB == remove ]]; then
    names_find
  else
    program_bring
    takeover_all
  fi
  readback_open
}

apply_main() {
  local written
  # Another removal, whose caller was killed, may have given everything back while this one waited.
  [[ $VERB != remove || -d $STATE ]] || return 0
  if [[ $VERB == remove && -z $UNDOING ]] && resources_superseded; then
    note "another resource of Pulumi claims what $OWNER has here, so nothing is given back"
    # (The Command NAME-release of this resource is removed with it. That of the other resource is new and runs nothing.)
    file_text "$MINE/document"
    document_leftovers "$REPLY"
    [[ -z $REPLY ]] || release_now
    return 0
  fi
  [[ ! -e $MINE/pending ]] || INTERRUPTED=yes
  connections_recall
  addresses_read
  document_parse
  [[ $VERB == remove ]] || ((${#DOCUMENT_FAULTS[@]} == 0)) || refuse "${DOCUMENT_FAULTS[@]}"
  # (An interrupted change is finished first, with the claims as the wanted facts.)
  if [[ -n $KEEPALIVED_STAYS && $VERB == apply && -z $INTERRUPTED ]]; then
    apply_later
    return
  fi
  # (If a director was about to join a pair, its document is still that of a single director.)
  if [[ $VERB == remove ]] && claims_have_keeper "$CLAIMED" && keepalived_active; then KEEPER=yes; fi
  # (Before PLAIN is emptied: a removal may follow a change that was killed while it installed packages.)
  packages_note_brought
  readback_unless_by_keepalived
  if [[ $VERB == remove ]]; then
    PLAIN=""
    rules_want ""
    [[ -z $UNDOING ]] || DRAIN=0
  else
    modules_claim_dependencies
  fi
  claims_of_others

  refusals_end "${REFUSALS[@]}"
  # Packages and modules come first: without the package the table cannot be read, without the module a sysctl does not exist. A module's
  # options come before it.
  if apply_misses_basics; then
    apply_plan plan "packages options modules"
    apply_each set packages options modules
    [[ -z $KEEPER ]] || apply_parse_again
  fi
  refusals_end "${REFUSALS_OF_BASICS[@]}"
  [[ -z $KEEPER ]] || keepalived_read_data
  apply_plan "plan boot origins" "" "$APPLY_BASICS"
  [[ -z $INTERRUPTED ]] || files_sweep "$PLAIN$CLAIMED"
  # Facts that handle traffic come before those that attract it: sysctls before
  # the VIP of a real server, rules before the VIP of a director.
  # (Some sysctls reset others, above all ip_forward. So all are written a second time.)
  apply_each set booleans sysctl sysctl links fou routes policies files
  units_reread
  web_reload
  if [[ -n $KEEPER ]]; then
    # (keepalived adds rules and VIPs together.)
    apply_each set firewall openings
    apply_by_keepalived
  elif [[ $VERB == apply ]] && keepalived_is_given_back; then
    pair_leave_keepalived
  elif claims_have_keeper "$CLAIMED"; then
    # Removes the files of a failed step to a pair, or of a service that was on a pair.
    apply_each unset keepalived
    keepalived_commit
    keepalived_active || keepalived_drop_traces
  fi
  apply_each set units
  # The table changes in two steps: now rules are added, changed or drained; after the drain, rules are removed.
  apply_switch
  ipvs_feed "$RULES_NOW"
  pair_is_backup || connections_note "$APPLY_SWITCHED"
  apply_each set firewall openings addresses
  # Removals come in the opposite order.
  connections_wait "$QUIESCED"
  if [[ -n $CONNECTIONS_WAITED ]]; then
    apply_plan_again
    # (If somebody has changed a method by hand meanwhile, this run has changed it back and has noted connections once more. It does not wait
    # for these.)
    connections_forget
  fi
  apply_each unset addresses
  ipvs_feed "$RULES_AFTER"
  apply_each unset openings firewall policies routes units files fou links sysctl sysctl booleans modules options packages
  detours_remove
  files_drop_folders
  units_reread
  web_reload
  state_sweep
  if [[ -n $INTERRUPTED ]]; then
    boot_sweep
    options_sweep
  fi
  keepalived_sweep
  rules_for_boot
  boot_write "$REPLY"
  if ((CHANGES > 0)) || readback_is_stale; then apply_verify; fi
  options_note_deferred "$PLAIN"
  keepalived_comes_back
  units_start_again
  state_write
  written=$REPLY
  [[ -n $UNDOING ]] || readback_write
  state_end "$ORIGINS_NEEDED" "$written"
  files_forget_origins "$ORIGINS_NEEDED"
}

# Stores a document that `release` will apply. Until then the host stays as it is.
apply_later() {
  local written
  state_write
  written=$REPLY
  file_text "$STATE/origins"
  state_end "$REPLY" "$written"
}

# Plans again after the wait, in which others may have changed the host. Facts that
# were set stay, because `pending` claims them. Nothing is drained twice.
apply_plan_again() {
  READBACK_MINE="" READBACK_OTHERS=""
  addresses_read
  claims_of_others
  [[ -z $KEEPER ]] || keepalived_read_data
  apply_plan "plan boot origins" ""
  apply_switch
  ipvs_feed "$RULES_NOW"
  QUIESCED=""
}

APPLY_SWITCHED="" # all destinations whose method this run changes, as SWITCHED has them

# Before the method of destinations changes, by ipvsadm or by keepalived.
apply_switch() {
  [[ -n $SWITCHED ]] || return 0
  APPLY_SWITCHED+=$SWITCHED$'\n'
  detours_add "$SWITCHED"
  # (The backup has copies of the master's connections, and none of its own to wait for.)
  pair_is_backup || connections_note "$SWITCHED"
  SWITCHED=""
}

APPLY_BASICS="" # the live packages and modules, of those wanted or claimed; empty if this run changes them

# Whether a wanted package or module is missing, or an option of a module.
apply_misses_basics() {
  local line
  live_read "$PLAIN$CLAIMED" "packages modules"
  APPLY_BASICS=$LIVE
  lines_of "$PLAIN"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    case $line in packages$'\t'* | modules$'\t'*)
      [[ $'\n'$LIVE == *$'\n'"${line%% *}"$'\n'* ]] || {
        APPLY_BASICS=""
        return 0
      }
      ;;
    esac
  done
  ! options_as_wanted "$PLAIN" || return 1
  APPLY_BASICS=""
}

# Parses the document again: only after the installation is it known which keepalived this host has.
apply_parse_again() {
  local needed=${PLAIN%%keeper*} # the lines that modules_claim_dependencies has put before the document's
  document_parse
  ((${#DOCUMENT_FAULTS[@]} == 0)) || refuse "${DOCUMENT_FAULTS[@]}"
  PLAIN=$needed$PLAIN
}

# Plans, refuses clashes, and records what is about to be touched.
apply_plan() { # mode sections [packages and modules that have been read a moment ago]
  local line name origins clashes=() files=()
  SETS=() UNSETS=()
  live_read "$PLAIN$CLAIMED" "$2" "${3-}"
  plan_run "$1" "$2"
  BLOCKS_TEXT=$(exec awk "$STEPS_AWK" kept="$KEEPER" <<<"$REPLY")$'\n'
  split_blocks
  lines_of "${BLOCK[plan]}"
  origins=${BLOCK[origins]} RULES_NOW=${BLOCK[now]%$'\n'} QUIESCED=${BLOCK[quiesced]%$'\n'} SWITCHED=${BLOCK[switched]%$'\n'} RULES_AFTER=${BLOCK[after]%$'\n'}
  ORIGINS_NEEDED=${BLOCK[needed]}
  for name in modules sysctl network firewall network6; do BOOT["$name"]=${BLOCK[$name]}; done
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    case $line in
      clash*) clashes+=("${line#*$'\t'}") ;;
      save*) files+=("${line#*$'\t'}") ;;
      not-listed*) if ipvs_stranded "${line#*$'\t'}"; then RULES_AFTER+=${RULES_AFTER:+$'\n'}"-D ${line#*$'\t'}"; fi ;;
      set*) SETS+=("${line#*$'\t'}") ;;
      unset*) UNSETS+=("${line#*$'\t'}") ;;
    esac
  done
  ((${#clashes[@]} == 0)) || refuse "${clashes[@]}"
  CHANGES=$((CHANGES + ${#SETS[@]} + ${#UNSETS[@]}))
  [[ -z $RULES_NOW$RULES_AFTER ]] || CHANGES=$((CHANGES + 1))
  [[ $CHANGES != 0 || -n $origins ]] || return 0
  [[ -z $origins ]] || APPLY_BEGUN=yes
  for line in ${files[@]+"${files[@]}"}; do files_save_origin "$line"; done
  state_begin "$origins"
}

# Calls NAME_set or NAME_unset for the entries of the named sections, section by section in the order given.
apply_each() { # set|unset sections...
  local verb=$1 section entry key fact live names entries=()
  shift
  case $verb in
    set) entries=(${SETS[@]+"${SETS[@]}"}) ;;
    unset) entries=(${UNSETS[@]+"${UNSETS[@]}"}) ;;
  esac
  for section in "$@"; do
    names=()
    for entry in ${entries[@]+"${entries[@]}"}; do
      [[ $entry == "$section"$'\t'* ]] || continue
      fact=${entry#*$'\t'} key=${fact%%$'\t'*}
      fact=${fact#*$'\t'} live=${fact#*$'\t'}
      fact=${fact%%$'\t'*}
      case $verb:$section in
        set:packages | set:modules | *:firewall | *:openings) names+=("$key") ;;
        unset:packages) [[ $fact != - || $CLAIMED != *$'\n'packages$'\t'"$key remove-on-destroy"$'\n'* ]] || names+=("$key") ;;
        unset:modules) [[ $fact != - ]] || names+=("$key") ;;
        set:*) "${section}_set" "$fact" ;;
        unset:*) "${section}_unset" "$key" "$fact" "$live" ;;
      esac
    done
    ((${#names[@]} == 0)) || "${section}_$verb" "${names[@]}"
  done
}

apply_verify() {
  local line lost="" verb section fact differences problems=()
  # A director may have become master since. keepalived_settle reads the host as well.
  if [[ -n $KEEPER && ($VERB == apply || -e $MINE/claims) ]] && keepalived_active; then
    keepalived_settle ""
    differences=$DIFFERENCES
  else
    addresses_read
    # If the plan had only some of the rules, the table has no threshold. A restored rule may add one.
    [[ -z $RULES_FOCUSED || $RULES_NOW$RULES_AFTER == *' -'[xy]' '* ]] || RULES_UNLIMITED=yes
    # (Without changes, the host still is as the plan has read it.)
    ((CHANGES == 0)) || live_read "$PLAIN$CLAIMED"
    plan_run verify "" yes
    differences=$REPLY
  fi
  readback_forget_foreign
  lines_of "$differences"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    verb=${line%%$'\t'*} fact=${line#*$'\t'}
    section=${fact%%$'\t'*} fact=${fact#*$'\t'}
    case $verb in
      foreign)
        READBACK_FOREIGN+=$fact$'\n'
        continue
        ;;
      stays | unrestored) ! apply_may_remain "$section" "$fact" || continue ;;
    esac
    in_words "$verb" "$section" "$fact"
    problems+=("$REPLY")
  done
  ((${#problems[@]} > 0)) || return 0
  for line in "${problems[@]:0:20}"; do
    case $line in
      lost*) lost=wanted ;;
      stays*) lost="is still there" ;;
      unrestored*) lost="was there before, and is not back" ;;
      *) lost="is there" ;;
    esac
    printf 'error: after the change, %s: %s\n' "$lost" "${line#* }" >&2
  done
  [[ -z $IPVS_SAID ]] || printf 'ipvsadm said: %s\n' "${IPVS_SAID:0:500}" >&2
  fail "the host is not as declared after the change (${#problems[@]} differences, listed above): something else on it manages the same things; look for it (journalctl -b, ps) and run pulumi up again"
}

# Whether a fact could not be given back for a known reason: a note has said that others need it, or the file's package or folder does not
# exist any more, or the address's interface.
apply_may_remain() { # section fact
  if [[ -n ${SECTION_HOLDS_FILES[$1]-} ]]; then
    local path=${2%% *}
    [[ ! -d ${path%/*} || -n $PACKAGES_GONE && ! -e $path && ! -L $path ]]
    return
  fi
  case $1 in
    packages) [[ $'\n'$PACKAGES_STAY == *$'\n'"${2%% *}"$'\n'* ]] ;;
    addresses)
      words_of "$2"
      [[ ! -d /sys/class/net/${WORDS_OF[2]} ]]
      ;;
    sysctl) sysctl_interface_gone "$2" ;;
    modules) [[ $'\n'$MODULES_STAY == *$'\n'"$2"$'\n'* ]] ;;
    *) return 1 ;;
  esac
}
