# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# Whose claims are whose when names change (docs/names.md). The name of an owner has those of its project and stack in it, and people rename these. A
# component may get another parent: Pulumi then applies its document as that of a new resource, and afterwards removes the old one, both as the same owner.
# In the folder of an owner:
#   parents     which of Pulumi's resources this owner stands for, one a line: the types of their parents, as in a URN, or - for one without a parent
#   superseded  those that it stood for before another one was created. One of them that Pulumi still has is updated, and is then the current one again.
#   adopted     the former names that have been dealt with, and are never looked for again (they may be somebody else's later): HOW NAME, one a line.
#               HOW is update where Pulumi goes on with the same resource, or create where the other one lives on in Pulumi's state.

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

# After state_open, under the lock. What a former name has dealt with is dealt with. A folder's line about itself says that it is being taken over: a run
# that was killed has not come to the end of that.
names_find_former() { # -> FORMER, FORMER_NAMES
  local name done=$'\n'
  FORMER=() FORMER_NAMES=""
  ((${#FORMERLY[@]} > 0)) || return 0
  [[ ! -e $MINE/adopted ]] || done+=$(<"$MINE/adopted")$'\n'
  for name in "${FORMERLY[@]}"; do
    state_folder "$name"
    [[ ! -e $REPLY/adopted ]] || done+=$(grep -vxF -e "create $name" -e "update $name" "$REPLY/adopted")$'\n' || :
  done
  for name in "${FORMERLY[@]}"; do
    state_folder "$name"
    if [[ -e $REPLY/adopted ]] && grep -qxF -e "create $name" -e "update $name" "$REPLY/adopted"; then
      FORMER+=("$REPLY")
    elif [[ $done == *$'\n'"create $name"$'\n'* || $done == *$'\n'"update $name"$'\n'* ]]; then
      continue
    elif names_has_begun "$REPLY"; then
      FORMER+=("$REPLY")
    fi
    FORMER_NAMES+=$name$'\n'
  done
}

names_is_former() { # folder
  local folder
  for folder in ${FORMER[@]+"${FORMER[@]}"}; do
    [[ $1 != "$folder" ]] || return 0
  done
  return 1
}

# For a look, which moves nothing: the claims are still under a former name, or under one that an update has given them that failed.
names_look() { # -> MINE
  names_find_former
  names_has_begun "$MINE" || ((${#FORMER[@]} == 0)) || MINE=${FORMER[0]}
  # (Once the new name has been applied, the former one may be another resource's.)
  ! names_find_renamed || ! grep -qsxF -- "# lvs host document 1, owner $OWNER" "$REPLY/document" || MINE=$REPLY
}

# Before a change.
names_take_over_all() {
  local name adopted="" how=update
  if ! names_has_begun "$MINE"; then
    # A new resource has this name now: nothing that an update had renamed goes by it any more.
    if [[ -n $CREATED ]]; then names_are_new; else names_take_back; fi
  fi
  names_find_former
  [[ -n $FORMER_NAMES ]] || return 0
  [[ -z $CREATED ]] || how=create
  lines_of "$FORMER_NAMES"
  for name in ${LINES_OF[@]+"${LINES_OF[@]}"}; do adopted+="$how $name"$'\n'; done
  for name in ${FORMER[@]+"${FORMER[@]}"}; do names_take_over_one "$name" "$adopted"; done
  FORMER=()
  [[ -d $MINE ]] || mkdir -p "$MINE"
  names_join adopted "$MINE" "" "$adopted"
  durable "$MINE" "$STATE/owners"
}

# One file of two folders becomes one, in the first of them, with lines more. No line stands there twice: a run that was killed may have done it already.
names_join() { # file folder other-folder|"" [lines]
  local text
  text=$({ cat -- /dev/null "$2/$1" ${3:+"$3/$1"} 2>/dev/null || :; } && printf '%s' "${4-}")
  write_atomically "$2/$1" "$(awk 'NF && !seen[$0]++' <<<"$text")"$'\n'
}

# The folder of another name becomes this owner's, with what has begun here.
names_move_here() { # folder
  local file
  for file in "$MINE"/*; do mv -f -T -- "$file" "$1/${file##*/}"; done
  durable "$1"
  rm -rf -- "$MINE"
  mv -T -- "$1" "$MINE"
}

names_take_over_one() { # folder of the former name, the lines that say so
  if [[ ! -e $MINE/claims ]]; then
    # What has begun under this name (its secrets come before its document) goes on with what the former one has. That it has been taken over stands
    # there before it is.
    [[ ! -e $MINE/pending ]] || names_join pending "$1" "$MINE"
    rm -f -- "$MINE/pending"
    names_join adopted "$1" "$MINE" "$2"
    rm -f -- "$MINE/adopted"
    names_move_here "$1"
    return
  fi
  # Both names have been applied: what the former one has claimed and this one does not want is given back, as after an interrupted change.
  names_join adopted "$1" "" "$2"
  [[ ! -e $1/pending ]] || names_join pending "$MINE" "$1"
  [[ ! -e $1/claims ]] || mv -f -T -- "$1/claims" "$1/pending"
  [[ ! -e $1/pending ]] || names_join pending "$MINE" "$1"
  names_join adopted "$MINE" "$1" "$2"
  durable "$MINE"
  [[ ! -e $1/secrets || -e $MINE/secrets ]] || mv -T -- "$1/secrets" "$MINE/secrets"
  # (What tells that it is being taken over goes last.)
  rm -f -- "$1"/{secrets,document,claims,pending,parents,superseded}
  rm -rf -- "$1"
}

# An update may have given this owner another name, and failed or been killed before Pulumi wrote its state: Pulumi still calls it by the former one.
names_find_renamed() { # -> REPLY, its folder
  local folder
  ! names_has_begun "$MINE" || return 1
  for folder in "$STATE"/owners/*; do
    REPLY=$folder
    [[ ! -e $folder/adopted ]] || ! grep -qxF -- "update $OWNER" "$folder/adopted" || return 0
  done
  return 1
}

# It has its former name again.
names_take_back() {
  local renamed lines="" line
  names_find_renamed || return 0
  renamed=$REPLY
  lines_of "$(<"$renamed/adopted")"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line == "update $OWNER" ]] || lines+=$line$'\n'
  done
  names_move_here "$renamed"
  write_atomically "$MINE/adopted" "$lines"
  durable "$MINE" "$STATE/owners"
}

names_are_new() {
  local folder text
  for folder in "$STATE"/owners/*; do
    [[ -e $folder/adopted ]] || continue
    grep -qxF -- "update $OWNER" "$folder/adopted" || continue
    text=$'\n'$(<"$folder/adopted")$'\n'
    text=${text/$'\n'"update $OWNER"$'\n'/$'\n'"create $OWNER"$'\n'}
    write_atomically "$folder/adopted" "${text#?}"
  done
}

# For a removal, which gives back what there is under either name.
names_find() { # -> MINE, OWNER
  ! names_find_renamed || {
    MINE=$REPLY
    state_owner_name "$MINE"
    OWNER=$REPLY
  }
}

# `adopted` stays until document and secrets are gone: the removal of either may come by a former name.
names_forget() {
  [[ -e $MINE/document || -e $MINE/secrets ]] || rm -f "$MINE/adopted"
}

# For a removal: whether another resource has become this owner's since.
names_is_superseded() {
  [[ -e $MINE/parents ]] && ! grep -qxF -- "$PARENTS" "$MINE/parents"
}

# For a look: whether that is so, and Pulumi still has this resource. Its update then comes before the removal of the other one.
names_was_superseded() {
  [[ -e $MINE/superseded ]] && grep -qxF -- "$PARENTS" "$MINE/superseded"
}

# The resources to write down. A new one, or one that is the current one again, supersedes the others; else this one is the same as those before.
names_after() { # -> NAMES_PARENTS, NAMES_SUPERSEDED
  local line parents="" superseded=""
  [[ ! -e $MINE/parents ]] || IFS= read -r -d '' parents <"$MINE/parents" || :
  [[ ! -e $MINE/superseded ]] || IFS= read -r -d '' superseded <"$MINE/superseded" || :
  NAMES_PARENTS=$parents NAMES_SUPERSEDED=""
  if [[ -n $CREATED || $'\n'$superseded == *$'\n'"$PARENTS"$'\n'* ]]; then
    superseded+=$parents
    NAMES_PARENTS=""
  fi
  [[ $'\n'$NAMES_PARENTS == *$'\n'"$PARENTS"$'\n'* ]] || NAMES_PARENTS+=$PARENTS$'\n'
  lines_of "$superseded"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $'\n'$NAMES_PARENTS$NAMES_SUPERSEDED == *$'\n'"$line"$'\n'* ]] || NAMES_SUPERSEDED+=$line$'\n'
  done
}

# For a look at what nobody has applied yet under this name: other owners here whose document is the same.
names_twins() { # -> REPLY, their names, one a line
  local folder twins="" mine
  REPLY=""
  ! names_has_begun "$MINE" || return 0
  mine=$(names_body <<<"$DOCUMENT")
  for folder in "$STATE"/owners/*; do
    [[ -e $folder/document && $folder != "$MINE" ]] || continue
    ! names_is_former "$folder" || continue
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
