# shellcheck shell=bash disable=SC2153 # variables shared between the parts
# Moves claims from a former name to the owner's name (names.sh). If a run is killed
# at any instant, the next run under the new name finishes the move.

# Call it before a change.
takeover_all() {
  local name folder adopted="" how=update
  if [[ -n $CREATED ]]; then how=create; fi
  # A name that is applied now is in use: it is not leaving, and it is not a former name of itself.
  [[ ! -e $MINE/leaving ]] || rm -f -- "$MINE/leaving"
  takeover_rewrite "$MINE" "$OWNER" ""
  if ! names_has_begun "$MINE"; then
    if [[ -n $CREATED ]]; then takeover_free_name; else takeover_take_back; fi
  fi
  names_find_former
  [[ -n $FORMER_NAMES ]] || return 0
  lines_of "$FORMER_NAMES"
  for name in ${LINES_OF[@]+"${LINES_OF[@]}"}; do adopted+="$how $name"$'\n'; done
  # (All folders are marked first: if the run is killed after one takeover, the others are still known.)
  for folder in ${FORMER[@]+"${FORMER[@]}"}; do
    write_atomically "$folder/leaving" "$OWNER"$'\n'
    durable "$folder"
  done
  for folder in ${FORMER[@]+"${FORMER[@]}"}; do takeover_one "$folder" "$how"; done
  FORMER=()
  [[ -d $MINE ]] || mkdir -p "$MINE"
  takeover_join adopted "$MINE" "" "$adopted"
  durable "$MINE" "$STATE/owners"
}

takeover_one() { # folder of the former name, create|update
  local adopted
  state_owner_name "$1"
  adopted="$2 $REPLY"$'\n'
  if [[ ! -e $MINE/claims ]]; then
    # Nothing has been applied under this name. What has begun under it (secrets arrive before the document) joins what the former name has.
    takeover_join_begun "$1" "$MINE"
    rm -f -- "$MINE"/{pending,pending-rules,connections}
    takeover_join adopted "$1" "$MINE" "$adopted"
    rm -f -- "$MINE/adopted"
    takeover_move_here "$1"
    rm -f -- "$MINE/leaving"
    return
  fi
  # Both names have been applied. The claims of the former name become pending ones of this name: those that this owner does not want are
  # given back, as after an interrupted change.
  takeover_join_begun "$MINE" "$1"
  [[ ! -e $1/rules ]] || mv -f -T -- "$1/rules" "$1/pending-rules"
  [[ ! -e $1/claims ]] || mv -f -T -- "$1/claims" "$1/pending"
  takeover_join_begun "$MINE" "$1"
  takeover_join adopted "$MINE" "$1" "$adopted"
  durable "$MINE"
  [[ ! -e $1/secrets || -e $MINE/secrets ]] || mv -T -- "$1/secrets" "$MINE/secrets"
  # (`leaving` is removed last.)
  rm -f -- "$1"/{secrets,document,claims,rules,pending,pending-rules,connections,resources,adopted,readback}
  rm -rf -- "$1"
}

takeover_join_begun() { # folder other-folder
  local file
  for file in pending-rules connections pending; do
    [[ ! -e $2/$file ]] || takeover_join "$file" "$1" "$2"
  done
}

# Joins a file of two folders in the first of them, and adds lines. No line is
# written twice, because a killed run may have joined them already.
takeover_join() { # file folder other-folder|"" [lines]
  local text
  file_text "$2/$1"
  text=$REPLY
  if [[ -n $3 ]]; then
    file_text "$3/$1"
    text+=$REPLY
  fi
  text=$(awk 'NF && !seen[$0]++' <<<"$text${4-}") || fail "$2/$1 cannot be written (the reason is above); look at the space in /tmp"
  write_atomically "$2/$1" "$text"$'\n'
}

# Moves what has begun in this owner's folder to the folder of another name, and gives that folder this owner's name.
takeover_move_here() { # folder
  local file
  for file in "$MINE"/*; do mv -f -T -- "$file" "$1/${file##*/}"; done
  durable "$1"
  rm -rf -- "$MINE"
  mv -T -- "$1" "$MINE"
}

# An update has renamed this owner and failed. Now its former name is applied again, so the owner gets that name back.
takeover_take_back() {
  local renamed
  names_find_renamed || return 0
  renamed=$REPLY
  takeover_move_here "$renamed"
  takeover_rewrite "$MINE" "$OWNER" ""
  durable "$MINE" "$STATE/owners"
}

# A new resource has this name now, so it no longer counts as the former name of an owner that an update has renamed.
takeover_free_name() {
  local folder
  for folder in "$STATE"/owners/*; do
    ! names_has_adopted "$folder" "$OWNER" update || takeover_rewrite "$folder" "$OWNER" create
  done
}

# Changes how `adopted` says that a former name has been dealt with, or removes the name from it.
takeover_rewrite() { # folder name create|update|""
  local line lines=""
  names_has_adopted "$1" "$2" || return 0
  file_text "$1/adopted"
  lines_of "$REPLY"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    if [[ ${line#* } != "$2" ]]; then
      lines+=$line$'\n'
    elif [[ -n $3 ]]; then
      lines+="$3 $2"$'\n'
    fi
  done
  write_atomically "$1/adopted" "$lines"
}

# Call it after a removal. `adopted` stays until document and secrets are removed: the removal of either may use a former name.
takeover_forget() {
  [[ -e $MINE/document || -e $MINE/secrets ]] || rm -f -- "$MINE/adopted"
}
