# shellcheck shell=bash disable=SC2153 # variables shared between the parts
# Claims move from a former name to the owner's name (names.sh). Killed at any instant, the next run by the new name goes through with it.

# Before a change.
takeover_all() {
  local name folder adopted="" how=update
  if [[ -n $CREATED ]]; then how=create; fi
  # A name that is applied is not leaving, and is no former name of its own.
  [[ ! -e $MINE/leaving ]] || rm -f -- "$MINE/leaving"
  takeover_rewrite "$MINE" "$OWNER" ""
  if ! names_has_begun "$MINE"; then
    if [[ -n $CREATED ]]; then takeover_free_name; else takeover_take_back; fi
  fi
  names_find_former
  [[ -n $FORMER_NAMES ]] || return 0
  lines_of "$FORMER_NAMES"
  for name in ${LINES_OF[@]+"${LINES_OF[@]}"}; do adopted+="$how $name"$'\n'; done
  # (All of them first: where the run is killed after one, the others are still known.)
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
    # What has begun under this name (its secrets come before its document) goes on with what the former one has.
    takeover_join_begun "$1" "$MINE"
    rm -f -- "$MINE/pending" "$MINE/pending-rules"
    takeover_join adopted "$1" "$MINE" "$adopted"
    rm -f -- "$MINE/adopted"
    takeover_move_here "$1"
    rm -f -- "$MINE/leaving"
    return
  fi
  # Both names have been applied: what the former one has claimed and this one does not want is given back, as after an interrupted change.
  takeover_join_begun "$MINE" "$1"
  [[ ! -e $1/rules ]] || mv -f -T -- "$1/rules" "$1/pending-rules"
  [[ ! -e $1/claims ]] || mv -f -T -- "$1/claims" "$1/pending"
  takeover_join_begun "$MINE" "$1"
  takeover_join adopted "$MINE" "$1" "$adopted"
  durable "$MINE"
  [[ ! -e $1/secrets || -e $MINE/secrets ]] || mv -T -- "$1/secrets" "$MINE/secrets"
  # (`leaving` goes last.)
  rm -f -- "$1"/{secrets,document,claims,rules,pending,pending-rules,resources,adopted,readback}
  rm -rf -- "$1"
}

takeover_join_begun() { # folder other-folder
  local file
  for file in pending-rules pending; do
    [[ ! -e $2/$file ]] || takeover_join "$file" "$1" "$2"
  done
}

# One file of two folders becomes one, in the first of them, with lines more. No line stands there twice: a run that was killed may have done it already.
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

# The folder of another name becomes this owner's, with what has begun here.
takeover_move_here() { # folder
  local file
  for file in "$MINE"/*; do mv -f -T -- "$file" "$1/${file##*/}"; done
  durable "$1"
  rm -rf -- "$MINE"
  mv -T -- "$1" "$MINE"
}

# An update has renamed this owner and failed, and its former name is applied again: it has that name again.
takeover_take_back() {
  local renamed
  names_find_renamed || return 0
  renamed=$REPLY
  takeover_move_here "$renamed"
  takeover_rewrite "$MINE" "$OWNER" ""
  durable "$MINE" "$STATE/owners"
}

# A new resource has this name now: it is no longer the former name of an owner that an update has renamed.
takeover_free_name() {
  local folder
  for folder in "$STATE"/owners/*; do
    ! names_has_adopted "$folder" "$OWNER" update || takeover_rewrite "$folder" "$OWNER" create
  done
}

# Says of a former name that it has been dealt with in another way, or not at all.
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

# After a removal. `adopted` stays until document and secrets are gone: the removal of either may come by a former name.
takeover_forget() {
  [[ -e $MINE/document || -e $MINE/secrets ]] || rm -f -- "$MINE/adopted"
}
