# shellcheck shell=bash disable=SC2034,SC2153,SC2292 # variables shared between the parts; [ a = b ] takes long texts as they are, [[ ]] reads them as patterns
# The rules of the table as texts: what is wanted, what this owner has claimed, and what is live. There may be ten thousand of them, and few of them
# differ: what a plan costs is to grow with these.

RULES_WANTED=""   # by the document, as its lines stand there
RULES_LIVE=""     # `ipvsadm -Sn`, or "unreadable"; like the others with a line feed at its end: bash takes a second to find that a long text has none
RULES_LIMITS=""   # `ipvsadm -Ln --thresholds`
RULES_CHANGE=""   # the lines that are claimed or wanted, and not both
RULES_FOCUSED=""  # whether the last plan was about the rules that differ, and no others
RULES_PATTERNS="" # what a rule that the plan is about has in it, one a line

# Whether a document has, word for word, the rules that are claimed. They need no second check then: it is read without them.
rules_cut_known() { # document -> REPLY, what is left to read
  local head=${1%%$'\n[ipvs]\n'*}
  local -i at=$((${#head} + 8)) length=${#RULES_CLAIMED}
  REPLY=$1
  ((length > 0)) && [ "${1:at:length}" = "$RULES_CLAIMED" ] && [[ ${1:at+length:1} == ['[#'] ]] || return
  REPLY=$head$'\n'${1:at+length}
}

# After claims_read.
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

# Whether a real server in the table, or in what is wanted or claimed, has a threshold: `ipvsadm -Sn` does not tell.
rules_have_limits() {
  [[ $RULES_LIMITS =~ '-> '[^[:space:]]+\ +([1-9]|0\ +[1-9]) || $RULES_WANTED == *' -'[xy]' '* || $RULES_CLAIMED == *' -'[xy]' '* ]]
}

RULES_MOST=200 # differing lines, up to which the rest is left out

# What the plan is about: the rules that differ from what is claimed, or from the table as the last change has left it, each with its service. In all others,
# what is wanted, claimed and live is the same (readback.sh).
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
  # (Three texts by one process.)
  REPLY=${RULES_PATTERNS#?}${RULES_BORDER%?}
  REPLY=$(exec grep -F -e "$REPLY" <<<"$RULES_CLAIMED$RULES_BORDER$RULES_WANTED$RULES_BORDER${RULES_LIVE%$'\n'}") ||
    fail "the rules cannot be searched (the reason is above); look at the space in /tmp"
  REPLY+=$'\n'
  claimed=${REPLY%%"$RULES_BORDER"*}
  REPLY=${REPLY#*"$RULES_BORDER"}
  wanted=${REPLY%%"$RULES_BORDER"*}
  live=${REPLY#*"$RULES_BORDER"}
}

RULES_BORDER=$'# next\n' # no line of a table

# Those of all owners, for the next boot; not those that keepalived makes.
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
