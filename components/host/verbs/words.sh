# shellcheck shell=bash

# One line of a plan or a look (lost, found, stays, unrestored), in words. The boot files have sections of their own (boot-file, boot-unit);
# so has a table that cannot be read (sight).
in_words() { # verb section fact -> REPLY
  local fact=$3
  if [[ -n ${SECTION_HOLDS_FILES[$2]-} ]]; then
    fact=${fact%% content=*}
    [[ $1 != found ]] || fact+=", edited"
  fi
  case $2 in
    packages) fact=${fact%% *} ;;
    boot-file | boot-unit | sight) fact="${2#boot-} $fact" ;;
  esac
  fact=${SECTION_CALLED[$2]:+${SECTION_CALLED[$2]} }$fact
  printf -v REPLY '%-5s %s' "$1" "$fact"
}
