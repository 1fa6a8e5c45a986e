# shellcheck shell=bash disable=SC2034 # variables shared between the parts
# Reading the host, and holding it against what is wanted. Needs addresses_read, document_parse and state_others before, and keepalived_believe where
# keepalived keeps the table.

SAME_DOCUMENT="" # whether the document is the one that was applied last; set by observe.sh
LIVE=""          # SECTION <tab> FACT, one a line; the IPVS table goes to plan.awk directly

# Reads what the facts at hand are about, with as few processes as can be: of all sections, or of those named.
live_read() { # plain facts [sections]
  local line section fact
  local -A wanted=()
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    case $line in
      addresses* | keeper*) continue ;;
      sysctl*) fact=${line%% = *} ;;
      *) fact=${line%% *} ;;
    esac
    section=${line%%$'\t'*}
    [[ -z ${2-} || " $2 " == *" $section "* ]] || continue
    wanted[$section]="${wanted[$section]-}${fact#*$'\t'} "
  done
  LIVE=""
  addresses_live
  for section in "${!wanted[@]}"; do
    words_of "${wanted[$section]}"
    "${section}_live" ${WORDS_OF[@]+"${WORDS_OF[@]}"}
  done
}

plan_run() { # mode sections -> REPLY, what plan.awk says
  local claims pending origins rules="" thresholds=""
  file_or_nothing "$MINE/claims"
  claims=$REPLY
  file_or_nothing "$MINE/pending"
  pending=$REPLY
  file_or_nothing "$STATE/origins"
  origins=$REPLY
  # (The table is not read for a plan of other sections.)
  [[ -n $2 && " $2 " != *" ipvs "* ]] || ipvs_read
  # (Long here-strings are files: bash writes to a pipe line by line.)
  REPLY=$(exec awk "$PLAN_AWK" mode="$1" only="$2" same="$SAME_DOCUMENT" me="$OWNER" tag=K /dev/fd/5 tag=L "$claims" tag=P "$pending" ${OTHERS[@]+"${OTHERS[@]}"} owner= begun= tag=G "$origins" \
    tag=D /dev/fd/3 tag=V /dev/fd/4 tag=S /dev/fd/6 tag=T /dev/fd/7 3<<<"${DESIRED%$'\n'}" 4<<<"${LIVE%$'\n'}" 5<<<"$BELIEF" 6<<<"$rules" 7<<<"$thresholds")
}

# What a plan or a look says of one fact (lost, found, stays, unrestored), as one line in words. The boot files have sections of their own: boot-file, boot-unit.
in_words() { # verb section fact -> REPLY
  local fact=$3
  case $2 in
    packages) fact="package ${fact%% *}" ;;
    modules) fact="module $fact" ;;
    units) fact="unit $fact" ;;
    files | keepalived)
      fact="file ${fact%% content=*}"
      [[ $1 == found ]] && fact+=", edited"
      ;;
    boot-file | boot-unit | sight) fact="${2#boot-} $fact" ;;
  esac
  printf -v REPLY '%-5s %s' "$1" "$fact"
}
