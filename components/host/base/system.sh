# shellcheck shell=bash disable=SC2034,SC2154 # variables shared between the parts
# The system of this host: the row of the table (systems.ts) that is valid here. It is read without a process.

SYSTEM=""                                          # its name in the table, such as el9; empty if it is not known
SYSTEM_FOUND=""                                    # the system as the host itself names it
SYSTEM_FILES=(/etc/os-release /usr/lib/os-release) # os-release(5): the first one that exists

# An unknown system counts as the assumed one. (A known one does not: the host may have been upgraded since.)
system_read() { # assumed system, or nothing
  local file line value found="" id="" like="" version="" pretty=""
  REPLY=""
  for file in "${SYSTEM_FILES[@]}"; do
    [[ -e $file ]] || continue
    file_glance "$file"
    break
  done
  lines_of "$REPLY"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    # (The values are words of a shell: plain, or in quotes.)
    value=${line#*=} value=${value//[\"\']/}
    case $line in
      ID=*) id=$value ;;
      ID_LIKE=*) like=$value ;;
      VERSION_ID=*) version=$value ;;
      PRETTY_NAME=*) pretty=$value ;;
    esac
  done
  case " $id $like " in
    # (Oracle Linux names no relative but Fedora.)
    *' rhel '* | *' centos '* | ' ol '*) found=el${version%%.*} ;;
    # (Systems that are made from Debian number their releases in another way.)
    ' debian '*) found=debian$version ;;
  esac
  SYSTEM_FOUND="${pretty:-a system without a name} (ID=$id, VERSION_ID=$version in ${SYSTEM_FILES[0]})"
  system_choose "$found"
  [[ -n $SYSTEM ]] || system_choose "$1"
}

system_choose() { # name
  SYSTEM=""
  [[ -z $1 || -z ${SYSTEM_MANAGER[$1]-} ]] || SYSTEM=$1
}

system_unknown() { # facts -> REPLY, the sentence, or nothing
  REPLY=""
  [[ -n $1 && -z $SYSTEM ]] || return 0
  REPLY="this host runs $SYSTEM_FOUND, a system that this package does not know; it knows $SYSTEMS_KNOWN: use one of these, or say which of them has the same names of packages, units and folders (assumeRelease of the host)"
}

# Facts with the names that packages, units and files have on this system, and the words that files of ours have in them.
system_rename() { # facts -> REPLY
  local row section name here end fact
  REPLY=$1
  [[ -n $SYSTEM && -n ${SYSTEM_NAMES[$SYSTEM]-}${SYSTEM_WORDS[$SYSTEM]-} ]] || return 0
  REPLY=$'\n'$REPLY
  lines_of "${SYSTEM_NAMES[$SYSTEM]-}"
  for row in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    words_of "$row"
    section=$'\n'${WORDS_OF[0]}$'\t' name=${WORDS_OF[1]} here=${WORDS_OF[2]}
    for end in ' ' $'\n'; do REPLY=${REPLY//"$section$name$end"/$section$here$end}; done
  done
  lines_of "${SYSTEM_WORDS[$SYSTEM]-}"
  for row in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    words_of "$row"
    section=$'\n'files$'\t'"${WORDS_OF[0]} " name=${WORDS_OF[1]} here=${WORDS_OF[2]}
    [[ $REPLY == *"$section"* ]] || continue
    fact=${REPLY#*"$section"} fact=${fact%%$'\n'*}
    REPLY=${REPLY/"$section$fact"/"$section${fact//"$name"/$here}"}
  done
  REPLY=${REPLY#$'\n'}
}

# Whether a unit has a process. (A look at most hosts must start no process to find out. cgroups(7), in either version.)
system_unit_runs() { # name
  local path process
  for path in /sys/fs/cgroup/{,systemd/,unified/}system.slice/"$1"/cgroup.procs; do
    [[ -e $path ]] || continue
    process=""
    read -r process <"$path" || :
    [[ -z $process ]] || return 0
  done
  return 1
}
