# shellcheck shell=bash disable=SC2153,SC2034 # variables shared between the parts
# Makes it so: only what differs, in an order in which nobody's packets fall between two steps, and read back at the end.

CHANGES=0

apply_main() {
  document_read
  state_open
  state_lock exclusive
  [[ ! -e $MINE/pending ]] || INTERRUPTED=yes
  addresses_read
  document_parse
  if [[ $VERB == remove ]]; then
    DESIRED=""
    [[ -z ${LVS_UNDO-} ]] || DRAIN=0
  else
    ((${#DOCUMENT_FAULTS[@]} == 0)) || refuse "${DOCUMENT_FAULTS[@]}"
    modules_claim_dependencies
  fi
  state_others

  # What the rest stands on comes first: without the package there is no table to read, without the module no sysctl.
  apply_plan "packages modules"
  apply_each set packages modules
  apply_plan ""
  # What answers comes before what attracts traffic: the sysctls before the VIP of a real server, the rules before the VIP of a director.
  apply_each set sysctl files units
  apply_rules
  apply_each set addresses
  # And the other way round.
  ipvs_wait_drained ${QUIESCED[@]+"${QUIESCED[@]}"}
  apply_each unset addresses
  ipvs_feed ${RULES_AFTER[@]+"${RULES_AFTER[@]}"}
  apply_each unset units files sysctl modules packages
  boot_write
  ((CHANGES == 0)) || apply_verify
  local origins
  origins=$(plan_run origins "")
  state_finish "${origins:+$origins$'\n'}"
}

# Fills SETS and UNSETS, and for the table RULE_SETS and RULE_UNSETS (SECTION <tab> KEY <tab> WANTED-or-ORIGIN <tab> LIVE), and writes
# down what is about to be touched.
apply_plan() { # sections
  local plan line section key fact origins=() clashes=() files=()
  SETS=() UNSETS=() RULE_SETS=() RULE_UNSETS=()
  live_claims
  RELEASED=$'\n'$REPLY
  live_read "$DESIRED" "$REPLY"
  plan=$(plan_run plan "$1")
  while IFS= read -r line; do
    case $line in
      clash*) clashes+=("${line#*$'\t'}") ;;
      set$'\t'ipvs*) RULE_SETS+=("${line#*$'\t'}") ;;
      unset$'\t'ipvs*) RULE_UNSETS+=("${line#*$'\t'}") ;;
      set*) SETS+=("${line#*$'\t'}") ;;
      unset*) UNSETS+=("${line#*$'\t'}") ;;
      origin*)
        line=${line#*$'\t'}
        origins+=("${line%$'\t'}")
        if [[ $line == files* ]]; then
          IFS=$'\t' read -r section key fact <<<"$line"
          [[ $fact == - ]] || files+=("$key")
        fi
        ;;
    esac
  done <<<"$plan"
  ((${#clashes[@]} == 0)) || refuse "${clashes[@]}"
  CHANGES=$((CHANGES + ${#SETS[@]} + ${#UNSETS[@]} + ${#RULE_SETS[@]} + ${#RULE_UNSETS[@]}))
  ((CHANGES + ${#origins[@]} > 0)) || return 0
  for key in ${files[@]+"${files[@]}"}; do files_save_origin "$key"; done
  plan=""
  ((${#origins[@]} == 0)) || printf -v plan '%s\n' "${origins[@]}"
  state_begin "$plan"
}

# Hands the entries of the named sections to their executors, section by section in the order given.
apply_each() { # set|unset sections...
  local verb=$1 section entry key fact names entries=()
  shift
  case $verb in
    set) entries=(${SETS[@]+"${SETS[@]}"}) ;;
    unset) entries=(${UNSETS[@]+"${UNSETS[@]}"}) ;;
  esac
  for section in "$@"; do
    names=()
    for entry in ${entries[@]+"${entries[@]}"}; do
      [[ $entry == "$section"$'\t'* ]] || continue
      IFS=$'\t' read -r _ key fact _ <<<"$entry"
      case $verb:$section in
        set:packages | set:modules) names+=("$key") ;;
        unset:packages) [[ $fact != - || $RELEASED != *$'\n'packages$'\t'"$key remove-on-destroy"$'\n'* ]] || names+=("$key") ;;
        unset:modules) [[ $fact != - ]] || names+=("$key") ;;
        set:*) "${section}_set" "$fact" ;;
        unset:*) "${section}_unset" "$key" "$fact" ;;
      esac
    done
    ((${#names[@]} == 0)) || "${section}_$verb" "${names[@]}"
  done
}

# The table in two strokes: now what comes, changes or is to drain; and RULES_AFTER, once that has drained, what goes.
apply_rules() {
  local entry key fact live now=()
  QUIESCED=() RULES_AFTER=()
  for entry in ${RULE_SETS[@]+"${RULE_SETS[@]}"}; do
    IFS=$'\t' read -r _ key fact live <<<"$entry"
    ipvs_delta "$fact" "$live"
    now+=("$REPLY")
  done
  for entry in ${RULE_UNSETS[@]+"${RULE_UNSETS[@]}"}; do
    IFS=$'\t' read -r _ key fact live <<<"$entry"
    if [[ $fact != - ]]; then
      ipvs_delta "$fact" "$live"
      RULES_AFTER+=("$REPLY")
    elif [[ $live == -a* ]]; then
      ipvs_quiesced "$live"
      now+=("$REPLY")
      QUIESCED+=("$key")
      RULES_AFTER+=("-d $key")
    elif [[ $live == -A* ]] || ipvs_stranded "$key"; then
      RULES_AFTER+=("-D $key")
    fi
  done
  ipvs_feed ${now[@]+"${now[@]}"}
}

apply_verify() {
  local line lost="" verb section fact differences problems=()
  addresses_read
  live_read "$DESIRED"
  differences=$(plan_run verify "")
  [[ -n $differences ]] || return 0
  while IFS=$'\t' read -r verb section fact; do
    in_words "$verb" "$section" "$fact"
    problems+=("$REPLY")
  done <<<"$differences"
  for line in "${problems[@]:0:20}"; do
    case $line in
      lost*) lost=wanted ;;
      *) lost="is there" ;;
    esac
    printf 'error: after the change, %s: %s\n' "$lost" "${line#* }" >&2
  done
  [[ -z $IPVS_SAID ]] || printf 'ipvsadm said: %s\n' "${IPVS_SAID:0:500}" >&2
  fail "the host is not as declared after the change (${#problems[@]} differences, listed above): something else on it manages the same things; look for it (journalctl -b, ps) and run pulumi up again"
}
