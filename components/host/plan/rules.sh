# shellcheck shell=bash disable=SC2034,SC2153,SC2292 # variables shared between the parts; [ a = b ] takes long texts as they are, [[ ]] reads them as patterns
# The rules of the table as texts: those that are wanted, claimed by this owner, and live. There may be ten thousand rules, of which few
# differ: the cost of a plan should grow only with these few.

# (Each of these texts ends with a line feed: bash needs a second to find that a long text has none.)
RULES_WANTED=""   # the rules in the document, as its lines
RULES_LIVE=""     # `ipvsadm -Sn`, or "unreadable"
RULES_LIMITS=""   # `ipvsadm -Ln --thresholds`
RULES_CHANGE=""   # the lines that are claimed or wanted, but not both
RULES_FOCUSED=""  # whether the last plan had only the rules that differ
RULES_PATTERNS="" # texts by which the rules of the plan are recognized, one a line

# Whether a document has, word for word, the rules that are claimed. These need no second check, so the document is parsed without them.
rules_cut_known() { # document -> REPLY, the text to parse
  local head=${1%%$'\n[ipvs]\n'*}
  local -i at=$((${#head} + 8)) length=${#RULES_CLAIMED}
  REPLY=$1
  ((length > 0)) && [ "${1:at:length}" = "$RULES_CLAIMED" ] && [[ ${1:at+length:1} == ['[#'] ]] || return
  REPLY=$head$'\n'${1:at+length}
}

# Call claims_read before.
rules_want() { # text -> RULES_WANTED, RULES_CHANGE
  RULES_WANTED=$1 RULES_CHANGE=""
  [ "$RULES_CLAIMED" != "$RULES_WANTED" ] || return 0
  RULES_CHANGE=$RULES_WANTED
  [[ -n $RULES_CLAIMED ]] || return 0
  lines_differing "$MINE/rules" "$RULES_WANTED"
  RULES_CHANGE=$REPLY
}

# The service of a rule, in each form in which ipvsadm prints one (rule_key in rules.awk).
rules_service() { # rule -> REPLY
  words_of "$1"   # -A OPTION SERVICE … or -a OPTION SERVICE …, and -6 after a mark of IPv6
  REPLY="${WORDS_OF[1]} ${WORDS_OF[2]}"
  [[ ${WORDS_OF[1]} != -f || ${WORDS_OF[3]} != -6 ]] || REPLY+=" -6"
}

RULES_UNLIMITED="" # whether no real server has a threshold, and none gets one

# Whether a real server that is live, wanted or claimed has a threshold: `ipvsadm -Sn` does not print thresholds.
rules_have_limits() {
  [[ $RULES_LIMITS =~ '-> '[^[:space:]]+\ +([1-9]|0\ +[1-9]) || $RULES_WANTED == *' -'[xy]' '* || $RULES_CLAIMED == *' -'[xy]' '* ]]
}

RULES_MOST=200 # with up to this number of differing lines, the other rules are left out

# Chooses the rules of the plan: those in which wanted and claimed differ, or in which the table differs from its readback, each with its
# service. All other rules are wanted, claimed and live in the same form (readback.sh).
rules_focus() { # -> RULES_FOCUSED, RULES_PATTERNS; claimed, wanted and live of the caller
  local line text="" service
  RULES_FOCUSED="" RULES_PATTERNS=$'\n'
  claimed=$RULES_CLAIMED wanted=$RULES_WANTED live=$RULES_LIVE
  [[ -n $READBACK_MINE && $RULES_LIVE != unreadable* && $READBACK_RULES != unreadable* ]] && ! rules_have_limits || return 0
  text=$RULES_CHANGE
  if [ "$RULES_LIVE" != "$READBACK_RULES" ]; then
    lines_differing "$STATE/readback/rules" "$RULES_LIVE"
    text+=$REPLY
  fi
  lines_of "$text"
  ((${#LINES_OF[@]} <= RULES_MOST)) || return 0
  RULES_FOCUSED=yes
  claimed="" wanted="" live=""
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    rules_service "$line"
    service=$REPLY
    case $line in
      -A*) line="-A $service "$'\n'"-a $service -r " ;;
      *)
        line=${line#"-a $service -r "}
        line="-A $service "$'\n'"-a $service -r ${line%% *} "
        ;;
    esac
    [[ $RULES_PATTERNS == *$'\n'"$line"$'\n'* ]] || RULES_PATTERNS+=$line$'\n'
  done
  [[ -n ${LINES_OF[*]-} ]] || return 0
  # (One process searches three texts.)
  REPLY=${RULES_PATTERNS#?}${RULES_BORDER%?}
  REPLY=$(exec grep -F -e "$REPLY" <<<"$RULES_CLAIMED$RULES_BORDER$RULES_WANTED$RULES_BORDER${RULES_LIVE%$'\n'}") ||
    fail "the rules cannot be searched (the reason is above); look at the space in /tmp"
  REPLY+=$'\n'
  claimed=${REPLY%%"$RULES_BORDER"*}
  REPLY=${REPLY#*"$RULES_BORDER"}
  wanted=${REPLY%%"$RULES_BORDER"*}
  live=${REPLY#*"$RULES_BORDER"}
}

RULES_BORDER=$'# next\n' # a line that no table has

# The rules of all owners for the next boot, without those that keepalived adds.
rules_for_boot() { # -> REPLY
  local folder others=""
  for folder in ${OTHER_FOLDERS[@]+"${OTHER_FOLDERS[@]}"}; do
    [[ -e $folder/rules ]] || continue
    file_text "$folder/claims"
    ! claims_have_keeper "$REPLY" || continue
    file_text "$folder/rules"
    others+=$REPLY
  done
  REPLY=""
  [[ -n $KEEPER ]] || REPLY=$RULES_WANTED
  [[ -z $others ]] || REPLY=$(exec awk '!seen[$0]++' <<<"$REPLY${others%$'\n'}")$'\n'
}
