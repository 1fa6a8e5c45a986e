# shellcheck shell=bash
# [files] PATH mode=… owner=… group=… content=…   (the content as one word: \n, \t, \\)

files_live() { # paths
  local path content mode owner group
  while read -r mode owner group path; do
    content=""
    IFS= read -r -d '' content 2>/dev/null <"$path" || :
    content=${content//\\/\\\\}
    content=${content//$'\n'/\\n}
    content=${content//$'\t'/\\t}
    printf -v mode '%04d' "$mode"
    LIVE+="files"$'\t'"$path mode=$mode owner=$owner group=$group content=$content"$'\n'
  done < <(stat -L -c '%a %U %G %n' -- "$@" 2>/dev/null)
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
  local saved path
  [[ -d $STATE/files ]] || return 0
  for saved in "$STATE"/files/*; do
    path=${saved##*/}
    [[ $'\n'$1 == *$'\n'files$'\t'"${path//=//}"$'\t'* ]] || rm -f "$saved"
  done
}

files_set() { # fact
  local path=${1%% *} mode owner group content=${1#* content=}
  [[ $1 =~ \ mode=([0-7]+)\ owner=([^ ]+)\ group=([^ ]+)\  ]]
  mode=${BASH_REMATCH[1]} owner=${BASH_REMATCH[2]} group=${BASH_REMATCH[3]}
  [[ -d ${path%/*} ]] || fail "no folder ${path%/*} for the file $path; install the package that brings it"
  # printf %b undoes exactly the three escapes: every other backslash was doubled.
  printf '%b' "$content" >"$path.pulumi-lvs-new"
  chown "$owner:$group" "$path.pulumi-lvs-new"
  chmod "$mode" "$path.pulumi-lvs-new"
  mv -f "$path.pulumi-lvs-new" "$path"
  if type -P restorecon >/dev/null; then restorecon "$path" || :; fi
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
}

# Where a run that was killed may have left a file half written.
files_half_written() { # facts
  awk -F '\t' '$1 == "files" { sub(/ .*/, "", $2); print $2 ".pulumi-lvs-new" }' <<<"$1"
}
