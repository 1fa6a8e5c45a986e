# shellcheck shell=bash
# How the program speaks: one sentence a fault, on standard error, and a non-zero status.

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
