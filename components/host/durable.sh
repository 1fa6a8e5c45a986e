# shellcheck shell=bash
# What a power cut must not lose, and reading it: a file that cannot be read is not an empty one.

# For what is written again from what is read.
file_text() { # path -> REPLY, empty where there is no such file
  REPLY=""
  [[ -e $1 ]] || return 0
  REPLY=$(cat -- "$1" && printf .) || fail "$1 cannot be read (the reason is above); look at its file system"
  REPLY=${REPLY%.}
}

# Whether a file has one of these lines.
file_has() { # path lines...
  local path=$1 line status=0 lines=()
  [[ -e $path ]] || return 1
  shift
  for line; do lines+=(-e "$line"); done
  grep -qxF "${lines[@]}" -- "$path" || status=$?
  ((status < 2)) || fail "$path cannot be read (the reason is above); look at its file system"
  return "$status"
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
