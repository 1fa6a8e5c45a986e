# shellcheck shell=bash
# The program file on the host. LVS_PROGRAM is the text of the running program, if the command that sent it has set this variable
# (remote/probe.ts). Only such a command can call `keep-program`.

PROGRAM_TEXT="" # the text of the running program; program_hold sets it

# Keeps the text of the running program in memory. The removal of the last owner may delete the file while this change waits for the lock;
# program_bring then writes it again.
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

# Whether the program on this host is of a later release of the package than this one. Two stacks may use two releases, and the earlier one
# may not understand what the later one has written.
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

# Looks for several owners of a host run at the same time, and only one of them may write the program.
program_keep() {
  ! program_is_here || return 0
  lock exclusive
  ! program_is_here && ! program_is_newer_here || return 0
  mkdir -p "$STATE"
  write_atomically "$STATE/program" "$LVS_PROGRAM"$'\n'
}
