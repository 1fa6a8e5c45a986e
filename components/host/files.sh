# shellcheck shell=bash disable=SC2034 # variables shared between the parts
# [files] PATH mode=… owner=… group=… content=…   (the content as one word: \n, \t, \\)

UNIT_FILES=/etc/systemd/system
UNITS_CHANGED="" # whether a file in there has come, changed or gone

files_live() { # paths
  files_read files "$@"
}

files_read() { # section paths
  local section=$1 path content mode owner group
  shift
  while read -r mode owner group path; do
    content=""
    IFS= read -r -d '' content 2>/dev/null <"$path" || :
    files_as_word "$content"
    printf -v mode '%04d' "$mode"
    LIVE+="$section"$'\t'"$path mode=$mode owner=$owner group=$group content=$REPLY"$'\n'
  done < <(stat -L -c '%a %U %G %n' -- "$@" 2>/dev/null)
}

files_as_word() { # text -> REPLY
  REPLY=${1//\\/\\\\}
  REPLY=${REPLY//$'\n'/\\n}
  REPLY=${REPLY//$'\t'/\\t}
}

files_origin_path() { # path -> REPLY
  REPLY=$STATE/files/${1//\//=}
}

# The file as it is now, before the first change of it. What a killed run has saved without writing it down is of an older day.
files_save_origin() { # path
  files_origin_path "$1"
  [[ -e $1 ]] || return 0
  mkdir -p "$STATE/files"
  cp -a -- "$1" "$STATE/origin.new"
  mv -f "$STATE/origin.new" "$REPLY"
}

files_forget_origins() { # origins that are still needed
  local saved path needed=$'\n'
  [[ -d $STATE/files ]] || return 0
  while IFS=$'\t' read -r _ path _; do
    files_origin_path "$path"
    needed+=$REPLY$'\n'
  done < <(grep -E $'^(files|keepalived)\t' <<<"$1")
  for saved in "$STATE"/files/*; do
    [[ $needed == *$'\n'"$saved"$'\n'* ]] || rm -f "$saved"
  done
}

files_set() { # fact
  local path=${1%% *}
  # Drop-ins of a unit are in a folder of their own, which hardly any host has.
  [[ ${path%/*} != "$UNIT_FILES"/*.d ]] || files_make_folder "${path%/*}"
  [[ -d ${path%/*} ]] || fail "no folder ${path%/*} for the file $path; install the package that brings it"
  files_write "$1" "$path.pulumi-lvs-new"
  mv -f "$path.pulumi-lvs-new" "$path"
  if type -P restorecon >/dev/null; then restorecon "$path" || :; fi
  [[ $path != "$UNIT_FILES"/* ]] || UNITS_CHANGED=yes
}

# A folder that was not there before goes when it is empty again.
files_make_folder() { # path
  [[ ! -d $1 ]] || return 0
  printf '%s\n' "$1" >>"$STATE/made"
  mkdir -m 0755 "$1"
}

files_drop_folders() {
  local folder kept=""
  [[ -e $STATE/made ]] || return 0
  while IFS= read -r folder; do
    [[ ! -d $folder ]] || rmdir "$folder" 2>/dev/null || kept+=$folder$'\n'
  done <"$STATE/made"
  write_atomically "$STATE/made" "$kept"
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
  files_origin_path "$1"
  if [[ $2 == - ]]; then
    rm -f -- "$1"
  elif [[ -e $REPLY && -d ${1%/*} ]]; then
    # (The folder may have gone with its package: by hand, or in a run that was killed after that.)
    cp -a -- "$REPLY" "$1.pulumi-lvs-new"
    mv -f "$1.pulumi-lvs-new" "$1"
  fi
  [[ $1 != "$UNIT_FILES"/* ]] || UNITS_CHANGED=yes
}

# Where a run that was killed may have left a file half written.
files_half_written() { # facts
  awk -F '\t' '$1 == "files" || $1 == "keepalived" { sub(/ .*/, "", $2); print $2 ".pulumi-lvs-new" }' <<<"$1"
}
