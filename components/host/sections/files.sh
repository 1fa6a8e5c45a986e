# shellcheck shell=bash disable=SC2034 # variables shared between the parts
# [files] PATH mode=… owner=root group=root content=…   (the content as one word: \n, \t, \\)
# Live facts may also have numbers for other owners and groups; PATH link=TARGET for a symbolic link; PATH kind=… for a directory and the
# like, which this program never replaces or removes.

UNIT_FILES=/etc/systemd/system
UNITS_CHANGED="" # whether a file in that folder was added, changed or removed; for units_reread

files_live() { # paths
  files_read files "$@"
}

files_read() { # section paths
  local section=$1 path content mode owner group kind line seen=$'\n'
  shift
  lines_of "$(exec stat -c $'%F\t%a\t%u\t%g\t%n' -- "$@" 2>/dev/null)"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    kind=${line%%$'\t'*}
    words_of "${line#*$'\t'}" # (paths have no blanks)
    mode=${WORDS_OF[0]} owner=${WORDS_OF[1]} group=${WORDS_OF[2]} path=${WORDS_OF[3]}
    seen+=$path$'\n'
    LIVE+="$section"$'\t'"$path "
    case $kind in
      regular*)
        content=""
        IFS= read -r -d '' content 2>/dev/null <"$path" || :
        files_as_word "$content"
        ((owner > 0)) || owner=root
        ((group > 0)) || group=root
        printf -v mode '%04d' "$mode"
        LIVE+="mode=$mode owner=$owner group=$group content=$REPLY"$'\n'
        ;;
      'symbolic link')
        files_as_word "$(exec readlink -- "$path")"
        LIVE+="link=$REPLY"$'\n'
        ;;
      *) LIVE+="kind=${kind// /-}"$'\n' ;;
    esac
  done
  # A file that exists and was not read would be replaced without a copy.
  for path in "$@"; do
    [[ $seen == *$'\n'"$path"$'\n'* || ! -e $path && ! -L $path ]] || fail "$path cannot be looked at; try it by hand: stat $path"
  done
}

files_as_word() { # text -> REPLY
  REPLY=${1//\\/\\\\}
  REPLY=${REPLY//$'\n'/\\n}
  REPLY=${REPLY//$'\t'/\\t}
}

# Whether the path has something that is neither a file nor a link.
files_blocked() { # path
  [[ -e $1 && ! -f $1 && ! -L $1 ]]
}

files_blocked_sentence() { # path
  printf '%s is a %s on this host, and a file is to be there: move it away, or leave the file out' "$1" "$(stat -c %F -- "$1")"
}

# Whether a file cannot be written because its folder is part of an image. (A file that is there as wanted is not written.)
files_are_read_only() { # facts -> REPLY, the sentence, or nothing
  local line path LIVE
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ -n ${SECTION_HOLDS_FILES[${line%%$'\t'*}]-} ]] || continue
    path=${line#*$'\t'} path=${path%% *}
    files_folder_is_fixed "${path%/*}" || continue
    LIVE=""
    files_read "${line%%$'\t'*}" "$path"
    [[ $LIVE != "$line"$'\n' ]] || continue
    REPLY="the folder ${path%/*} of this host is on a read-only file system, so $path cannot be written; have its page in another folder (of the web servers, httpd's is /var/www/html), or leave it out"
    return 0
  done
  REPLY=""
}

# (Root may write to every folder, except on a read-only file system.)
files_folder_is_fixed() { # path
  [[ -d $1 && ! -w $1 ]]
}

files_origin_path() { # path -> REPLY
  REPLY=$STATE/files/${1//\//=}
}

# Saves a file before its first change. A saved file without a line in `origins` comes from a killed run and is replaced.
files_save_origin() { # path
  ! files_blocked "$1" || fail "$(files_blocked_sentence "$1")"
  files_origin_path "$1"
  [[ -e $1 || -L $1 ]] || return 0
  mkdir -p "$STATE/files" "$STATE/labels"
  rm -f -- "$STATE/origin.new" "$REPLY"
  files_copy "$1" "$STATE/origin.new"
  ! selinux_is_on || files_save_label "$1" "$STATE/labels/${REPLY##*/}"
  [[ -L $1 ]] || durable "$STATE/origin.new"
  mv -f -T -- "$STATE/origin.new" "$REPLY"
}

files_save_label() { # path file-for-its-label
  stat -c %C -- "$1" >"$2"
  durable "$2"
}

# Copies a file. A file with several names gets one more name instead, if the file systems allow it: after it is restored, it is again the
# same file as its other names.
files_copy() { # from to
  if [[ ! -L $1 && $(exec stat -c %h -- "$1") != 1 ]]; then ln -P -- "$1" "$2" 2>/dev/null && return; fi
  cp -a -- "$1" "$2"
}

files_same() { # path path
  [[ $(exec stat -c %d:%i -- "$1" 2>/dev/null) == "$(exec stat -c %d:%i -- "$2" 2>/dev/null)" ]]
}

files_need_origin() { # path -> REPLY, the file that was there before
  files_origin_path "$1"
  [[ -e $REPLY || -L $REPLY ]] || fail "the former file of $1 was kept at $REPLY and is lost: restore that file from a backup of this host; or, if $1 need not be restored, set its origin to - in $STATE/origins"
}

files_forget_origins() { # origins that are still needed
  local saved line needed=$'\n'
  [[ -d $STATE/files ]] || return 0
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ -n ${SECTION_HOLDS_FILES[${line%%$'\t'*}]-} ]] || continue
    line=${line#*$'\t'}
    files_origin_path "${line%%$'\t'*}"
    needed+=${REPLY##*/}$'\n'
  done
  for saved in "$STATE"/files/* "$STATE"/labels/*; do
    [[ $needed == *$'\n'"${saved##*/}"$'\n'* ]] || rm -f -- "$saved"
  done
}

files_set() { # fact
  local path=${1%% *}
  web_note "$path"
  # The folder for a unit's drop-ins is made here, because hardly any host has it.
  [[ ${path%/*} != "$UNIT_FILES"/*.d ]] || files_make_folder "${path%/*}"
  [[ -d ${path%/*} ]] || fail "no folder ${path%/*} for the file $path; install the package that brings it"
  files_place "$path" "" files_write "$1"
}

# Makes a folder, which is removed when it is empty again. Its name is recorded first, and that record survives a power cut.
files_make_folder() { # path
  [[ ! -d $1 ]] || return 0
  file_text "$STATE/made"
  write_atomically "$STATE/made" "$REPLY$1"$'\n'
  durable "$STATE"
  # (The policy may have another label for it than for the folder that it is in.)
  if selinux_is_on; then mkdir -m 0755 -Z -- "$1"; else mkdir -m 0755 -- "$1"; fi
}

files_drop_folders() {
  local folder kept="" dropped=""
  [[ -e $STATE/made ]] || return 0
  file_text "$STATE/made"
  lines_of "$REPLY"
  for folder in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    # (The glob saves a process where the folder is not empty.)
    if [[ ! -d $folder ]] || { ! compgen -G "$folder/*" >/dev/null && rmdir "$folder" 2>/dev/null; }; then
      dropped=yes
    else
      kept+=$folder$'\n'
    fi
  done
  [[ -z $dropped ]] || write_atomically "$STATE/made" "$kept"
}

files_write() { # fact path
  local mode owner group content=${1#* content=}
  [[ $1 =~ \ mode=([0-7]+)\ owner=([^ ]+)\ group=([^ ]+)\  ]]
  mode=${BASH_REMATCH[1]} owner=${BASH_REMATCH[2]} group=${BASH_REMATCH[3]}
  # printf %b undoes exactly the three escapes: every other backslash was doubled.
  printf '%b' "$content" >"$2"
  chown "$owner:$group" "$2"
  chmod "$mode" "$2"
}

files_unset() { # path origin
  # (The folder may have been removed with its package: by hand, or in a run that was killed afterwards.)
  [[ -d ${1%/*} ]] || return 0
  if files_blocked "$1"; then
    note "$1 is a $(stat -c %F -- "$1") now, which is not this program's, and stays"
    return 0
  fi
  web_note "$1"
  if [[ $2 != - ]]; then
    files_need_origin "$1"
    files_same "$1" "$REPLY" || files_place "$1" "$STATE/labels/${REPLY##*/}" files_copy "$REPLY"
  elif [[ -e $1 || -L $1 ]]; then
    files_enter "${1%/*}"
    rm -f -- "./${1##*/}"
    durable .
    cd /
  fi
  [[ $1 != "$UNIT_FILES"/* ]] || UNITS_CHANGED=yes
}
