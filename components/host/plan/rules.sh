# shellcheck shell=bash disable=SC2034,SC2153,SC2292 # variables shared between the parts; [ a = b ] takes long texts as they are, [[ ]] reads them as patterns
# The rules of the table as texts: what is wanted, what this owner has claimed, and what is live. There may be ten thousand of them, and few of them
# differ: what a plan costs is to grow with these.

RULES_WANTED=""  # by the document, as its lines stand there
RULES_CLAIMED="" # by this owner until now
RULES_LIVE=""    # `ipvsadm -Sn`, or "unseen"; like the others with a line feed at its end: bash takes a second to find that a long text has none
RULES_LIMITS=""  # `ipvsadm -Ln --thresholds`
RULES_KNOWN=""   # whether those of the document are word for word the claimed ones

# A document with the rules that are claimed needs no second check of these: it is read without them.
rules_cut_known() { # document -> REPLY, what is left to read; RULES_KNOWN, RULES_WANTED
  local head=${1%%$'\n[ipvs]\n'*}
  local -i at=$((${#head} + 8)) length=${#RULES_CLAIMED}
  RULES_KNOWN="" RULES_WANTED=""
  REPLY=$1
  ((length > 0)) && [ "${1:at:length}" = "$RULES_CLAIMED" ] && [[ ${1:at+length:1} == ['[#'] ]] || return 0
  RULES_KNOWN=yes
  RULES_WANTED=$RULES_CLAIMED
  REPLY=$head$'\n'${1:at+length}
}

# The service of a rule, in each form in which ipvsadm prints one (rule_key in rules.awk).
rules_service() { # rule -> REPLY
  words_of "$1" # -A OPTION SERVICE … or -a OPTION SERVICE …, and -6 after a mark of IPv6
  REPLY="${WORDS_OF[1]} ${WORDS_OF[2]}"
  [[ ${WORDS_OF[1]} != -f || ${WORDS_OF[3]} != -6 ]] || REPLY+=" -6"
}

RULES_UNLIMITED="" # whether no real server has a threshold, and none gets one

# Whether a real server in the table has a threshold: `ipvsadm -Sn` does not tell.
rules_have_limits() {
  [[ $RULES_LIMITS =~ '-> '[^[:space:]]+\ +([1-9]|0\ +[1-9]) || $RULES_WANTED == *' -'[xy]' '* || $RULES_CLAIMED == *' -'[xy]' '* ]]
}

RULES_MOST=200 # differing lines, up to which the rest is left out

RULES_PATTERNS="" # what a rule that the plan is about has in it, one a line

# What the plan is about: the rules that differ from what is claimed, or from the table as the last change has left it, each with its service. In all others,
# what is wanted, claimed and live is the same (seen.sh).
rules_focus() { # -> RULES_FOCUSED, RULES_PATTERNS, RULES_PART_CLAIMED, RULES_PART_WANTED, RULES_PART_LIVE
  local line text="" service
  RULES_FOCUSED="" RULES_PATTERNS=$'\n'
  RULES_PART_CLAIMED=$RULES_CLAIMED RULES_PART_WANTED=$RULES_WANTED RULES_PART_LIVE=$RULES_LIVE
  [[ -n $SEEN_MINE && $RULES_LIVE != unseen* && $SEEN_RULES != unseen* ]] && ! rules_have_limits || return 0
  text=$RULES_CHANGE
  if [ "$RULES_LIVE" != "$SEEN_RULES" ]; then
    rules_diff "$STATE/seen/rules" "$RULES_LIVE"
    text+=$REPLY
  fi
  lines_of "$text"
  ((${#LINES_OF[@]} <= RULES_MOST)) || return 0
  RULES_FOCUSED=yes
  RULES_PART_CLAIMED="" RULES_PART_WANTED="" RULES_PART_LIVE=""
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
  RULES_PART_CLAIMED=${REPLY%%"$RULES_BORDER"*}
  REPLY=${REPLY#*"$RULES_BORDER"}
  RULES_PART_WANTED=${REPLY%%"$RULES_BORDER"*}
  RULES_PART_LIVE=${REPLY#*"$RULES_BORDER"}
}

RULES_BORDER=$'# next\n' # no line of a table

# The lines that stand in only one of the two. (It may name more, where lines have only moved.)
rules_diff() { # file text -> REPLY
  local line before=$1
  [[ -e $1 ]] || before=/dev/null
  # (Status 1 is also that of a here-string for which there is no space.)
  REPLY=$(exec diff -- "$before" - <<<"${2%$'\n'}") || { (($? == 1)) && [[ -n $REPLY ]]; } || fail "the rules cannot be compared (the reason is above); look at the space in /tmp"
  lines_of "$REPLY"
  REPLY=""
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    case $line in '< '* | '> '*) REPLY+=${line#* }$'\n' ;; esac
  done
}

RULES_CHANGE="" # the lines that are claimed or wanted, and not both

# Whenever RULES_CLAIMED or RULES_WANTED are set.
rules_change() { # -> RULES_CHANGE
  RULES_CHANGE=""
  [ "$RULES_CLAIMED" != "$RULES_WANTED" ] || return 0
  RULES_CHANGE=$RULES_WANTED
  [[ -n $RULES_CLAIMED ]] || return 0
  rules_diff "$MINE/rules" "$RULES_WANTED"
  RULES_CHANGE=$REPLY
}

# Those of all owners, for the next boot; not those that keepalived makes.
rules_for_boot() { # -> REPLY
  local folder others=""
  for folder in ${OTHER_FOLDERS[@]+"${OTHER_FOLDERS[@]}"}; do
    [[ -e $folder/rules ]] || continue
    file_text "$folder/claims"
    ! document_kept "$REPLY" || continue
    file_text "$folder/rules"
    others+=$REPLY
  done
  REPLY=""
  [[ -n $KEEPER ]] || REPLY=$RULES_WANTED
  [[ -z $others ]] || REPLY=$(exec awk '!seen[$0]++' <<<"$REPLY${others%$'\n'}")$'\n'
}
