# shellcheck shell=bash
# Reading the host, and holding it against what is wanted.

LIVE="" # SECTION <tab> FACT, one a line; the IPVS table goes to plan.awk directly

# The facts without the rules of the table, of which there may be ten thousand: those are awk's. (bash reads a byte a system call where it
# cannot seek, and a line a system call where it can.)
plain_facts() { # facts -> FACTS
  local text
  text=$(grep -v $'^ipvs\t' <<<"$1") || :
  mapfile -t FACTS <<<"$text"
}

# Reads what the facts at hand are about, with as few processes as can be: of all sections, or of those named.
live_read() { # facts [sections]
  local line section fact names
  local -A wanted=()
  plain_facts "$1"
  for line in ${FACTS[@]+"${FACTS[@]}"}; do
    case $line in
      addresses* | keeper* | "") continue ;;
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

# awk's answer in blocks: a line of their sizes, then they. (bash finds nothing in a long text in linear time.)
split_blocks() { # text -> BLOCKS
  local size sizes=${1%%$'\n'*}
  local -i at=$((${#sizes} + 1))
  BLOCKS=()
  for size in $sizes; do
    BLOCKS+=("${1:at:size}")
    at+=size
  done
}

plan_run() { # mode sections
  local claims pending origins
  file_or_nothing "$MINE/claims" && claims=$REPLY
  file_or_nothing "$MINE/pending" && pending=$REPLY
  file_or_nothing "$STATE/origins" && origins=$REPLY
  # Long texts go by here-strings, which are files: bash writes to a pipe line by line.
  awk "$PLAN_AWK" mode="$1" only="$2" me="$OWNER" tag=K /dev/fd/5 tag=L "$claims" tag=P "$pending" ${OTHERS[@]+"${OTHERS[@]}"} tag=G "$origins" \
    tag=D /dev/fd/3 tag=V /dev/fd/4 tag=S <(ipvs_rules "$2") tag=T <(ipvs_thresholds "$2") 3<<<"${DESIRED%$'\n'}" 4<<<"${LIVE%$'\n'}" 5<<<"$BELIEF"
}

# lost|found <tab> SECTION <tab> FACT  ->  one line in words
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
    file | unit | sight) fact="$2 $fact" ;;
  esac
  printf -v REPLY '%-5s %s' "$1" "$fact"
}
