# shellcheck shell=bash
# The key of a fact, as in key_of of key.awk; for all sections except [ipvs].

fact_key() { # SECTION <tab> FACT -> REPLY, SECTION <tab> KEY
  local -i words
  case ${SECTION_KEY[${1%%$'\t'*}]-} in
    setting) REPLY=${1%% = *} ;;
    1) REPLY=${1%% *} ;;
    [2-9])
      words=${SECTION_KEY[${1%%$'\t'*}]}
      words_of "${1#*$'\t'}"
      REPLY="${1%%$'\t'*}"$'\t'"${WORDS_OF[*]:0:words}"
      ;;
    *) REPLY=$1 ;;
  esac
}
