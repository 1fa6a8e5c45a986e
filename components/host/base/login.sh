# shellcheck shell=bash
# The login that has called this program. sudo does not pass the variable on, so the parent processes are searched for it.
login_connection() { # -> REPLY, as SSH_CONNECTION, or nothing
  local process=$$ entry
  local -i depth
  REPLY=${SSH_CONNECTION-}
  for ((depth = 0; depth < 8 && process > 1 && ${#REPLY} == 0; depth++)); do
    while IFS= read -r -d '' entry; do
      [[ $entry != SSH_CONNECTION=* ]] || REPLY=${entry#*=}
    done 2>/dev/null </proc/"$process"/environ || :
    entry=$(</proc/"$process"/stat) || return 0
    entry=${entry##*) }
    words_of "$entry"
    process=${WORDS_OF[1]}
  done
}
