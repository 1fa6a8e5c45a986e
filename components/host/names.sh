# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# Whose claims are whose when names change. The name of an owner has those of its project and stack in it, and people rename these. A component may
# get another parent: Pulumi then applies its document as that of a new resource, and afterwards removes the old one, both as the same owner.
# In the folder of an owner:
#   claimants   the resources whose owner this is, one a line: the types of their parents, as in Pulumi's URN, or - for one without a parent
#   adopted     the former names whose claims it has taken over: HOW NAME, one a line. Each is taken over once: later it may be somebody else's.
#               HOW is update where Pulumi goes on with the same resource, or create where the other one lives on in Pulumi's state.

CLAIMANT=-  # the resource that has sent the document
FORMERLY=() # the names that its owner had before
CREATED=""  # whether it is a new resource for Pulumi

# A document begins with its [settings].
names_read() {
  local line
  CLAIMANT=- FORMERLY=()
  lines_of "${DOCUMENT:0:8192}"
  for line in "${LINES_OF[@]:1}"; do
    case $line in
      '[settings]') ;;
      'claimant = '*) CLAIMANT=${line#claimant = } ;;
      'formerly = '*)
        document_is_owner "${line#formerly = }" || fail "the document's owner had a former name that is none: ${line#formerly = }"
        FORMERLY+=("${line#formerly = }")
        ;;
      '['* | '# end') return 0 ;;
    esac
  done
}

names_has_begun() { # folder of an owner
  [[ -e $1/claims || -e $1/pending ]]
}

names_has_adopted() { # name
  [[ -e $MINE/adopted ]] && grep -qxF -e "create $1" -e "update $1" "$MINE/adopted"
}

# Whether an owner's folder is one that the next change takes over.
names_is_former() { # folder
  local name
  for name in ${FORMERLY[@]+"${FORMERLY[@]}"}; do
    [[ $1 != "$STATE/owners/${name//\//=}" ]] || names_has_adopted "$name" || return 0
  done
  return 1
}

# For a look, which moves nothing: the claims are still under the former name.
names_look() {
  local folder
  ! names_has_begun "$MINE" || return 0
  for folder in "$STATE"/owners/*; do
    if names_is_former "$folder" && names_has_begun "$folder"; then MINE=$folder; fi
  done
}

# Before a change.
names_adopt() {
  local name adopted=""
  for name in ${FORMERLY[@]+"${FORMERLY[@]}"}; do
    ! names_has_adopted "$name" || continue
    [[ ! -d $STATE/owners/${name//\//=} ]] || names_take_over "$STATE/owners/${name//\//=}"
    if [[ -n $CREATED ]]; then adopted+="create $name"$'\n'; else adopted+="update $name"$'\n'; fi
  done
  [[ -n $adopted ]] || return 0
  [[ -d $MINE ]] || mkdir -p "$MINE"
  [[ ! -e $MINE/adopted ]] || adopted=$(<"$MINE/adopted")$'\n'$adopted
  write_atomically "$MINE/adopted" "$adopted"
  durable "$MINE" "$STATE/owners"
}

names_take_over() { # folder of the former name
  local file
  if ! names_has_begun "$MINE"; then
    # (Its secrets come before its document.)
    for file in "$MINE"/*; do mv -f -T -- "$file" "$1/${file##*/}"; done
    [[ ! -d $MINE ]] || rmdir "$MINE"
    mv -T -- "$1" "$MINE"
    return
  fi
  # It has been applied under both: what the other one has claimed and this one does not want is given back, as after an interrupted change.
  write_atomically "$MINE/pending" "$({ cat -- /dev/null "$MINE/pending" "$1/claims" "$1/pending" 2>/dev/null || :; })"$'\n'
  durable "$MINE"
  [[ ! -e $1/secrets || -e $MINE/secrets ]] || mv -T -- "$1/secrets" "$MINE/secrets"
  rm -rf -- "$1"
}

# A removal of an owner that an update has renamed and not come back to Pulumi from.
names_find() {
  local folder
  [[ ! -d $MINE ]] || return 0
  for folder in "$STATE"/owners/*; do
    [[ -e $folder/adopted ]] && grep -qxF "update $OWNER" "$folder/adopted" || continue
    MINE=$folder
    state_owner_name "$folder"
    OWNER=$REPLY
    return 0
  done
}

# Whether the resource that is removed is no longer the one whose owner this is.
names_is_superseded() {
  [[ -e $MINE/claimants ]] && ! grep -qxF -- "$CLAIMANT" "$MINE/claimants"
}

# Those after this change.
names_claimants() { # -> REPLY
  REPLY=""
  [[ -n $CREATED || ! -e $MINE/claimants ]] || IFS= read -r -d '' REPLY <"$MINE/claimants" || :
  [[ $'\n'$REPLY == *$'\n'"$CLAIMANT"$'\n'* ]] || REPLY+=$CLAIMANT$'\n'
}

# For a look at what nobody has applied yet under this name: other owners here whose document is the same.
names_twins() { # -> REPLY, their names, one a line
  local folder twins="" mine
  REPLY=""
  ! names_has_begun "$MINE" || return 0
  mine=$(names_body <<<"$DOCUMENT")
  for folder in "$STATE"/owners/*; do
    [[ -e $folder/document && $folder != "$MINE" ]] && ! names_is_former "$folder" || continue
    [[ $(names_body <"$folder/document") == "$mine" ]] || continue
    state_owner_name "$folder"
    twins+=$REPLY$'\n'
  done
  REPLY=$twins
}

# A document without what names it.
names_body() {
  awk '/^# lvs host document / { inside = 1; next } inside && !/^(\[settings\]$|claimant = |formerly = )/'
}
