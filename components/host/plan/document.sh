# shellcheck shell=bash disable=SC2034 # variables shared between the parts
# Standard input: the header, which the probe has supplied, then the document.

HEADER=""           # the header, as the last look has answered it
DOCUMENT=""         # the document, as it was sent
DOCUMENT_FAULTS=()  # what is wrong in it, as sentences
DRAIN=30            # seconds
ADDRESSES_LAST=""   # whether the document says `addresses-leave = last`
KEEPALIVED_LAST=""  # whether it says `keepalived-leaves = last`
DOCUMENT_STAYS=""   # the last lines of PLAIN: what has left the document and stays until `release`
FIREWALL_CHECKED="" # with `firewall = check`: the facts that are only reported if they are missing, SECTION <tab> FACT, one a line
KEEPALIVED_STAYS="" # whether keepalived has left the document and stays until `release`: PLAIN then has the claims
INSTALL_PACKAGES="" # `no`, if the document says that missing packages are not to be installed
RELEASING=""        # whether the document is read as `release` applies it; release.sh and observe.sh set it
PLAIN=""            # the wanted facts, SECTION <tab> FACT, one a line; without the rules of the table: there may be ten thousand (rules.sh)

document_read() {
  local text title=$DOCUMENT_TITLE
  text=$(exec cat)
  case $text in
    "$title"*) HEADER="" DOCUMENT=$text ;;
    *$'\n'"$title"*)
      HEADER=${text%%$'\n'"$title"*}
      DOCUMENT=${text#"$HEADER"$'\n'}
      ;;
    *) fail "standard input is no host document of version 1; the package and the program on this host differ: run pulumi up again with the current package" ;;
  esac
  # This is checked before the owner's name is read: a name that is cut short may be the name of another owner.
  [[ $DOCUMENT == *$'\n# end' ]] || fail "the document is cut short (its last line, # end, is missing): the connection broke while it was sent; run it again"
  OWNER=${DOCUMENT%%$'\n'*}
  OWNER=${OWNER#"$title"}
  names_check_owner
  document_setting assume-release
  system_read "$REPLY"
}

# A setting that is needed before the document is parsed. (A document begins with its [settings].)
document_setting() { # name -> REPLY, its value, or nothing
  local settings=${DOCUMENT#*$'\n'}
  REPLY=""
  [[ $settings == '[settings]'$'\n'* ]] || return 0
  settings=${settings%%$'\n['*}$'\n'
  [[ $settings == *$'\n'"$1 = "* ]] || return 0
  REPLY=${settings#*$'\n'"$1 = "}
  REPLY=${REPLY%%$'\n'*}
}

# Call addresses_read first. Checks every line, except rules that are claimed already. Fills PLAIN, RULES_WANTED, CLAIMED, RULES_CLAIMED,
# DRAIN, INSTALL_PACKAGES, DOCUMENT_STAYS, KEEPALIVED_STAYS, KEEPER and DOCUMENT_FAULTS.
# (A document begins with its [settings], so they are the first lines of PLAIN.)
document_parse() {
  local release line known="" checked=""
  DOCUMENT_FAULTS=()
  REPLY=""
  [[ $DOCUMENT != *$'\n[keepalived]\n'* ]] || packages_keepalived_release
  release=$REPLY
  claims_read
  if rules_cut_known "$DOCUMENT"; then known=yes; fi
  BLOCKS_TEXT=$(exec awk "$DOCUMENT_AWK" keepalived="$release" connectors=/proc/net/connector interfaces=/sys/class/net tag=A /dev/fd/3 tag=D - 3<<<"$IP_ADDRESSES" <<<"$REPLY")$'\n'
  split_blocks
  PLAIN=${BLOCK[plain]}
  if [[ -n $known ]]; then rules_want "$RULES_CLAIMED"; else rules_want "${BLOCK[rules]}"; fi
  ADDRESSES_LAST="" KEEPALIVED_LAST="" KEEPALIVED_STAYS="" KEEPER="" INSTALL_PACKAGES=""
  while [[ $PLAIN == settings$'\t'* ]]; do
    line=${PLAIN%%$'\n'*}
    PLAIN=${PLAIN#*$'\n'}
    case ${line#*$'\t'} in
      'drain = '*) DRAIN=${line##* } ;;
      'firewall = check') checked=yes ;;
      'addresses-leave = last') ADDRESSES_LAST=yes ;;
      'keepalived-leaves = last') KEEPALIVED_LAST=yes ;;
      'install-packages = no') INSTALL_PACKAGES=no ;;
    esac
  done
  system_rename "$PLAIN"
  PLAIN=$REPLY
  booleans_cut
  FIREWALL_CHECKED=""
  [[ -z $checked ]] || document_cut_checked
  [[ $PLAIN != keeper$'\t'* ]] || KEEPER=yes
  document_keep_leaving
  document_hold_keepalived
  [[ $PLAIN == '!'* || $PLAIN == *$'\n!'* ]] || return 0
  lines_of "$PLAIN"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line != '!'* ]] || DOCUMENT_FAULTS+=("${line#*$'\t'}")
  done
}

# Moves the facts that are only reported out of PLAIN.
document_cut_checked() {
  local line rest=""
  lines_of "$PLAIN"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    case $line in
      openings$'\t'* | firewall$'\tnotrack '*) FIREWALL_CHECKED+=$line$'\n' ;;
      *) rest+=$line$'\n' ;;
    esac
  done
  PLAIN=$rest
}

# Whether a fact of a real server stays until `release`: directors need it until they have drained.
document_stays_for_directors() { # SECTION <tab> FACT
  case $1 in addresses$'\t'* | firewall$'\t'* | openings$'\t'* | fou$'\t'* | links$'\t'* | routes$'\t'* | policies$'\t'*) return 0 ;; *) return 1 ;; esac
}

# Whether a port is closed at once: that of a service that goes. (If the port is open for others, the method, a VIP or a director has changed.
# The port at a host's own address is for NAT, and another one may take its place. Directors send outer packets until they use another tunnel.)
document_closes_at_once() { # SECTION <tab> FACT, all claims
  local address what
  [[ $1 == openings$'\t'* ]] || return
  words_of "${1#*$'\t'}" # accept WHAT to|from ADDRESS …
  what=${WORDS_OF[1]} address=${WORDS_OF[3]}
  [[ $'\n'$PLAIN != *$'\nopenings\taccept '"$what "* ]] || return
  if [[ ${WORDS_OF[2]} == from ]]; then
    # (A port of checks alone is no port of a service: the service stays, and its checks must not fail before the directors are changed.)
    [[ $'\n'$2 == *$'\nopenings\taccept '"$what to "* ]] && [[ $what != */udp || $'\n'$2 != *$'\nfou\tport '"${what%/udp} gue"* ]]
    return
  fi
  [[ $'\n'$2 == *$'\naddresses\t'"$address/"* ]]
}

# Whether what a firewall lets through is wanted by another interface now, because that has the address, or because the interface has another
# name. (A tunnel's device is beside the interface: the method has changed.)
document_has_moved() { # SECTION <tab> FACT, all claims
  local each
  [[ $1 == openings$'\t'* && $'\n'$2 != *$'\nlinks\t'"${1##* } "* ]] || return
  lines_of "$PLAIN"
  for each in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $each == "${1% dev *} dev "* && $each != "$1" && $'\n'$PLAIN != *$'\nlinks\t'"${each##* } "* ]] || continue
    [[ $'\n'$PLAIN != *$'\n'"$1"$'\n'* ]]
    return
  done
  return 1
}

# Facts such as addresses and routes that have left the document stay until `release` (verbs/release.sh). They count as wanted, with the
# sysctls, packages and modules that they need. (A real server that has a VIP without its sysctls would answer ARP for it.)
document_keep_leaving() {
  local line claims stays="" modules=""
  DOCUMENT_STAYS=""
  [[ -n $ADDRESSES_LAST && -z $RELEASING ]] || return 0
  file_text "$MINE/claims"
  claims=$REPLY
  lines_of "$claims"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    document_stays_for_directors "$line" || continue
    # (The route to a gateway may go by another interface now, and a table has one such route.)
    [[ $line != routes$'\t'* || $'\n'$PLAIN != *$'\n'"${line%% dev *} dev "*" ${line#* table }"$'\n'* ]] || continue
    if document_closes_at_once "$line" "$claims" || document_has_moved "$line" "$claims"; then continue; fi
    fact_key "$line"
    [[ $'\n'$PLAIN == *$'\n'"$REPLY"[$' \n']* ]] || stays+=$line$'\n'
  done
  [[ -n $stays ]] || return 0
  lines_of "$claims"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    case $line in
      sysctl$'\t'*) [[ $'\n'$PLAIN == *$'\n'"${line%% = *} = "* ]] || document_has_no_interface "$line" "$claims" || stays+=$line$'\n' ;;
      # (Only the name is compared, without `remove-on-destroy`.)
      packages$'\t'*) [[ $'\n'$PLAIN == *$'\n'"${line%% *}"[$' \n']* ]] || stays+=$line$'\n' ;;
      # (They come before the document's modules, which may need them: the last module is unloaded first.)
      modules$'\t'*) [[ $'\n'$PLAIN == *$'\n'"$line"$'\n'* ]] || modules+=$line$'\n' ;;
    esac
  done
  PLAIN=$modules$PLAIN$stays DOCUMENT_STAYS=$stays
}

# Whether a sysctl is of an interface that has gone, or has another name now. (A tunnel's device comes with its module.)
document_has_no_interface() { # SECTION <tab> FACT, claims
  local name=$1
  name=${name#*$'\t'net.ipv[46].conf.}
  [[ $name != "$1" ]] || return
  name=${name%%.*}
  name=${name//\//.}
  [[ $name != all && $name != default && ! -e /sys/class/net/$name && $'\n'$2 != *$'\n'links$'\t'"$name "* ]]
}

# If keepalived has left the document, its claims stay until `release`: by then the other directors of the pair have been given back. (If a
# release has begun, the pending claims have no keepalived, and the next change finishes that release.)
document_hold_keepalived() {
  [[ -n $KEEPALIVED_LAST && -z $RELEASING && -z $KEEPER && $PLAIN != '!'* && $PLAIN != *$'\n!'* ]] || return 0
  file_text "$MINE/pending"
  [[ -z $REPLY ]] || claims_have_keeper "$REPLY" || return 0
  file_text "$MINE/claims"
  claims_have_keeper "$REPLY" || return 0
  PLAIN=$REPLY KEEPER=yes KEEPALIVED_STAYS=yes
  rules_want "$RULES_CLAIMED"
}

# The claims that have left this owner's document and wait for `release`: addresses and the like, or `keepalived`.
document_leftovers() { # document -> REPLY, one a line
  local line fact left=""
  REPLY=""
  if [[ $1 == *$'\nkeepalived-leaves = last\n'* && $1 != *$'\ntable = keepalived\n'* ]]; then
    file_text "$MINE/claims"
    if claims_have_keeper "$REPLY"; then REPLY=keepalived; else REPLY=""; fi
    return 0
  fi
  [[ $1 == *$'\naddresses-leave = last\n'* ]] || return 0
  file_text "$MINE/claims"
  lines_of "$REPLY"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    document_stays_for_directors "$line" || continue
    fact=${line#*$'\t'}
    # (A document may name the interface by an address.)
    case $line in
      addresses$'\t'*) [[ $1 == *$'\n'"$fact"$'\n'* || $1 == *$'\n'"${fact%% *} dev @"* ]] || left+=$fact$'\n' ;;
      # (With `firewall = check`, the document only names them.)
      openings$'\t'*) [[ $1 != *$'\nfirewall = check\n'* ]] && [[ $1 == *$'\n'"$fact"$'\n'* || $1 == *$'\n'"${fact% dev *} dev @"* ]] || left+=$fact$'\n' ;;
      routes$'\t'*) [[ $1 == *$'\n'"${fact%% dev *} dev "*" ${fact#* table }"$'\n'* ]] || left+=$fact$'\n' ;;
      *) [[ $1 == *$'\n'"$fact"$'\n'* ]] || left+=$fact$'\n' ;;
    esac
  done
  REPLY=$left
}
