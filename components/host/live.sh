# shellcheck shell=bash
# Reading the host, and holding it against what is wanted.

LIVE="" # SECTION <tab> FACT, one a line; the IPVS table goes to plan.awk directly

# Reads what the facts at hand are about, with as few processes as can be.
live_read() { # facts...
  local line section fact names
  local -A wanted=()
  while IFS= read -r line; do
    case $line in
      ipvs* | addresses* | "") continue ;;
      sysctl*) fact=${line%% = *} ;;
      *) fact=${line%% *} ;;
    esac
    section=${line%%$'\t'*}
    wanted[$section]="${wanted[$section]-}${fact#*$'\t'} "
  done < <(printf '%s\n' "$@")
  LIVE=""
  addresses_live
  for section in "${!wanted[@]}"; do
    read -r -a names <<<"${wanted[$section]}"
    "${section}_live" "${names[@]}"
  done
}

live_claims() { # -> REPLY: the facts that this owner applied last, or had begun to apply
  local text=""
  REPLY=""
  if [[ -e $MINE/claims ]]; then
    IFS= read -r -d '' REPLY <"$MINE/claims" || :
  fi
  if [[ -e $MINE/pending ]]; then
    IFS= read -r -d '' text <"$MINE/pending" || :
    REPLY+=$text
  fi
}

file_or_nothing() { # path -> REPLY
  REPLY=$1
  [[ -e $1 ]] || REPLY=/dev/null
}

plan_run() { # mode sections
  local claims pending origins
  file_or_nothing "$MINE/claims" && claims=$REPLY
  file_or_nothing "$MINE/pending" && pending=$REPLY
  file_or_nothing "$STATE/origins" && origins=$REPLY
  awk "$PLAN_AWK" mode="$1" only="$2" me="$OWNER" tag=L "$claims" tag=P "$pending" ${OTHERS[@]+"${OTHERS[@]}"} tag=G "$origins" \
    tag=D <(printf '%s' "$DESIRED") tag=V <(printf '%s' "$LIVE") tag=S <(ipvs_rules) tag=T <(ipvs_thresholds)
}

# lost|found <tab> SECTION <tab> FACT  ->  one line in words
in_words() { # verb section fact -> REPLY
  local fact=$3
  case $2 in
    packages) fact="package ${fact%% *}" ;;
    modules) fact="module $fact" ;;
    units) fact="unit $fact" ;;
    files)
      fact="file ${fact%% content=*}"
      [[ $1 == found ]] && fact+=", edited"
      ;;
    file | unit | sight) fact="$2 $fact" ;;
  esac
  printf -v REPLY '%-5s %s' "$1" "$fact"
}
