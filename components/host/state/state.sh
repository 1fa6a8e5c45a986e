# shellcheck shell=bash
# What the host remembers, under /var/lib/pulumi-lvs:
#   program          this program
#   readback/        the host as the last change has read it back (readback.sh)
#   owners/NAME/     document: header and document as received; claims: its facts, without the rules of the table; rules: these rules;
#                    pending and pending-rules: the same for a change under way, of the rules only those that differ; connections:
#                    those that it waits for (connections.sh); secrets; readback
#                    (readback.sh); adopted, leaving (names.sh); resources (resources.sh)
#   origins          what was there before the first claim: SECTION <tab> KEY <tab> FACT, or "-" for nothing
#   files/           the saved files that origins of files refer to
#   labels/          their SELinux labels, if the host has SELinux
#   brought          packages that were installed along with the wanted ones, one a line
#   packages-before  the packages of the host before an installation that has not ended yet
#   boot/            copies of the boot files, as written
#   traces           what keepalived would leave behind, and did not exist before its first start; one a line
#   detours          host routes that connections by a former method need (detours.sh), one a line
#   openings         what has been added to firewalld (openings.sh)
#   zones/           files of firewalld's zones as they were before (firewalld.sh)
#   made             folders that this program has made, one a line
# A change writes in this order, so that a kill at any instant loses nothing: it moves the claims of former names; it writes pending and
# origins; it changes the host; it writes document, claims and resources; it removes pending, and then the origins that nobody needs.

STATE=/var/lib/pulumi-lvs
MINE=""        # the folder of this owner; names_choose_folder and names_find may set it to the folder of another name
INTERRUPTED="" # whether an earlier change of this owner has begun and not ended

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

# Before the host is changed: writes what this change may touch, and the new origins.
state_begin() { # new origins
  local pending rules files=()
  [[ -d $MINE ]] || mkdir -p "$MINE"
  # (From now on the host may differ from its readback.)
  [[ ! -e $STATE/readback/owners ]] || rm -f -- "$STATE/readback/owners"
  file_text "$MINE/pending-rules"
  rules=$REPLY
  # (A change that plans twice calls this twice.)
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
  # (An interrupted run may have written the files and ended before this step.)
  [[ -z $REPLY$INTERRUPTED ]] || state_durable
}

# Brings the lists of names in the state's folders to the disk; the files themselves are already there.
state_durable() {
  local folder folders=()
  for folder in /var/lib "$STATE" "$STATE"/{owners,files,labels,boot,readback} "$MINE"; do
    [[ ! -d $folder ]] || folders+=("$folder")
  done
  durable "${folders[@]}"
}

# Writes what this owner has from now on. After a removal it deletes these files.
state_write() { # -> REPLY: whether something was written
  local files
  if [[ $VERB == remove ]]; then
    # In this order: an owner with a document and no claims would look as if nothing had been given back yet.
    # (The secrets stay: a Command of their own removes them, and sends them again only when they change.)
    rm -f "$MINE"/{document,claims,rules,pending,pending-rules,connections,resources,leaving,readback}
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

# The last step of a change.
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

# Removes the whole folder of the state when no owner is left. The program is removed last: until then, a removal can be run again.
state_forget_all() {
  local folder
  for folder in "$STATE"/owners/*; do
    # (A run that was killed may have left the folder of a former name.)
    [[ -e $folder/document || -e $folder/claims || -e $folder/pending || -e $folder/secrets ]] || rm -rf -- "$folder"
  done
  compgen -G "$STATE/owners/*" >/dev/null || rm -rf "${STATE:?}"/{owners,origins,files,labels,boot,readback,made,traces,brought,detours,packages-before,openings,zones} "$STATE"
}

# Removes what a killed run had half written. Nobody else writes now.
state_sweep() {
  local left=("$STATE"/*.new "$STATE"/boot/*.new "$STATE"/readback/*.new "$MINE"/*.new)
  left+=(/var/lib/.pulumi-lvs-?????????? "$STATE"/.pulumi-lvs-* "$STATE"/*/.pulumi-lvs-* "$MINE"/.pulumi-lvs-*)
  ((${#left[@]} == 0)) || rm -rf -- "${left[@]}"
}
