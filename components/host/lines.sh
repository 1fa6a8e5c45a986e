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

# awk's answer in blocks: a line of their sizes in bytes (LC_ALL=C), then the blocks. Searching a long text takes bash quadratic time, so awk tells the
# sizes. An argument would be copied, so the text is in a global variable.
split_blocks() { # BLOCKS_TEXT -> BLOCKS
  local size sizes=${BLOCKS_TEXT%%$'\n'*}
  local -i at=$((${#sizes} + 1)) n=0
  BLOCKS=()
  for size in $sizes; do
    BLOCKS[n++]=${BLOCKS_TEXT:at:size}
    at+=size
  done
  BLOCKS_TEXT=""
}
