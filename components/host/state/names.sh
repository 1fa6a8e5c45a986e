# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# Which names an owner has had (docs/names.md). The name of an owner has those of its project and stack in it, and people rename these. Here they are
# read and found; takeover.sh moves claims from one name to another; resources.sh has which of Pulumi's resources an owner stands for.
# In the folder of an owner:
#   adopted  the former names that have been dealt with, and are never looked for again (they may be somebody else's later): HOW NAME, one a line.
#            HOW is update where Pulumi goes on with the same resource, or create where the other one lives on in Pulumi's state.
#   leaving  the name that takes this folder's claims over. While it is there, that is not done: it is begun again.

DOCUMENT_TITLE="# lvs host document 1, owner "
OWNER=""        # whose change or look this is
PARENTS=-       # of the resource that has sent the document
FORMERLY=()     # the names that its owner had before
CREATED=""      # whether it is a new resource for Pulumi; set by main.sh
FORMER=()       # the folders of former names whose claims are still to be taken over
RENAMED=""      # for a look: the folder of the name that an update has given this owner since
FORMER_NAMES="" # the former names that have not been dealt with, one a line

# They stand right below the title: in the [settings] of a document, without a section in what brings secrets.
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
        names_is_owner "${line#formerly = }" || fail "the document's owner had a former name that is none: ${line#formerly = }"
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

# Whether what is kept in this folder is a document of this owner.
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

# After state_open, under the lock.
names_find_former() { # -> FORMER, FORMER_NAMES
  local name folder each
  FORMER=() FORMER_NAMES=""
  for name in ${FORMERLY[@]+"${FORMERLY[@]}"}; do
    state_folder "$name"
    folder=$REPLY
    if [[ ! -e $folder/leaving ]]; then
      # (What a former name had dealt with is dealt with.)
      for each in "$OWNER" "${FORMERLY[@]}"; do
        state_folder "$each"
        ! names_has_adopted "$REPLY" "$name" || continue 2
      done
    fi
    [[ ! -e $folder/leaving ]] && ! names_has_begun "$folder" || FORMER+=("$folder")
    FORMER_NAMES+=$name$'\n'
  done
}

# Whether a folder is this owner's under another name, so that its claims are nobody else's.
names_is_former() { # folder
  local folder
  for folder in "$RENAMED" ${FORMER[@]+"${FORMER[@]}"}; do
    [[ $1 != "$folder" ]] || return 0
  done
  return 1
}

# An update may have given this owner another name, and failed or been killed before Pulumi wrote its state: Pulumi still calls it by the former one.
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

# For verbs that move no claims: the folder that has them now. That may be a former name's, or that of a new name of which Pulumi has not heard, since the rename
# failed.
names_choose_folder() { # -> MINE
  names_find_former
  if ! names_has_begun "$MINE" && ((${#FORMER[@]} > 0)); then MINE=${FORMER[0]}; fi
  names_find_renamed || return 0
  # (Where its document has the new name, the rename has come about: this name may be another resource's since, or its own again.)
  if names_document_is_of "$REPLY" "$OWNER"; then MINE=$REPLY; else RENAMED=$REPLY; fi
}

# The same for a removal, which gives back what there is under either name.
names_find() { # -> MINE, OWNER
  if names_find_renamed; then
    MINE=$REPLY
    state_owner_name "$MINE"
    OWNER=$REPLY
  fi
}
