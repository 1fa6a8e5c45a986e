# shellcheck shell=bash disable=SC2206,SC2034 # words are split on purpose; variables shared between the parts
# Splits texts in memory. The next function that sets LINES_OF, FACTS_OF, WORDS_OF
# or REPLY replaces their values: loop over them at once, or copy them.
# (`read` from a pipe makes a system call for each byte, and a short here-string is a pipe.)
# Before bash 4.4, `set -u` ends the program at an empty array, so these arrays are always written as ${LINES_OF[@]+"${LINES_OF[@]}"}.

# A text at its line feeds, without its empty lines.
lines_of() { # text -> LINES_OF
  local IFS=$'\n'
  set -f
  LINES_OF=($1)
  set +f
}

# A line at its blanks.
words_of() { # line -> WORDS_OF
  local IFS=$' \t'
  set -f
  WORDS_OF=($1)
  set +f
}

# The facts of one section among lines of SECTION <tab> FACT. (Where there is none, which is the usual case, no line is looked at.)
facts_of() { # section text -> FACTS_OF
  local line
  FACTS_OF=()
  [[ $'\n'$2 == *$'\n'"$1"$'\t'* ]] || return 0
  lines_of "$2"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line != "$1"$'\t'* ]] || FACTS_OF+=("${line#*$'\t'}")
  done
}

# The same as a text: a fact a line.
facts_text_of() { # section text -> REPLY
  facts_of "$1" "$2"
  REPLY=""
  ((${#FACTS_OF[@]} == 0)) || printf -v REPLY '%s\n' ${FACTS_OF[@]+"${FACTS_OF[@]}"}
}

# The lines that only one of the two texts has. (If lines have only moved, diff may report some of them as well.)
lines_differing() { # file text -> REPLY
  local line before=$1
  [[ -e $1 ]] || before=/dev/null
  # (bash also returns status 1 if there is no space for the here-string.)
  REPLY=$(exec diff -- "$before" - <<<"${2%$'\n'}") || { (($? == 1)) && [[ -n $REPLY ]]; } || fail "the stored state of this host cannot be compared with the host (the reason is above); look at the space in /tmp"
  lines_of "$REPLY"
  REPLY=""
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    case $line in '< '* | '> '*) REPLY+=${line#* }$'\n' ;; esac
  done
}

declare -A BLOCK=()

# Splits awk's answer: a line with the name and the size in bytes (LC_ALL=C) of each block, then the blocks. awk reports the sizes, because
# bash needs quadratic time to search a long text. The text is in a global variable, because bash would copy an argument.
split_blocks() { # BLOCKS_TEXT -> BLOCK[NAME]
  local first=${BLOCKS_TEXT%%$'\n'*}
  local -i at=$((${#first} + 1)) n
  BLOCK=()
  words_of "$first"
  for ((n = 0; n < ${#WORDS_OF[@]}; n += 2)); do
    BLOCK[${WORDS_OF[n]}]=${BLOCKS_TEXT:at:${WORDS_OF[n + 1]}}
    at+=${WORDS_OF[n + 1]}
  done
  BLOCKS_TEXT=""
}
