# shellcheck shell=bash
# Messages. Each fault is one sentence on standard error, and the program then ends with a non-zero status.

fail() {
  printf 'error: %s\n' "$1" >&2
  exit 1
}

note() {
  printf 'note: %s\n' "$1"
}

refuse() { # sentences
  local sentence
  for sentence in "$@"; do printf 'error: %s\n' "$sentence" >&2; done
  exit 1
}
