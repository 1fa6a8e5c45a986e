# shellcheck shell=bash disable=SC2034 # variables shared between the parts
# [booleans] NAME = on   (a boolean of SELinux's policy; booleans(8). It is set for now and for later boots.)
# A host without SELinux, or whose policy does not have the boolean, does not have such facts: booleans_cut.

# Removes the facts that this host cannot have from PLAIN.
booleans_cut() { # (PLAIN)
  local line rest=""
  [[ $'\n'$PLAIN == *$'\nbooleans\t'* ]] || return 0
  lines_of "$PLAIN"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    if [[ $line == booleans$'\t'* ]]; then
      booleans_known "$line" || continue
    fi
    rest+=$line$'\n'
  done
  PLAIN=$rest
}

booleans_known() { # SECTION <tab> FACT
  local name=${1#*$'\t'}
  [[ -e $SELINUX/booleans/${name%% = *} ]]
}

booleans_live() { # names
  local name
  for name in "$@"; do
    selinux_file "booleans/$name" # the value, and the one that is to come
    case $REPLY in
      1*) LIVE+="booleans"$'\t'"$name = on"$'\n' ;;
      0*) LIVE+="booleans"$'\t'"$name = off"$'\n' ;;
    esac
  done
}

booleans_set() { # fact
  local output
  output=$(exec setsebool -P "${1%% = *}" "${1##* = }" 2>&1) ||
    fail "the SELinux boolean ${1%% = *} cannot be set: ${output%%$'\n'*}; try it by hand: setsebool -P ${1%% = *} ${1##* = }"
}

booleans_unset() { # name origin live
  # (SELinux, or the module of its policy that has the boolean, may have been removed meanwhile.)
  [[ $2 == - || $2 == "$3" || ! -e $SELINUX/booleans/$1 ]] || booleans_set "$2"
}

# Whether a boolean would have to be set, and the program that sets it is missing.
booleans_lack_program() { # facts -> REPLY, the sentence, or nothing
  local fact LIVE
  REPLY=""
  facts_of booleans "$1"
  for fact in ${FACTS_OF[@]+"${FACTS_OF[@]}"}; do
    LIVE=""
    booleans_live "${fact%% = *}"
    if [[ $LIVE == *$'\t'"$fact"$'\n'* ]] || type -P setsebool >/dev/null; then continue; fi
    REPLY="this host has a policy of SELinux and no setsebool, and the boolean $fact is wanted: install policycoreutils"
    return 0
  done
  REPLY=""
}
