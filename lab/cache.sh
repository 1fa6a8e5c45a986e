# shellcheck shell=bash
# The lab's cache: parts that are built once on a machine. Each is kept under a key of its own recipe, so that an edit rebuilds only the
# parts that depend on it. A part appears whole, by a rename, or not at all. The scripts that build source this file.
# Needs $here, the folder of the recipes. Defines $cache, key, part, retire, sweep.

# shellcheck disable=SC2154 # here is the caller's
cache=${PULUMI_LVS_LAB_CACHE:-/var/cache/pulumi-lvs-lab}
mkdir -p "$cache"
cache=$(readlink -f "$cache")
days_unused=14

key() { # of the files and directories given (relative to $here) and of the words after --
  local paths=()
  while [[ $# -gt 0 && $1 != -- ]]; do
    paths+=("$1")
    shift
  done
  {
    echo "$@"
    (cd "$here" && find "${paths[@]}" -type f -printf '%m ' -print0 -o -type l -printf '%l ' -print0 | sort -z | tr '\0' '\n')
    (cd "$here" && find "${paths[@]}" -type f -print0 | sort -z | xargs -0 sha256sum)
  } | sha256sum | cut -c1-12
}

# How long a part takes to build, by its name; only for parts that take long.
declare -A estimate=()

# Deletes folders of the cache, but nothing that is mounted in them: a killed build of an older lab has left the machine's own /dev/shm
# mounted there, and its files are not the cache's.
delete() { # FOLDER…
  local folder path fields mounted
  for folder; do
    [[ -e $folder ]] || continue
    mounted=()
    while read -r -a fields; do
      printf -v path %b "${fields[4]//\\0/\\00}" # a space is \040 there, which %b wants as \0040
      [[ $path != "$folder" && $path != "$folder"/* ]] || mounted=("$path" "${mounted[@]}")
    done </proc/self/mountinfo
    # If a mount is shared, an unmount below it would also unmount the machine's own folder.
    for path in "${mounted[@]}"; do mount --make-private "$path" || :; done
    for path in "${mounted[@]}"; do
      # Lazily: a process of that build may still use it.
      umount --lazy "$path" || {
        echo "lab: $path is mounted, so $folder is not deleted: unmount it, and try again" >&2
        return 1
      }
    done
    rm -rf --one-file-system "$folder" || return 1
  done
}

# NAME KEY RECIPE…: runs RECIPE TEMPORARY FINAL unless the part exists. RECIPE is a program: in a function of this shell, errors would not
# end it. Text that RECIPE prints to descriptor 3 is shown. Only one process builds a part; a second one waits.
part() {
  local final=$cache/$1-$2 log=$cache/$1.log temporary=$cache/tmp-$1-$2 lock='' started=$SECONDS
  if [[ ! -e $final ]]; then
    exec {lock}>"$cache/lock-$1"
    flock "$lock"
  fi
  if [[ ! -e $final ]]; then
    echo "lab: building the $1 part …${estimate[$1]:+ (${estimate[$1]})}" >&2
    started=$SECONDS
    delete "$cache/tmp-$1-"* || return 1
    mkdir -p "$temporary"
    if ! "${@:3}" "$temporary" "$final" 3>&2 >"$log" 2>&1; then
      tail -n 20 "$log" >&2
      echo "lab: could not build the $1 part; the whole log is $log, free space: $(df -h --output=avail "$cache" | tail -1)" >&2
      delete "$temporary" || :
      exec {lock}>&-
      return 1
    fi
    # After a power cut, too, a part with this name must be whole.
    sync -f "$temporary" || return 1
    mv -T "$temporary" "$final" || return 1
    echo "lab: the $1 part took $((SECONDS - started)) s" >&2
  fi
  [[ -z $lock ]] || exec {lock}>&-
  touch -c "$final"
}

# Removes a part. It is renamed first, because a half-deleted folder must not count as a part.
retire() { # FOLDER
  local swept=$cache/tmp-swept-${1##*/}
  delete "$swept" && mv -T "$1" "$swept" && delete "$swept"
}

# Removes parts that nobody has used for long, and what killed builds have left. It
# removes nothing else in the same folder, and nothing that a lab runs on.
sweep() {
  local parts='(kernel|debian|packages|disk|pulumi)(-[a-z0-9]+)*-[0-9a-f]{12}' old name lock
  find "$cache" -mindepth 1 -maxdepth 1 -type d -mtime "+$days_unused" -regextype posix-extended -regex ".*/$parts" -print0 |
    while IFS= read -r -d '' old; do
      # (Another run may have used it since it was listed.)
      [[ -n $(find "$old" -maxdepth 0 -mtime "+$days_unused") ]] || continue
      grep -rqsF --include='*.json' "$old" "${PULUMI_LVS_LAB_STATE:-/run/pulumi-lvs-lab}" || retire "$old" || :
    done
  find "$cache" -mindepth 1 -maxdepth 1 -type d -regextype posix-extended -regex ".*/tmp-(swept-)?$parts" -print0 |
    while IFS= read -r -d '' old; do
      name=${old##*/tmp-} name=${name#swept-} name=${name%-*}
      exec {lock}>"$cache/lock-$name"
      # A process that builds this part has its lock, and so has the last process of a killed build.
      ! flock --nonblock "$lock" || delete "$old" || :
      exec {lock}>&-
    done
}
