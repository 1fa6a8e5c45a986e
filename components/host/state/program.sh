# shellcheck shell=bash
# The program on the host. LVS_PROGRAM is the text of the one that runs, where the command that carries it has set it (remote/probe.ts): only that can call
# `keep-program`.

PROGRAM_TEXT="" # of the program that runs, once it is held

# The program that runs here is on the host as long as an owner is: the removal of the last one may have taken it away while this change waited for the
# lock.
program_hold() {
  PROGRAM_TEXT=${LVS_PROGRAM:+$LVS_PROGRAM$'\n'}
  [[ -n $PROGRAM_TEXT || ! -f $0 ]] || IFS= read -r -d '' PROGRAM_TEXT <"$0" || :
}

program_bring() {
  [[ ! -e $STATE/program && -n $PROGRAM_TEXT ]] || return 0
  mkdir -p "$STATE"
  write_atomically "$STATE/program" "$PROGRAM_TEXT"
}

program_is_here() {
  local kept=""
  if [[ -e $STATE/program ]]; then IFS= read -r -d '' kept <"$STATE/program" || :; fi
  [[ $kept == "$LVS_PROGRAM"$'\n' ]]
}

# Whether the program on this host is of a later release of the package than this one. Two stacks may use two releases: what the later one has
# written there, the earlier one may not understand.
program_is_newer_here() {
  local line theirs ours
  [[ -e $STATE/program ]] || return
  { IFS= read -r line && IFS= read -r line; } <"$STATE/program" || return
  [[ $line =~ ^LVS_RELEASE=([0-9]+\.[0-9]+\.[0-9]+) ]] || return
  words_of "${BASH_REMATCH[1]//./ } ${LVS_RELEASE//./ }"
  theirs=$((WORDS_OF[0] * 1000000 + WORDS_OF[1] * 1000 + WORDS_OF[2]))
  ours=$((WORDS_OF[3] * 1000000 + WORDS_OF[4] * 1000 + WORDS_OF[5]))
  ((theirs > ours))
}

# Several owners of one host are looked at side by side, and only one may write.
program_keep() {
  ! program_is_here || return 0
  lock exclusive
  ! program_is_here && ! program_is_newer_here || return 0
  mkdir -p "$STATE"
  write_atomically "$STATE/program" "$LVS_PROGRAM"$'\n'
}
