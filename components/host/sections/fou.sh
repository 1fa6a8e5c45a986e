# shellcheck shell=bash
# [fou] port NUMBER gue [-6]   (a UDP port of this host at which packets of GUE
# tunnels arrive, as `ip fou show` prints it; -6 stands for IPv6 datagrams. ip-fou(8))

FOU_SOCKETS=/proc/net

# The UDP ports for tunnels, in this network namespace or in another one.
fou_list() { # file of the namespace|"" for this one -> REPLY, as `ip fou show` prints it
  local ip=(ip)
  REPLY=""
  # (ip would load the module if it is missing.)
  modules_present fou || return 0
  [[ -z $1 ]] || ip=(nsenter "--net=$1" -- ip)
  REPLY=$(exec "${ip[@]}" fou show 2>/dev/null) || REPLY=""
}

fou_live() { # words of facts
  local line asked=" $* port "
  fou_list ""
  lines_of "$REPLY"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    words_of "$line"
    line=${WORDS_OF[*]-}
    [[ $asked != *" $line port "* ]] || LIVE+=fou$'\t'$line$'\n'
  done
}

fou_set() { # fact
  local output
  words_of "$1"
  output=$(ip fou add ${WORDS_OF[@]+"${WORDS_OF[@]}"} 2>&1) || {
    fou_taken "$1"
    fail "${REPLY:-UDP port ${WORDS_OF[1]} of this host cannot be opened for GUE tunnels: $output}"
  }
}

fou_unset() { # key origin live
  [[ $2 == - && $3 != - ]] || return 0
  words_of "$1"
  ip fou del ${WORDS_OF[@]+"${WORDS_OF[@]}"} 2>/dev/null || :
}

# Whether something else uses the port: a program, or a tunnel of another kind.
fou_taken() { # fact -> REPLY, the sentence, or nothing
  local fact=$1 port tables=$FOU_SOCKETS/udp
  words_of "$fact" # port NUMBER gue [-6]
  port=${WORDS_OF[1]}
  fou_list ""
  case $'\n'$REPLY$'\n' in
    *$'\n'"$fact"$'\n'* | *$'\n'"$fact "$'\n'*)
      REPLY=""
      return 0
      ;;
    # (An IPv6 socket may also receive IPv4 datagrams; ours does not.)
    *$'\n'"port $port gue -6"*) ;;
    *) tables+=" $FOU_SOCKETS/udp6" ;;
  esac
  [[ $fact != *' -6' ]] || tables=$FOU_SOCKETS/udp6
  REPLY=""
  printf -v port '%04X' "$port"
  # shellcheck disable=SC2086 # two files
  ! grep -qsE "^ *[0-9]+: [0-9A-F]+:$port " $tables ||
    REPLY="UDP port ${WORDS_OF[1]} of this host is in use, so no packets of GUE tunnels can arrive there: see by what (ss -Hlnup sport = ${WORDS_OF[1]}; ip fou show), and give the tunnel another port"
}

fou_ports_taken() { # facts, each after the name of its section -> REPLY, a sentence about the first such port, or nothing
  local fact
  REPLY=""
  facts_of fou "$1"
  for fact in ${FACTS_OF[@]+"${FACTS_OF[@]}"}; do
    fou_taken "$fact"
    [[ -z $REPLY ]] || return 0
  done
}

# Whether somebody has a UDP port for tunnels, or a tunnel that sends by UDP. Both
# would end with the module.
fou_is_used() { # file of the namespace|"" for this one
  local ip=(ip) links
  fou_list "$1"
  [[ -z $REPLY ]] || return 0
  [[ -z $1 ]] || ip=(nsenter "--net=$1" -- ip)
  links=$(exec "${ip[@]}" -d link show 2>/dev/null) || return 1
  [[ $links == *' encap fou '* || $links == *' encap gue '* ]]
}
