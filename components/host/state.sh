# shellcheck shell=bash
# What the host remembers, under /var/lib/pulumi-lvs:
#   program          this program
#   owners/NAME/     document (header and document as received), claims (its facts), pending (facts of a change under way), secrets;
#                    parents, superseded, adopted (names.sh)
#   origins          what was there before the first claim: SECTION <tab> KEY <tab> FACT or "-"
#   files/           the files behind the origins of files
#   labels/          their SELinux labels, where the host has these
#   brought          packages that came along with those that were wanted, one a line
#   packages-before  the packages that were there before an installation that has not ended yet
#   boot/            copies of the boot files, as written
#   traces           what keepalived would leave behind by itself, and was not there before its first start; one a line
#   made             folders that were not there before, one a line
# LVS_PROGRAM is the text of this program. The command that carries it sets it (remote/probe.ts), so only that can call `keep-program`.
# Written in this order, so that a kill at any instant loses nothing: pending, origins, (the change), claims, origins no longer needed.

STATE=/var/lib/pulumi-lvs
MINE=""        # the folder of this owner; names_look and names_find_renamed may set it to that of another name
INTERRUPTED="" # whether a change of this owner was begun and not ended

file_or_nothing() { # path -> REPLY
  REPLY=$1
  [[ -e $1 ]] || REPLY=/dev/null
}

state_folder() { # owner -> REPLY
  REPLY=$STATE/owners/${1//\//=}
}

state_open() {
  state_folder "$OWNER"
  MINE=$REPLY
}

# One change of a host at a time. The lock is on a folder that is always there, so it leaves nothing behind and goes with the process.
state_lock() { # exclusive|shared
  exec 9</var/lib
  flock --"$1" -w 120 9 || fail "another change of this host is still under way after 120 s; look at it with: fuser -v /var/lib"
}

# Lets others change the host while this change waits for connections to end. What it is about to do is written down in `pending`, of which it keeps hold.
state_unlock() {
  exec 7<"$MINE/pending"
  flock --unlock 9
}

# Goes on: what others have done meanwhile is read anew by the caller. A change of the same owner has come in between where `pending` is another file.
state_relock() {
  state_lock_again
  [[ /proc/self/fd/7 -ef $MINE/pending ]] || {
    printf 'error: another change of %s was made on this host while this one waited for connections to end; run pulumi up again\n' "$OWNER" >&2
    exit "$ANOTHER_RUN"
  }
  exec 7<&-
}

ANOTHER_RUN=75 # the status of a run that ends because another one of the same owner came in between: undo.sh leaves alone what that one has done

# The same lock, which this run has let go of, or whose holder has just ended: no file is opened anew, so nobody comes in between two holders of one run.
state_lock_again() {
  flock --exclusive -w 120 9 || fail "another change of this host is still under way after 120 s; look at it with: fuser -v /var/lib"
}

# The program that runs here is on the host as long as an owner is: the removal of the last one may have taken it away while this change waited for the
# lock.
state_hold_program() {
  PROGRAM_TEXT=${LVS_PROGRAM:+$LVS_PROGRAM$'\n'}
  [[ -n $PROGRAM_TEXT || ! -f $0 ]] || IFS= read -r -d '' PROGRAM_TEXT <"$0" || :
}

state_bring_program() {
  [[ ! -e $STATE/program && -n $PROGRAM_TEXT ]] || return 0
  mkdir -p "$STATE"
  write_atomically "$STATE/program" "$PROGRAM_TEXT"
}

PROGRAM_TEXT="" # the text of the program that runs

state_owner_name() { # folder -> REPLY
  REPLY=${1%/}
  REPLY=${REPLY##*/}
  REPLY=${REPLY//=//}
}

# The other owners' claims as arguments for plan.awk, in OTHERS.
state_others() {
  local folder
  OTHERS=()
  for folder in "$STATE"/owners/*/; do
    [[ -d $folder && ${folder%/} != "$MINE" ]] || continue
    ! names_is_former "${folder%/}" || continue
    state_owner_name "$folder"
    OTHERS+=("owner=$REPLY")
    [[ -e ${folder}claims ]] && OTHERS+=(begun= tag=O "${folder}claims")
    [[ -e ${folder}pending ]] && OTHERS+=(begun=1 tag=O "${folder}pending")
  done
  return 0
}

state_has_program() {
  local kept=""
  if [[ -e $STATE/program ]]; then IFS= read -r -d '' kept <"$STATE/program" || :; fi
  [[ $kept == "$LVS_PROGRAM"$'\n' ]]
}

# Whether the program on this host is of a later release of the package than this one. Two stacks may use two releases: what the later one has
# written there, the earlier one may not understand.
state_has_newer_program() {
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
state_keep_program() {
  ! state_has_program || return 0
  state_lock exclusive
  ! state_has_program && ! state_has_newer_program || return 0
  mkdir -p "$STATE"
  write_atomically "$STATE/program" "$LVS_PROGRAM"$'\n'
}

# Before anything is touched: what this change may touch, and what was there.
state_begin() { # new origins
  local pending="" origins=""
  [[ -d $MINE ]] || mkdir -p "$MINE"
  if [[ -e $MINE/pending ]]; then IFS= read -r -d '' pending <"$MINE/pending" || :; fi
  # (A change in two parts begins twice.)
  [[ -n $pending && ${pending: -${#DESIRED}} == "$DESIRED" ]] || pending+=$DESIRED
  if [[ -e $STATE/origins ]]; then IFS= read -r -d '' origins <"$STATE/origins" || :; fi
  if [[ -n $1 ]]; then write_changed "$MINE/pending" "$pending" "$STATE/origins" "$origins$1"; else write_changed "$MINE/pending" "$pending"; fi
  # (A run that was cut off may have written them and not come to this.)
  [[ -z $REPLY$INTERRUPTED ]] || state_durable
}

# What the state's folders list; their files are on the disk already.
state_durable() {
  local folder folders=()
  for folder in /var/lib "$STATE" "$STATE"/{owners,files,labels,boot} "$MINE"; do
    [[ ! -d $folder ]] || folders+=("$folder")
  done
  durable "${folders[@]}"
}

state_finish() { # origins that are still needed
  if [[ $VERB == remove ]]; then
    # In this order: an owner with a document and no claims would look as if nothing had been given back yet.
    # (Its secrets go by themselves: they have come so, and come a second time only when they change.)
    rm -f "$MINE/document" "$MINE/claims" "$MINE/pending" "$MINE/parents" "$MINE/superseded"
    names_forget
    rmdir "$MINE" 2>/dev/null || :
  else
    [[ -d $MINE ]] || mkdir -p "$MINE"
    names_after
    write_changed "$MINE/document" "$HEADER"$'\n'"$DOCUMENT"$'\n' "$MINE/claims" "$DESIRED" "$MINE/superseded" "$NAMES_SUPERSEDED" "$MINE/parents" "$NAMES_PARENTS"
    # `pending` is removed only when document and claims are on the disk.
    [[ -z $REPLY$INTERRUPTED ]] || state_durable
    [[ ! -e $MINE/pending ]] || rm -f "$MINE/pending"
  fi
  write_changed "$STATE/origins" "$1"
  files_forget_origins "$1"
  [[ $VERB != remove ]] || state_forget_all
  state_durable
}

# When the last owner has gone. The program goes last: as long as anything is left, the same can be run again.
state_forget_all() {
  # (A run that was killed may have left the empty folder of an owner.)
  rmdir "$STATE"/owners/* 2>/dev/null || :
  compgen -G "$STATE/owners/*" >/dev/null || rm -rf "${STATE:?}"/{owners,origins,files,labels,boot,made,traces,brought,packages-before} "$STATE"
}

# What a run that was killed had half written. Nobody else writes now.
state_sweep() {
  local path left=("$STATE"/*.new "$STATE"/boot/*.new "$MINE"/*.new)
  if [[ -n $INTERRUPTED ]]; then
    while IFS= read -r path; do
      [[ ! -e $path ]] || left+=("$path")
    done < <(boot_half_written)
  fi
  left+=(/var/lib/.pulumi-lvs-?????????? "$STATE"/.pulumi-lvs-* "$STATE"/*/.pulumi-lvs-* "$MINE"/.pulumi-lvs-*)
  ((${#left[@]} == 0)) || rm -rf -- "${left[@]}"
}
