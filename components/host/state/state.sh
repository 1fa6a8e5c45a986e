# shellcheck shell=bash
# What the host remembers, under /var/lib/pulumi-lvs:
#   program          this program
#   readback/        the host as the last change has read it back (readback.sh)
#   owners/NAME/     document (header and document as received), claims (its facts without the rules of the table) and rules (these), pending and
#                    pending-rules (the same of a change under way; of the rules those that differ), secrets; readback (readback.sh);
#                    adopted, leaving (names.sh); resources (resources.sh)
#   origins          what was there before the first claim: SECTION <tab> KEY <tab> FACT or "-"
#   files/           the files behind the origins of files
#   labels/          their SELinux labels, where the host has these
#   brought          packages that came along with those that were wanted, one a line
#   packages-before  the packages that were there before an installation that has not ended yet
#   boot/            copies of the boot files, as written
#   traces           what keepalived would leave behind by itself, and was not there before its first start; one a line
#   detours          host routes that connections by a former method need (detours.sh), one a line
#   made             folders that were not there before, one a line
# Written in this order, so that a kill at any instant loses nothing: the claims of former names move, pending, origins, (the change), document, claims,
# resources; then pending goes, and the origins that nobody needs.

STATE=/var/lib/pulumi-lvs
MINE=""        # the folder of this owner; names_choose_folder and names_find may set it to that of another name
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

state_owner_name() { # folder -> REPLY
  REPLY=${1%/}
  REPLY=${REPLY##*/}
  REPLY=${REPLY//=//}
}

# Before anything is touched: what this change may touch, and what was there.
state_begin() { # new origins
  local pending rules files=()
  [[ -d $MINE ]] || mkdir -p "$MINE"
  # (What the host looked like is known no more.)
  [[ ! -e $STATE/readback/owners ]] || rm -f -- "$STATE/readback/owners"
  file_text "$MINE/pending-rules"
  rules=$REPLY
  # (A change in two parts begins twice.)
  if [[ -n $RULES_CHANGE && $rules != *"$RULES_CHANGE" ]]; then files=("$MINE/pending-rules" "$rules$RULES_CHANGE"); fi
  file_text "$MINE/pending"
  pending=$REPLY
  [[ -n $pending && $pending == *"$PLAIN" ]] || pending+=$PLAIN
  files+=("$MINE/pending" "$pending")
  if [[ -n $1 ]]; then
    file_text "$STATE/origins"
    files+=("$STATE/origins" "$REPLY$1")
  fi
  write_changed "${files[@]}"
  # (A run that was cut off may have written them and not come to this.)
  [[ -z $REPLY$INTERRUPTED ]] || state_durable
}

# What the state's folders list; their files are on the disk already.
state_durable() {
  local folder folders=()
  for folder in /var/lib "$STATE" "$STATE"/{owners,files,labels,boot,readback} "$MINE"; do
    [[ ! -d $folder ]] || folders+=("$folder")
  done
  durable "${folders[@]}"
}

# What this owner has from now on; or nothing, after a removal.
state_write() { # -> REPLY: whether something was written
  local files
  if [[ $VERB == remove ]]; then
    # In this order: an owner with a document and no claims would look as if nothing had been given back yet.
    # (Its secrets go by themselves: they have come so, and come a second time only when they change.)
    rm -f "$MINE"/{document,claims,rules,pending,pending-rules,resources,leaving,readback}
    takeover_forget
    rmdir "$MINE" 2>/dev/null || :
    REPLY=""
    return
  fi
  [[ -d $MINE ]] || mkdir -p "$MINE"
  resources_after
  files=("$MINE/document" "$HEADER"$'\n'"$DOCUMENT"$'\n')
  [[ -z $RULES_WANTED$RULES_CLAIMED ]] || files+=("$MINE/rules" "$RULES_WANTED")
  write_changed "${files[@]}" "$MINE/claims" "$PLAIN" "$MINE/resources" "$REPLY"
}

# Last of all: the change is done.
state_end() { # origins that are still needed, whether state_write has written something
  if [[ $VERB != remove ]]; then
    # `pending` is removed only when document and claims are on the disk.
    [[ -z $2$INTERRUPTED ]] || state_durable
    [[ ! -e $MINE/pending && ! -e $MINE/pending-rules ]] || rm -f "$MINE/pending-rules" "$MINE/pending"
  fi
  write_changed "$STATE/origins" "$1"
  [[ $VERB != remove ]] || state_forget_all
  state_durable
}

# When the last owner has gone. The program goes last: as long as anything is left, the same can be run again.
state_forget_all() {
  local folder
  for folder in "$STATE"/owners/*; do
    # (A run that was killed may have left the folder of a former name.)
    [[ -e $folder/document || -e $folder/claims || -e $folder/pending || -e $folder/secrets ]] || rm -rf -- "$folder"
  done
  compgen -G "$STATE/owners/*" >/dev/null || rm -rf "${STATE:?}"/{owners,origins,files,labels,boot,readback,made,traces,brought,detours,packages-before} "$STATE"
}

# What a run that was killed had half written. Nobody else writes now.
state_sweep() {
  local left=("$STATE"/*.new "$STATE"/boot/*.new "$STATE"/readback/*.new "$MINE"/*.new)
  left+=(/var/lib/.pulumi-lvs-?????????? "$STATE"/.pulumi-lvs-* "$STATE"/*/.pulumi-lvs-* "$MINE"/.pulumi-lvs-*)
  ((${#left[@]} == 0)) || rm -rf -- "${left[@]}"
}
