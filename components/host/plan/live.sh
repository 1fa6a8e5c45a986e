# shellcheck shell=bash disable=SC2034 # variables shared between the parts
# Reads the host, and compares it with what is wanted. Call addresses_read, document_parse, claims_of_others and readback_open before, and
# keepalived_read_data if keepalived keeps the table.

SAME_DOCUMENT="" # whether the document is the one that was applied last; set by observe.sh
LIVE=""          # SECTION <tab> FACT, one a line; anyway <tab> SECTION <tab> FACT where it holds without us; without addresses (ADDRESSES) and rules (RULES_LIVE)

# Reads the live values of these facts, with as few processes as possible: of all sections, or of the named ones.
live_read() { # plain facts [sections [facts that have been read a moment ago]]
  local line section known=${3-}
  local -A wanted=() asked=()
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    case $line in addresses* | keeper* | role*) continue ;; esac
    section=${line%%$'\t'*}
    [[ -z ${2-} || " $2 " == *" $section "* ]] || continue
    [[ -z $known || $section != packages && $section != modules ]] || continue
    fact_key "$line"
    [[ -z ${asked[$REPLY]-} ]] || continue
    asked[$REPLY]=yes
    wanted[$section]="${wanted[$section]-}${REPLY#*$'\t'} "
  done
  LIVE=$known
  addresses_live
  [[ -n ${2-} && " $2 " != *" ipvs "* ]] || ipvs_read
  # (Always in this order, whatever was read before, because readback.sh compares LIVE as a text.)
  for section in "${SECTION_NAMES[@]}"; do
    [[ -n ${wanted[$section]-} ]] || continue
    words_of "${wanted[$section]}"
    "${section}_live" ${WORDS_OF[@]+"${WORDS_OF[@]}"}
  done
}

# Call live_read of the same sections before.
plan_run() { # mode sections [yes, if foreign services are to be named] -> REPLY, what plan.awk says
  local claims pending begun origins claimed wanted live limits
  file_or_nothing "$MINE/claims"
  claims=$REPLY
  file_or_nothing "$MINE/pending"
  pending=$REPLY
  file_or_nothing "$MINE/pending-rules"
  begun=$REPLY
  file_or_nothing "$STATE/origins"
  origins=$REPLY
  RULES_FOCUSED="" RULES_PATTERNS="" claimed="" wanted="" live=""
  # (A plan of other sections needs no rules.)
  [[ -n $2 && " $2 " != *" ipvs "* ]] || rules_focus
  claimed=${claimed%$'\n'} wanted=${wanted%$'\n'} live=${live%$'\n'} limits=$RULES_LIMITS
  [[ -z $RULES_FOCUSED ]] || limits=""
  # (Here-strings are used because long ones are files; to a pipe, bash would write line by line.)
  REPLY=$(exec awk "$PLAN_AWK" mode="$1" only="$2" same="$SAME_DOCUMENT" focused="$RULES_FOCUSED" foreign="${3-}" me="$OWNER" tag=F /dev/fd/10 tag=K /dev/fd/5 tag=L "$claims" form=rules /dev/fd/8 \
    tag=P form= "$pending" form=rules "$begun" ${OTHERS[@]+"${OTHERS[@]}"} form= owner= begun= tag=G "$origins" tag=D /dev/fd/3 form=rules /dev/fd/9 form= tag=V /dev/fd/4 \
    tag=S /dev/fd/6 tag=T /dev/fd/7 3<<<"${PLAIN%$'\n'}" 4<<<"$ADDRESSES${LIVE%$'\n'}" 5<<<"$DECISIONS" 6<<<"$live" 7<<<"$limits" 8<<<"$claimed" 9<<<"$wanted" 10<<<"$RULES_PATTERNS")
}
