# shellcheck shell=bash
# Reads and writes files so that a power cut loses nothing. A file that cannot be read is an error; it never counts as empty.

# Use this one only to compare texts: bash reports no read error in the middle of a long file, and returns the part before it.
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

# After a power cut, too, the file has either its old text or the whole new one. Only for folders to which nobody but root may write;
# files_place is for the others.
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

# Writes several files in the order given, each whole or not at all. A file that already has its text is not written. All new texts are on
# the disk before the first file is replaced.
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

# Brings files, and the lists of names in folders, to the disk. It syncs no other file system, because one of these may hang for ever.
durable() { # files and folders
  local path file folder said
  ! said=$(exec sync -d -- "$@" 2>&1) || return 0
  [[ $said == *'invalid option'* ]] || fail "what was written cannot be brought to the disk: $said; look at its file system"
  # Before coreutils 8.24, sync takes no file names. There the fsync of a new file in
  # a folder also brings earlier changes of that folder to the disk.
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
