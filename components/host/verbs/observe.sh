# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# Looks, and says what it sees; changes nothing. Tags: H header line, S a line of the last change's header, D drift, F foreign, I a VRRP instance and
# its state, R another owner with the same document, T one whose claims this one takes over, E why the document cannot be applied here, C what the change does to open connections, L an address, or keepalived, that has left the document and is still there, U an earlier
# change is unfinished: an update is to be planned even without drift.

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
    # (Its header is not compared.)
    ! [ "${stored#*$'\n'"$DOCUMENT_TITLE"}" = "${DOCUMENT#"$DOCUMENT_TITLE"}"$'\n' ] || SAME_DOCUMENT=yes
  fi
  if readback_nothing_new; then
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
  observe_say_leaving
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

# Of a document that only `release` will apply: what it will fail on is to be said now.
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

# Holds the host against the document, fact by fact.
observe_compare() { # seen is the caller's
  local line
  document_parse
  [[ -z $KEEPALIVED_STAYS ]] || observe_ahead
  for line in ${DOCUMENT_FAULTS[@]+"${DOCUMENT_FAULTS[@]}"}; do printf 'E %s\n' "$line"; done
  claims_of_others
  observe_look
  # keepalived may have been at work in between: what is the same a moment later is somebody else's doing.
  if [[ -n $DECISIONS && $'\n'$seen =~ $'\n'(lost|found)$'\t'(ipvs|addresses)$'\t' ]]; then
    observe_again
  fi
  observe_preflight
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

# Of a table that is as the last change has left it, the services that nobody declared then.
observe_say_foreign() {
  local line
  readback_foreign_outside "$RULES_WANTED$RULES_CLAIMED"
  lines_of "$REPLY"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do printf 'F %s\n' "$line"; done
}

# What the change of the rules does to open connections.
observe_say_connections() {
  local line text
  [[ -n $RULES_CHANGE && -n $RULES_CLAIMED ]] || return 0
  text=$(exec awk -v drain="$DRAIN" "$CONNECTIONS_AWK" tag=D /dev/fd/3 tag=X /dev/fd/4 3<<<"$RULES_WANTED" 4<<<"$RULES_CHANGE") || return 0
  lines_of "$text"
  for line in ${LINES_OF[@]+"${LINES_OF[@]:0:20}"}; do printf 'C %s\n' "$line"; done
}

# What has left the document in an earlier update, after which no release has come.
observe_say_leaving() { # stored is the caller's
  local line
  document_leftovers "$stored"
  # (That of keepalived is told whatever is declared now, but for a pair: a change would be stored as well, and no more.)
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
  # (What was written down of foreign services is out of date where the table has changed: the plan is about all rules then.)
  readback_is_current || READBACK_MINE=""
  plan_run observe ""
  seen=${REPLY:+$REPLY$'\n'}
  boot_differences
  seen+=$BOOT_DIFFERENCES
}

# A second look: of the rules and addresses, only what differed at the first one counts.
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

# The next generation: a number that was not there before, so that the same drift is seen again the next time; and in each line, because
# a preview leaves out lines that it finds in the header of the last repair as well.
observe_header() { # stored reason drift...
  local line number=1 reason=$2
  [[ $1 =~ ^'# generation '([0-9]+) ]] && number=$((BASH_REMATCH[1] + 1))
  shift 2
  printf 'H # generation %d: %s\n' "$number" "$reason"
  for line in "$@"; do printf 'H # %d %s\n' "$number" "$line"; done
}

# What a change would fail on, said before it begins.
observe_preflight() {
  local section fact line name
  policies_endanger_login "$PLAIN"
  [[ -z $REPLY ]] || printf 'E %s\n' "$REPLY"
  sysctl_ends_advertisements "$PLAIN"
  [[ -z $REPLY ]] || printf 'E %s\n' "$REPLY"
  ipvs_lacks_sctp "$RULES_WANTED" "$PLAIN"
  [[ -z $REPLY ]] || printf 'E %s\n' "$REPLY"
  firewall_is_strange "$PLAIN"
  [[ -z $REPLY ]] || printf 'E %s\n' "$REPLY"
  lines_of "$PLAIN"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    section=${line%%$'\t'*} fact=${line#*$'\t'}
    if [[ -n ${SECTION_HOLDS_FILES[$section]-} ]] && files_blocked "${fact%% *}"; then printf 'E %s\n' "$(files_blocked_sentence "${fact%% *}")"; fi
    case $section in
      modules) modules_present "$fact" || modprobe -n -q -- "$fact" || printf 'E %s\n' "$(modules_missing_sentence "$fact")" ;;
      # (A tunnel's own device comes with its module.)
      addresses)
        words_of "$fact"
        name=${WORDS_OF[2]}
        [[ -d /sys/class/net/$name || $'\n'$PLAIN == *$'\n'links$'\t'"$name up"* ]] || printf 'E this host has no interface %s for %s; name the right one (ip -o link)\n' "$name" "${fact%% *}"
        ;;
    esac
  done
}

# For a look at what nobody has applied yet under this name: other owners here whose document is the same.
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

# A document without what names it. (Without names, a document may have no [settings].)
observe_body() {
  awk '/^# lvs host document / { inside = 1; next } inside && !/^(\[settings\]$|parents = |formerly = )/'
}
