# shellcheck shell=bash disable=SC2034,SC2164,SC2015 # variables shared between the parts; set -e is on
# Writes a file into a folder to which somebody else may write as well. It uses no
# name that can be guessed, and follows no link except root's own.

# Puts a file in its place, whole and in one step: COMMAND… writes it to the path that is its last argument. Others who may write to the
# folder could put a link under any name there, or exchange folders meanwhile. So the
# file is written in a folder that nobody else can enter, and then moved.
files_place() { # path file-with-its-label|"" command...
  local path=$1 label=$2 name=${1##*/} place private
  shift 2
  files_enter "${path%/*}"
  ! files_blocked "$name" || fail "$(files_blocked_sentence "$path")"
  place=$(exec stat -c %d:%i .)
  private=$(exec mktemp -d .pulumi-lvs-XXXXXXXXXX)
  files_enter_private "$place" "$private" ||
    fail "somebody else changed ${path%/*} while $path was to be written; look at who may write there"
  "$@" new
  files_label new "$path" "$label"
  [[ -L new ]] || durable new
  mv -f -T -- new "../$name"
  name=${PWD##*/}
  cd -P ..
  rmdir -- "$name"
  durable .
  cd /
  [[ $path != "$UNIT_FILES"/* ]] || UNITS_CHANGED=yes
}

# Changes into a folder of ours; fails if the name leads anywhere else. (In a folder with the setgid bit, new folders have it, too.)
files_enter_private() { # device:inode of the folder that it is in, name
  cd -P -- "./$2" 2>/dev/null || return
  # (The name itself is checked as well: it could be a link to another folder of root's.)
  lines_of "$(exec stat -c '%d:%i %u %a' -- .. . "../$2" 2>/dev/null)"
  [[ ${LINES_OF[0]-} == "$1 "* && ${LINES_OF[1]-} =~ \ 0\ 2?700$ && ${LINES_OF[1]-} == "${LINES_OF[2]-}" ]]
}

# Gives a file the SELinux label that it had, or else the one that the policy has for its path. (Without -m, matchpathcon would look at what is
# in that place now: nothing, or a link. The policy may have another label for these.)
files_label() { # file path file-with-its-label|""
  local label="" kind=file
  selinux_is_on || return 0
  if [[ -n $3 && -s $3 ]]; then
    label=$(<"$3")
  else
    [[ ! -L $1 ]] || kind=lnk_file
    label=$(exec matchpathcon -n -m "$kind" "$2" 2>/dev/null) || :
  fi
  [[ -n $label && $label != '<<none>>' && $(exec stat -c %C -- "$1") != "$label" ]] || return 0
  chcon -h -- "$label" "$1" 2>/dev/null ||
    note "$2 cannot be given its SELinux label $label; look at it by hand: restorecon -n -v $2"
}

# Changes into a folder, and follows only links that root has made: others could lead anywhere.
files_enter() { # folder
  files_resolve "$1"
  # (This checks that nobody has put a link there since. PWD would not show it.)
  cd -P -- "$REPLY" && [[ $(exec readlink /proc/self/cwd) == "$REPLY" ]] || fail "$1 changed while it was looked at; look at who may write there"
}

files_resolve() { # path -> REPLY, without links
  local part target rest=${1#/} at="" links=0
  while [[ -n $rest ]]; do
    part=${rest%%/*}
    if [[ $rest == */* ]]; then rest=${rest#*/}; else rest=""; fi
    case $part in
      "" | .) continue ;;
      ..)
        at=${at%/*}
        continue
        ;;
    esac
    if [[ ! -L $at/$part ]]; then
      at+=/$part
      continue
    fi
    [[ $(exec stat -c %u -- "$at/$part") == 0 && $((++links)) -lt 40 ]] || fail "$at/$part on the way to $1 is a link that root did not make, so it is not followed; make it a folder, or give the link to root (chown -h root)"
    target=$(exec readlink -- "$at/$part")
    [[ $target != /* ]] || at=""
    rest=$target${rest:+/$rest}
  done
  REPLY=${at:-/}
}

# Removes what a killed run may have left beside a file that it was about to write. A folder that only looks like ours is left alone.
files_sweep() { # facts
  local line path folder place paths=()
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ -n ${SECTION_HOLDS_FILES[${line%%$'\t'*}]-} ]] || continue
    path=${line#*$'\t'}
    paths+=("${path%% *}")
  done
  for path in ${paths[@]+"${paths[@]}"}; do
    for folder in "${path%/*}"/.pulumi-lvs-??????????; do
      files_enter "${path%/*}"
      place=$(exec stat -c %d:%i .)
      if files_enter_private "$place" "${folder##*/}"; then
        rm -f -- new
        cd -P ..
        rmdir -- "${folder##*/}" 2>/dev/null || :
      fi
      cd /
    done
  done
}
