# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# A look: compares, reports, and changes nothing. Each line that it prints begins with a letter:
#   H  a line of the header
#   S  a line of the last change's header
#   D  drift
#   F  a foreign service
#   I  a VRRP instance and its state
#   R  another owner with the same document
#   T  an owner whose claims this one takes over
#   E  why the document cannot be applied here
#   W  what firewalld does not let through, with firewall: "check"; what a filter of somebody else seems to drop; what SELinux forbids
#   C  what the change does to open connections
#   L  an address or the like, or `keepalived`, that has left the document and is still there
#   M  why what is lost may have been removed by a network manager
#   N  what counts only from the next load of a module
#   U  an earlier change is unfinished: an update is to be planned even without drift

observe_main() {
  local line seen="" drift=() stored=""
  document_read
  names_read
  state_open
  lock shared
  names_choose_folder
  readback_open
  addresses_read
  if [[ -e $MINE/document ]]; then
    file_glance "$MINE/document"
    stored=$REPLY
    # (The header of the stored document is not compared.)
    ! [ "${stored#*$'\n'"$DOCUMENT_TITLE"}" = "${DOCUMENT#"$DOCUMENT_TITLE"}"$'\n' ] || SAME_DOCUMENT=yes
  fi
  if [[ $DOCUMENT != *$'\nfirewall = check\n'* ]] && readback_nothing_new; then
    boot_differences
    seen=$BOOT_DIFFERENCES
    observe_say_foreign
  else
    observe_compare
    [[ -z $RULES_FOCUSED ]] || observe_say_foreign
    observe_say_connections
  fi
  observe_say_seen
  lines_of "$DECISIONS"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line == instance$'\t'* ]] || continue
    words_of "$line" # instance NAME STATE MASTER
    printf 'I %s %s\n' "${WORDS_OF[1]}" "${WORDS_OF[2]}"
  done
  for line in ${drift[@]+"${drift[@]}"}; do printf 'D %s\n' "$line"; done
  managers_causes "$seen"
  [[ -z $REPLY ]] || printf 'M %s\n' "$REPLY"
  observe_say_leaving
  observe_say_forbidden "${PLAIN:-$CLAIMED}"
  options_deferred "${PLAIN:-$CLAIMED}"
  [[ -z $REPLY ]] || printf 'N %s\n' "$REPLY"
  stored=${stored%%$'\n# lvs host document '*}
  [[ -z $stored ]] || printf 'S %s\n' "${stored//$'\n'/$'\n'S }"
  if [[ -z $stored && ! -e $MINE/pending ]]; then
    printf 'H # generation 1 since %(%Y-%m-%dT%H:%M:%SZ)T\n' -1
  elif [[ -e $MINE/pending ]]; then
    printf 'U\n'
    observe_header "$stored" "finishes an interrupted change" ${drift[@]+"${drift[@]}"}
  elif resources_was_superseded; then
    printf 'U\n'
    observe_header "$stored" "is this resource's again" ${drift[@]+"${drift[@]}"}
  elif ((${#drift[@]} > 0)); then
    observe_header "$stored" "repairs drift" "${drift[@]}"
  else
    printf 'H %s\n' "${stored//$'\n'/$'\n'H }"
  fi
}

# Reports what a document would fail on that only `release` will apply.
observe_ahead() {
  local line
  RELEASING=yes
  document_parse
  claims_of_others
  live_read "$PLAIN$CLAIMED"
  plan_run observe ""
  lines_of "$REPLY"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line != clash* ]] || printf 'E %s\n' "${line#*$'\t'}"
  done
  observe_preflight
  RELEASING=""
  document_parse
}

# Compares the host with the document, fact by fact.
observe_compare() { # seen is the caller's
  local line
  document_parse
  [[ -z $KEEPALIVED_STAYS ]] || observe_ahead
  for line in ${DOCUMENT_FAULTS[@]+"${DOCUMENT_FAULTS[@]}"}; do printf 'E %s\n' "$line"; done
  claims_of_others
  observe_look
  # keepalived may have made a change during the look. A difference that is the same a moment later was made by somebody else.
  if [[ -n $DECISIONS && $'\n'$seen =~ $'\n'(lost|found)$'\t'(ipvs|addresses)$'\t' ]]; then
    observe_again
  fi
  observe_preflight
  openings_say_missing "$FIREWALL_CHECKED"
  openings_say_filtered "$PLAIN$FIREWALL_CHECKED"
  for line in ${FORMER[@]+"${FORMER[@]}"}; do
    state_owner_name "$line"
    printf 'T %s\n' "$REPLY"
  done
  observe_twins
  lines_of "$REPLY"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do printf 'R %s\n' "$line"; done
}

# Prints clashes and foreign services. Collects drift for the header.
observe_say_seen() { # seen and drift are the caller's
  local verb section fact line
  lines_of "$seen"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    verb=${line%%$'\t'*} fact=${line#*$'\t'}
    section=${fact%%$'\t'*} fact=${fact#*$'\t'}
    case $verb in
      clash) printf 'E %s\n' "${line#*$'\t'}" ;;
      foreign) printf 'F %s\n' "$fact" ;;
      lost | found)
        in_words "$verb" "$section" "$fact"
        drift+=("$REPLY")
        ;;
    esac
  done
}

# If the table is as the last change has left it: prints the services that nobody declared then.
observe_say_foreign() {
  local line
  readback_foreign_outside "$RULES_WANTED$RULES_CLAIMED"
  lines_of "$REPLY"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do printf 'F %s\n' "$line"; done
}

# Prints what the change of the rules does to open connections.
observe_say_connections() {
  local line text
  [[ -n $RULES_CHANGE && -n $RULES_CLAIMED ]] || return 0
  text=$(exec awk -v drain="$DRAIN" "$CONNECTIONS_AWK" tag=D /dev/fd/3 tag=X /dev/fd/4 3<<<"$RULES_WANTED" 4<<<"$RULES_CHANGE") || return 0
  lines_of "$text"
  for line in ${LINES_OF[@]+"${LINES_OF[@]:0:20}"}; do printf 'C %s\n' "$line"; done
}

# Prints what has left the document in an earlier update after which no release has run.
observe_say_leaving() { # stored is the caller's
  local line
  document_leftovers "$stored"
  # (keepalived is reported for any document except that of a pair: a changed document would only be stored as well.)
  if [[ $REPLY == keepalived ]]; then
    [[ $DOCUMENT == *$'\ntable = keepalived\n'* ]] || printf 'L keepalived\n'
    return 0
  fi
  [[ -n $SAME_DOCUMENT ]] || return 0
  lines_of "$REPLY"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do printf 'L %s\n' "$line"; done
}

observe_look() { # seen is the caller's
  if claims_kept_by_keepalived; then keepalived_read_data; fi
  live_read "$CLAIMED"
  # (If the table has changed, the recorded foreign services are out of date: the plan must then have all rules.)
  readback_is_current || READBACK_MINE=""
  plan_run observe ""
  seen=${REPLY:+$REPLY$'\n'}
  boot_differences
  seen+=$BOOT_DIFFERENCES
}

# A second look: a difference of rules or addresses counts only if the first look found it as well.
observe_again() { # seen is the caller's
  local line first=$'\n'$seen
  sleep 1
  addresses_read
  observe_look
  lines_of "$seen"
  seen=""
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    case $line in
      lost$'\t'ipvs* | lost$'\t'addresses* | found$'\t'ipvs* | found$'\t'addresses*) [[ $first == *$'\n'"$line"$'\n'* ]] || continue ;;
    esac
    seen+=$line$'\n'
  done
}

# Prints a header with the next generation. Its number is new, so that Pulumi sees the same drift again the next time. Each line has the
# number, because a preview leaves out lines that the header of the last repair has as well.
observe_header() { # stored reason drift...
  local line number=1 reason=$2
  [[ $1 =~ ^'# generation '([0-9]+) ]] && number=$((BASH_REMATCH[1] + 1))
  shift 2
  printf 'H # generation %d: %s\n' "$number" "$reason"
  for line in "$@"; do printf 'H # %d %s\n' "$number" "$line"; done
}

# Prints what a change would fail on, before it begins.
observe_preflight() {
  local section fact line name
  refusals_say "${REFUSALS[@]}" "${REFUSALS_OF_BASICS[@]}"
  lines_of "$PLAIN"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    section=${line%%$'\t'*} fact=${line#*$'\t'}
    if [[ -n ${SECTION_HOLDS_FILES[$section]-} ]] && files_blocked "${fact%% *}"; then printf 'E %s\n' "$(files_blocked_sentence "${fact%% *}")"; fi
    case $section in
      modules) modules_present "$fact" || modprobe -n -q -- "$fact" 9<&- || printf 'E %s\n' "$(modules_missing_sentence "$fact")" ;;
      # (A tunnel's own device is added by its module.)
      addresses)
        words_of "$fact"
        name=${WORDS_OF[2]}
        [[ -d /sys/class/net/$name || $'\n'$PLAIN == *$'\n'links$'\t'"$name up"* ]] || printf 'E this host has no interface %s for %s; name the right one (ip -o link)\n' "$name" "${fact%% *}"
        ;;
    esac
  done
}

# Prints what SELinux forbids.
observe_say_forbidden() { # facts
  local line
  keepalived_ports_forbidden "$1"
  [[ -z $REPLY ]] || printf 'W %s\n' "$REPLY"
  web_ports_forbidden "$1"
  lines_of "$REPLY"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do printf 'W %s\n' "$line"; done
}

# If nothing has been applied yet under this name: the other owners here whose document is the same.
observe_twins() { # -> REPLY, their names, one a line
  local folder twins="" mine
  REPLY=""
  ! names_has_begun "$MINE" || return 0
  mine=$(observe_body <<<"$DOCUMENT")
  for folder in "$STATE"/owners/*; do
    [[ -e $folder/document && $folder != "$MINE" ]] || continue
    ! names_is_former "$folder" || continue
    [[ $(observe_body <"$folder/document") == "$mine" ]] || continue
    state_owner_name "$folder"
    twins+=$REPLY$'\n'
  done
  REPLY=$twins
}

# A document without its names. (A document without names may have no [settings].)
observe_body() {
  awk '/^# lvs host document / { inside = 1; next } inside && !/^(\[settings\]$|parents = |formerly = )/'
}
