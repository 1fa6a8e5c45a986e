# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# Whose claims are whose when names change (docs/names.md). The name of an owner has those of its project and stack in it, and people rename these. A
# component may get another parent: Pulumi then applies its document as that of a new resource, and afterwards removes the old one, both as the same owner.
# In the folder of an owner:
#   parents   which of Pulumi's resources this owner stands for, one a line: the types of their parents, as in a URN, or - for one without a parent
#   adopted   the former names that have been dealt with, and are never looked for again (they may be somebody else's later): HOW NAME, one a line.
#             HOW is update where Pulumi goes on with the same resource, or create where the other one lives on in Pulumi's state.

PARENTS=-       # of the resource that has sent the document
FORMERLY=()     # the names that its owner had before
CREATED=""      # whether it is a new resource for Pulumi; set by main.sh
FORMER=()       # the folders of former names whose claims are still to be taken over
FORMER_NAMES="" # the former names that have not been dealt with, one a line

# A document begins with its [settings]; components/formerly.ts keeps them short enough.
names_read() { # -> PARENTS, FORMERLY
  local line
  PARENTS=- FORMERLY=()
  lines_of "${DOCUMENT:0:8192}"
  for line in "${LINES_OF[@]:1}"; do
    case $line in
      '[settings]') ;;
      'parents = '*) PARENTS=${line#parents = } ;;
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

# After state_open, under the lock. (What a former name has dealt with is dealt with.)
names_find_former() { # -> FORMER, FORMER_NAMES
  local name done=$'\n' folders=()
  FORMER=() FORMER_NAMES=""
  for name in ${FORMERLY[@]+"${FORMERLY[@]}"}; do
    state_folder "$name"
    folders+=("$REPLY")
  done
  ((${#folders[@]} > 0)) || return 0
  for name in "$MINE" "${folders[@]}"; do
    [[ ! -e $name/adopted ]] || done+=$(<"$name/adopted")$'\n'
  done
  for name in "${FORMERLY[@]}"; do
    [[ $done != *$'\n'"create $name"$'\n'* && $done != *$'\n'"update $name"$'\n'* ]] || continue
    FORMER_NAMES+=$name$'\n'
    state_folder "$name"
    ! names_has_begun "$REPLY" || FORMER+=("$REPLY")
  done
}

names_is_former() { # folder
  local folder
  for folder in ${FORMER[@]+"${FORMER[@]}"}; do
    [[ $1 != "$folder" ]] || return 0
  done
  return 1
}

# For a look, which moves nothing: the claims are still under a former name.
names_look() { # -> MINE
  names_find_former
  names_has_begun "$MINE" || ((${#FORMER[@]} == 0)) || MINE=${FORMER[0]}
}

# Before a change.
names_take_over_all() {
  local folder adopted="" how=update
  names_find_former
  [[ -n $FORMER_NAMES ]] || return 0
  for folder in ${FORMER[@]+"${FORMER[@]}"}; do names_take_over_one "$folder"; done
  FORMER=()
  [[ -z $CREATED ]] || how=create
  [[ -d $MINE ]] || mkdir -p "$MINE"
  [[ ! -e $MINE/adopted ]] || adopted=$(<"$MINE/adopted")$'\n'
  lines_of "$FORMER_NAMES"
  for folder in ${LINES_OF[@]+"${LINES_OF[@]}"}; do adopted+="$how $folder"$'\n'; done
  write_atomically "$MINE/adopted" "$adopted"
  durable "$MINE" "$STATE/owners"
}

names_take_over_one() { # folder of the former name
  local file
  if ! names_has_begun "$MINE"; then
    # (Its secrets come before its document.)
    for file in "$MINE"/*; do mv -f -T -- "$file" "$1/${file##*/}"; done
    [[ ! -d $MINE ]] || rmdir "$MINE"
    mv -T -- "$1" "$MINE"
    return
  fi
  # Both names have been applied: what the former one has claimed and this one does not want is given back, as after an interrupted change.
  write_atomically "$MINE/pending" "$({ cat -- /dev/null "$MINE/pending" "$1/claims" "$1/pending" 2>/dev/null || :; })"$'\n'
  write_atomically "$MINE/adopted" "$({ cat -- /dev/null "$MINE/adopted" "$1/adopted" 2>/dev/null || :; })"$'\n'
  durable "$MINE"
  [[ ! -e $1/secrets || -e $MINE/secrets ]] || mv -T -- "$1/secrets" "$MINE/secrets"
  rm -rf -- "$1"
}

# For a removal. An update may have renamed this owner and been killed before Pulumi wrote its state. Finds the folder by the former name.
names_find_renamed() { # -> MINE, OWNER
  local folder
  [[ ! -d $MINE ]] || return 0
  for folder in "$STATE"/owners/*; do
    [[ -e $folder/adopted ]] && grep -qxF -- "update $OWNER" "$folder/adopted" || continue
    MINE=$folder
    state_owner_name "$folder"
    OWNER=$REPLY
    return 0
  done
}

# `adopted` stays until document and secrets are gone: the removal of either may come by a former name.
names_forget() {
  [[ -e $MINE/document || -e $MINE/secrets ]] || rm -f "$MINE/adopted"
}

# For a removal: whether another resource has become this owner's since.
names_is_superseded() {
  [[ -e $MINE/parents ]] && ! grep -qxF -- "$PARENTS" "$MINE/parents"
}

# The resources to write down: a new one alone, or this one beside those before.
names_parents_after() { # -> REPLY
  REPLY=""
  [[ -n $CREATED || ! -e $MINE/parents ]] || IFS= read -r -d '' REPLY <"$MINE/parents" || :
  [[ $'\n'$REPLY == *$'\n'"$PARENTS"$'\n'* ]] || REPLY+=$PARENTS$'\n'
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

# A document without what names it. (Without names, a document may have no [settings].)
names_body() {
  awk '/^# lvs host document / { inside = 1; next } inside && !/^(\[settings\]$|parents = |formerly = )/'
}
