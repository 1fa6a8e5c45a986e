# shellcheck shell=bash disable=SC2206,SC2034 # words are split on purpose; variables shared between the parts
# Splitting texts in memory. bash reads a pipe byte by byte, and a here-string may be one: a system call for each byte of what is read there.
# (And the other parts say $(exec PROGRAM …), since bash forks twice for $(PROGRAM …).)

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

# Where a program is: what `type -P` says, without a process.
program_path() { # name -> REPLY, empty where it is not installed
  local folder IFS=:
  for folder in $PATH; do
    REPLY=$folder/$1
    [[ ! -f $REPLY || ! -x $REPLY ]] || return 0
  done
  REPLY=""
}
