# shellcheck shell=bash disable=SC2206,SC2034 # words are split on purpose; variables shared between the parts
# Splitting texts in memory. LINES_OF, WORDS_OF and REPLY hold until the next call of anything that sets them: loop over them at once, or copy them.
# bash reads a pipe byte by byte, and a short here-string is one: a system call for each byte of what is read there.
# Before bash 4.4, `set -u` ends the program at an array that is empty: what is split is always named as ${LINES_OF[@]+"${LINES_OF[@]}"}.

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

# The lines that stand in only one of the two. (It may name more, where lines have only moved.)
lines_differing() { # file text -> REPLY
  local line before=$1
  [[ -e $1 ]] || before=/dev/null
  # (Status 1 is also that of a here-string for which there is no space.)
  REPLY=$(exec diff -- "$before" - <<<"${2%$'\n'}") || { (($? == 1)) && [[ -n $REPLY ]]; } || fail "what was written down of this host cannot be compared with what it has (the reason is above); look at the space in /tmp"
  lines_of "$REPLY"
  REPLY=""
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    case $line in '< '* | '> '*) REPLY+=${line#* }$'\n' ;; esac
  done
}

declare -A BLOCK=()

# awk's answer in blocks: a line with the name and the size in bytes (LC_ALL=C) of each, then the blocks. Searching a long text takes bash quadratic time,
# so awk tells the sizes. An argument would be copied, so the text is in a global variable.
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
