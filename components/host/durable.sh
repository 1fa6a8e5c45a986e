# shellcheck shell=bash
# What a power cut must not lose.

# Whole or not at all, after a power cut as well. Only for folders that nobody but root may write; files_place is for the others.
write_atomically() { # path text [mode]
  rm -f -- "$1.new"
  printf '%s' "$2" >"$1.new"
  [[ -z ${3-} ]] || chmod "$3" "$1.new"
  durable "$1.new"
  mv -f -T -- "$1.new" "$1"
}

# On the disk when this returns: files, and what folders list. Nothing of other file systems, of which one may hang for ever.
durable() { # files and folders
  local path file folder
  ! sync -d -- "$@" 2>/dev/null || return 0
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
