# shellcheck shell=bash
# What a power cut must not lose, and reading it: a file that cannot be read is not an empty one.

# For what is only compared: bash does not tell an error in the middle of a long file from its end.
file_glance() { # path -> REPLY, empty where there is no such file
  REPLY=""
  [[ -e $1 ]] || return 0
  IFS= read -r -d '' REPLY 2>/dev/null <"$1" || :
  [[ -n $REPLY || ! -s $1 ]] || file_fail_reading "$1"
}

# Use this one where the text decides something or is written again.
file_text() { # path -> REPLY, empty where there is no such file
  file_glance "$1"
  # (A file of one block is read as a whole or not at all.)
  ((${#REPLY} >= 4096)) || return 0
  REPLY=$(cat -- "$1" && printf .) || file_fail_reading "$1"
  REPLY=${REPLY%.}
}

file_fail_reading() { # path
  fail "$1 cannot be read; look at its file system (dmesg), and try it by hand: cat $1"
}

# Whether a file has one of these lines.
file_has() { # path lines...
  local line REPLY
  file_text "$1"
  shift
  REPLY=$'\n'$REPLY
  for line; do
    [[ $REPLY != *$'\n'"$line"$'\n'* ]] || return 0
  done
  return 1
}

# Whole or not at all, after a power cut as well. Only for folders that nobody but root may write; files_place is for the others.
write_atomically() { # path text [mode]
  write_beside "$1" "$2"
  [[ -z ${3-} ]] || chmod "$3" "$1.new"
  durable "$1.new"
  mv -f -T -- "$1.new" "$1"
}

write_beside() { # path text
  [[ ! -e $1.new && ! -L $1.new ]] || rm -f -- "$1.new"
  printf '%s' "$2" >"$1.new"
}

# Several files in the order given, each whole or not at all; but those that hold their text already are left alone. All are on the disk before the
# first takes its place.
write_changed() { # path text [path text…] -> REPLY: whether one was written
  local paths=() path now
  while (($# > 0)); do
    now=""
    [[ ! -e $1 ]] || IFS= read -r -d '' now <"$1" || :
    if [[ ! -e $1 || $now != "$2" ]]; then
      write_beside "$1" "$2"
      paths+=("$1")
    fi
    shift 2
  done
  REPLY=""
  ((${#paths[@]} > 0)) || return 0
  REPLY=yes
  durable "${paths[@]/%/.new}"
  for path in "${paths[@]}"; do mv -f -T -- "$path.new" "$path"; done
}

# On the disk when this returns: files, and what folders list. Nothing of other file systems, of which one may hang for ever.
durable() { # files and folders
  local path file folder said
  ! said=$(exec sync -d -- "$@" 2>&1) || return 0
  [[ $said == *'invalid option'* ]] || fail "what was written cannot be brought to the disk: $said; look at its file system"
  # Before its release 8.24, coreutils' sync takes no names. There a file made in a folder brings what was done in there before to the disk with it.
  for path in "$@"; do
    file=$path folder=""
    if [[ -d $path ]]; then
      folder=$(mktemp -d "$path/.pulumi-lvs-XXXXXXXXXX")
      file=$folder/new
    fi
    dd if=/dev/null of="$file" conv=notrunc,fsync 2>/dev/null || fail "$path cannot be brought to the disk; look at its file system"
    [[ -z $folder ]] || rm -r -- "$folder"
  done
}
