# shellcheck shell=bash disable=SC2034 # variables shared between the parts
# Standard input: the header (what the probe said), then the document (what is wanted).

DOCUMENT_TITLE="# lvs host document 1, owner "
HEADER="" DOCUMENT="" OWNER="" DRAIN=30
IP_ADDRESSES="" # `ip -o address show`, filled by addresses_read
DESIRED=""      # SECTION <tab> FACT, one a line
PLAIN=""        # the same without the rules of the table, of which there may be ten thousand: those are awk's
CLAIMED=$'\n'   # what this owner had until now, or had begun to take, without rules; it begins with a line feed

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
  # Before anything is taken from it: the name of an owner, cut short, may be the name of another one.
  [[ $DOCUMENT == *$'\n# end' ]] || fail "the document is cut short (its last line, # end, is missing): the connection broke while it was sent; run it again"
  OWNER=${DOCUMENT%%$'\n'*}
  OWNER=${OWNER#"$title"}
  document_check_owner
}

document_check_owner() {
  document_is_owner "$OWNER" || fail "the document's owner is not a name: $OWNER"
}

# Whether what is kept in this folder is a document of this owner.
document_stored_is_of() { # folder owner
  file_has "$1/document" "$DOCUMENT_TITLE$2"
}

document_is_owner() { # text
  [[ $1 =~ ^[A-Za-z0-9._%-]+(/[A-Za-z0-9._%-]+)*$ && $1 != *..* && ${#1} -le 200 ]]
}

# Needs addresses_read before. (A document begins with its [settings], `drain` before `table`: they are the first lines of PLAIN.)
# Checks every line and fills DESIRED, PLAIN, CLAIMED, DRAIN and KEEPER; the sentences of what is wrong are left in DOCUMENT_FAULTS.
document_parse() {
  local claims pending release line
  DOCUMENT_FAULTS=()
  REPLY=""
  [[ $DOCUMENT != *$'\n[keepalived]\n'* ]] || keepalived_release
  release=$REPLY
  file_or_nothing "$MINE/claims"
  claims=$REPLY
  file_or_nothing "$MINE/pending"
  pending=$REPLY
  BLOCKS_TEXT=$(exec awk "$DOCUMENT_AWK" keepalived="$release" connectors=/proc/net/connector tag=C "$claims" "$pending" tag=A /dev/fd/3 tag=D - \
    3<<<"$IP_ADDRESSES" <<<"$DOCUMENT")$'\n'
  split_blocks
  PLAIN=${BLOCKS[0]} CLAIMED=$'\n'${BLOCKS[1]}
  if [[ $PLAIN == settings$'\t''drain = '* ]]; then
    DRAIN=${PLAIN%%$'\n'*}
    DRAIN=${DRAIN##* }
    PLAIN=${PLAIN#*$'\n'}
  fi
  DESIRED=$PLAIN${BLOCKS[2]}
  [[ $PLAIN != keeper$'\t'* ]] || KEEPER=yes
  [[ $PLAIN == '!'* || $PLAIN == *$'\n!'* ]] || return 0
  lines_of "$PLAIN"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line != '!'* ]] || DOCUMENT_FAULTS+=("${line#*$'\t'}")
  done
}
