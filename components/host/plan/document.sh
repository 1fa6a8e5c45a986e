# shellcheck shell=bash disable=SC2034 # variables shared between the parts
# Standard input: the header (what the probe said), then the document (what is wanted).

DOCUMENT_TITLE="# lvs host document 1, owner "
HEADER="" DOCUMENT="" OWNER="" DRAIN=30
IP_ADDRESSES="" # `ip -o address show`, filled by addresses_read
ADDRESSES_LAST="" # whether addresses that the document no longer has stay until `release`
RELEASING=""      # whether this run is that one; set by release.sh
PLAIN=""        # what is wanted, SECTION <tab> FACT, one a line; without the rules of the table, of which there may be ten thousand (rules.sh)
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

# Needs addresses_read before. (A document begins with its [settings], `table` last of those that are read here: they are the first lines of PLAIN.)
# Checks every line and fills PLAIN, RULES_WANTED, CLAIMED, RULES_CLAIMED, DRAIN, ADDRESSES_LAST and KEEPER; the sentences of what is wrong are left in DOCUMENT_FAULTS.
document_parse() {
  local release line
  DOCUMENT_FAULTS=()
  REPLY=""
  [[ $DOCUMENT != *$'\n[keepalived]\n'* ]] || keepalived_release
  release=$REPLY
  document_read_claims
  rules_cut_known "$DOCUMENT"
  BLOCKS_TEXT=$(exec awk "$DOCUMENT_AWK" keepalived="$release" connectors=/proc/net/connector tag=A /dev/fd/3 tag=D - 3<<<"$IP_ADDRESSES" <<<"$REPLY")$'\n'
  split_blocks
  PLAIN=${BLOCK[plain]}
  [[ -n $RULES_KNOWN ]] || RULES_WANTED=${BLOCK[rules]}
  rules_change
  ADDRESSES_LAST=""
  while [[ $PLAIN == settings$'\t'* ]]; do
    line=${PLAIN%%$'\n'*}
    PLAIN=${PLAIN#*$'\n'}
    case ${line#*$'\t'} in
      'drain = '*) DRAIN=${line##* } ;;
      'addresses-leave = last') ADDRESSES_LAST=yes ;;
    esac
  done
  [[ $PLAIN != keeper$'\t'* ]] || KEEPER=yes
  document_keep_leaving
  [[ $PLAIN == '!'* || $PLAIN == *$'\n!'* ]] || return 0
  lines_of "$PLAIN"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line != '!'* ]] || DOCUMENT_FAULTS+=("${line#*$'\t'}")
  done
}

# Addresses that the document no longer has, and that stay until `release` (verbs/release.sh): they count as wanted.
document_keep_leaving() {
  local line
  [[ -n $ADDRESSES_LAST && -z $RELEASING ]] || return 0
  file_text "$MINE/claims"
  lines_of "$REPLY"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line != addresses$'\t'* || $'\n'$PLAIN == *$'\n'"$line"$'\n'* ]] || PLAIN+=$line$'\n'
  done
}

# Whether keepalived keeps the table for the owner of these claims.
document_kept() { # facts
  [[ $'\n'$1 == *$'\n'keeper$'\t'* ]]
}

document_read_claims() { # -> CLAIMED, RULES_CLAIMED
  file_text "$MINE/claims"
  CLAIMED=$'\n'$REPLY
  file_text "$MINE/pending"
  CLAIMED+=$REPLY
  # (What is claimed of ten thousand rules is only compared here; the plan's awk and diff read the file themselves.)
  file_glance "$MINE/rules"
  RULES_CLAIMED=$REPLY
}
