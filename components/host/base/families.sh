# shellcheck shell=bash
# The families of addresses, as options of ip(8).

# The option for an address.
family_of() { # address
  if [[ $1 == *:* ]]; then printf %s -6; else printf %s -4; fi
}

# The options for the addresses among words, each once.
families_among() { # words -> REPLY
  local word four="" six=""
  for word in "$@"; do
    case $word in *:*:*) six=-6 ;; *.*.*.*) four=-4 ;; esac
  done
  REPLY="$four $six"
}
