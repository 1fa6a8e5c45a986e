# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# The former names of an owner (docs/names.md). The name of an owner contains the names of its project and stack, and people rename these.
# This file reads and finds names; takeover.sh moves claims from one name to another;
# resources.sh records which resources of Pulumi an owner stands for.
# In the folder of an owner:
#   adopted  the former names that have been dealt with: HOW NAME, one a line. They are never looked for again: others may use them later.
#            HOW is update if Pulumi continues with the same resource, or create if the resource of the former name is still in its state.
#   leaving  the name that takes over this folder's claims. While this file exists, the takeover is unfinished: the next run repeats it.

DOCUMENT_TITLE="# lvs host document 1, owner "
OWNER=""        # whose change or look this is
PARENTS=-       # the parents of the resource that has sent the document (resources.sh)
FORMERLY=()     # the names that its owner had before
CREATED=""      # whether this resource is new for Pulumi; main.sh sets it
FORMER=()       # the folders of former names whose claims are still to be taken over
RENAMED=""      # for a look: the folder of the newer name that an update has given this owner
FORMER_NAMES="" # the former names that have not been dealt with, one a line

# The names are right below the title: in [settings] in a document, without a section in the input of `secrets`.
names_read() { # -> PARENTS, FORMERLY
  local line text=${DOCUMENT#*$'\n'}
  PARENTS=- FORMERLY=()
  text=${text#'[settings]'$'\n'}
  text=${text%%$'\n['*}
  lines_of "$text"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    case $line in
      'parents = '*) PARENTS=${line#parents = } ;;
      'formerly = '*)
        names_is_owner "${line#formerly = }" || fail "a former name in the document is not a name: ${line#formerly = }"
        FORMERLY+=("${line#formerly = }")
        ;;
    esac
  done
}

names_is_owner() { # text
  [[ $1 =~ ^[A-Za-z0-9._%-]+(/[A-Za-z0-9._%-]+)*$ && $1 != *..* && ${#1} -le 200 ]]
}

names_check_owner() {
  names_is_owner "$OWNER" || fail "the document's owner is not a name: $OWNER"
}

# Whether the document in this folder is one of this owner.
names_document_is_of() { # folder owner
  file_has "$1/document" "$DOCUMENT_TITLE$2"
}

names_has_begun() { # folder of an owner
  [[ -e $1/claims || -e $1/pending ]]
}

# Whether the owner of this folder has dealt with this former name.
names_has_adopted() { # folder name [HOW; default: in any way]
  file_has "$1/adopted" "${3-create} $2" "${3-update} $2"
}

# Call it after state_open, under the lock.
names_find_former() { # -> FORMER, FORMER_NAMES
  local name folder each
  FORMER=() FORMER_NAMES=""
  for name in ${FORMERLY[@]+"${FORMERLY[@]}"}; do
    state_folder "$name"
    folder=$REPLY
    if [[ ! -e $folder/leaving ]]; then
      # (A name that was dealt with under a former name counts as well.)
      for each in "$OWNER" "${FORMERLY[@]}"; do
        state_folder "$each"
        ! names_has_adopted "$REPLY" "$name" || continue 2
      done
    fi
    [[ ! -e $folder/leaving ]] && ! names_has_begun "$folder" || FORMER+=("$folder")
    FORMER_NAMES+=$name$'\n'
  done
}

# Whether a folder is this owner's under another name: its claims are then this owner's, too.
names_is_former() { # folder
  local folder
  for folder in "$RENAMED" ${FORMER[@]+"${FORMER[@]}"}; do
    [[ $1 != "$folder" ]] || return 0
  done
  return 1
}

# Finds the folder of a newer name. An update may have renamed this owner, and failed or been killed before Pulumi wrote its state: Pulumi
# then still uses the former name.
names_find_renamed() { # -> REPLY, its folder
  local folder
  ! names_has_begun "$MINE" || return 1
  for folder in "$STATE"/owners/*; do
    REPLY=$folder
    [[ $folder != "$MINE" ]] || continue
    ! names_has_adopted "$folder" "$OWNER" update || return 0
  done
  return 1
}

# For verbs that move no claims: chooses the folder that has the claims now. It may be that of a former name, or that of a new name which
# Pulumi does not know because the rename failed.
names_choose_folder() { # -> MINE
  names_find_former
  if ! names_has_begun "$MINE" && ((${#FORMER[@]} > 0)); then MINE=${FORMER[0]}; fi
  names_find_renamed || return 0
  # (If the document there has the new name, the rename is complete: this name
  # may belong to another resource since, or to the same one again.)
  if names_document_is_of "$REPLY" "$OWNER"; then MINE=$REPLY; else RENAMED=$REPLY; fi
}

# The same for a removal, which gives back the claims under either name.
names_find() { # -> MINE, OWNER
  if names_find_renamed; then
    MINE=$REPLY
    state_owner_name "$MINE"
    OWNER=$REPLY
  fi
}
