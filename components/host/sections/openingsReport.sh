# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# What a look says of a firewall: why a document is refused where firewalld runs; with firewall: "check", what is closed; where firewalld does
# not run, which filters of somebody else drop what is wanted.

# Whether a document has real servers behind NAT, and is to have an effect on firewalld here.
openings_with_nat() { # facts, SECTION <tab> FACT, one a line
  [[ $'\n'$1 == *$'\nopenings\t'* && $RULES_WANTED == *' -m -w '* ]] && firewalld_runs
}

# firewalld takes replies of NAT for invalid, unless IPVS tells conntrack of its connections (measured).
openings_need_conntrack() { # facts -> REPLY, a sentence, or nothing
  local now=""
  REPLY=""
  openings_with_nat "$1" && [[ $'\n'$1 != *$'\nsysctl\tnet.ipv4.vs.conntrack = 1\n'* ]] || return 0
  [[ ! -e /proc/sys/net/ipv4/vs/conntrack ]] || read -r now </proc/sys/net/ipv4/vs/conntrack || :
  [[ $now == 1 && $'\n'$1 != *$'\nsysctl\tnet.ipv4.vs.conntrack = '* && $CLAIMED != *$'\nsysctl\tnet.ipv4.vs.conntrack = '* ]] ||
    REPLY="firewalld runs on this host, and drops the replies of NAT services as invalid unless net.ipv4.vs.conntrack is 1: give ipvs: { conntrack: true } (or firewall: \"off\", to let them through by yourself)"
}

# A flowtable forwards the replies of known connections before IPVS sees them.
openings_miss_replies() { # facts -> REPLY, a sentence, or nothing
  local line
  REPLY=""
  openings_with_nat "$1" && [[ -e $FIREWALLD_FILES/firewalld.conf ]] || return 0
  while read -r line || [[ -n $line ]]; do
    [[ $line =~ ^NftablesFlowtable=(.*)$ && ${BASH_REMATCH[1]} != off ]] || continue
    REPLY="firewalld of this host sends known connections through a flowtable ($line in $FIREWALLD_FILES/firewalld.conf), so IPVS would not see replies of NAT services: set it to off and restart firewalld, or forward by another method"
  done <"$FIREWALLD_FILES/firewalld.conf"
}

# firewalld writes a zone's file where it is. If that is a link, it would change a file that is not the zone's own.
openings_write_through_link() { # facts -> REPLY, a sentence, or nothing
  local fact file links=" " OPENINGS ZONE RULE HALVES
  REPLY=""
  facts_of openings "$1"
  ((${#FACTS_OF[@]} > 0)) && firewalld_runs || return 0
  for file in "$FIREWALLD_FILES"/zones/*.xml; do
    [[ ! -L $file ]] || links+="$file "
  done
  [[ $links != " " ]] || return 0
  firewalld_forget
  for fact in ${FACTS_OF[@]+"${FACTS_OF[@]}"}; do
    openings_look "$fact"
    file=$FIREWALLD_FILES/zones/$ZONE.xml REPLY=""
    [[ $links == *" $file "* && $HALVES != *permanent* ]] || continue
    REPLY="the file $file of firewalld's zone $ZONE is a link, and firewalld would write rules to where it points: put a file in its place (or give firewall: \"check\", and open what it names by yourself)"
    return 0
  done
}

# With firewall: "check": prints what firewalld does not let through, or would drop as invalid, with the commands that open it.
openings_say_missing() { # facts, SECTION <tab> FACT, one a line
  local line lines added kept ruleset="" plain=$PLAIN PLAIN
  [[ -n $1 ]] && firewalld_runs || return 0
  openings_need_conntrack "$plain$1"
  [[ -z $REPLY ]] || printf 'W %s\n' "$REPLY"
  openings_miss_replies "$plain$1"
  [[ -z $REPLY ]] || printf 'W %s\n' "$REPLY"
  file_text "$STATE/openings"
  added=$'\n'$REPLY
  # (Only by other owners: what stays until `release` goes in the same update.)
  PLAIN=""
  openings_wanted
  kept=$'\n'$REPLY
  [[ $1 != *firewall$'\t'* ]] || ruleset=$(exec nft list ruleset 2>/dev/null) || :
  firewalld_forget
  lines_of "$1"
  lines=(${LINES_OF[@]+"${LINES_OF[@]}"})
  for line in ${lines[@]+"${lines[@]}"}; do
    case $line in
      openings$'\t'*) openings_say_closed "${line#*$'\t'}" "$added" "$kept" ;;
      *) openings_say_tracked "${line#*$'\t'}" "$ruleset" ;;
    esac
  done
}

# Prints the halves in which firewalld lacks a fact, or from which this change removes it.
openings_say_closed() { # fact; what we have added, FACT <tab> HALF <tab> ZONE, one a line; facts that other owners want, one a line
  local half words ZONE RULE HALVES
  openings_look "$1"
  for half in runtime permanent; do
    words=""
    [[ $half == runtime ]] || words="--permanent "
    words="firewall-cmd --zone=$ZONE $words--add-rich-rule='$RULE'"
    if [[ " $HALVES " != *" $half "* ]]; then
      printf 'W firewalld has no rule to %s (zone %s, %s): %s\n' "$1" "$ZONE" "$half" "$words"
    elif [[ $2 == *$'\n'"$1"$'\t'"$half"$'\t'"$ZONE"$'\n'* && $3 != *$'\n'"$1"$'\n'* ]]; then
      printf "W firewalld's rule to %s (zone %s, %s) was added by this package, and this change removes it; to have it again: %s\n" "$1" "$ZONE" "$half" "$words"
    fi
  done
}

# Prints a sentence if no table of this host keeps these packages away from conntrack.
openings_say_tracked() { # fact of [firewall], what nft prints
  # notrack PROTOCOL PORTS to VIP
  words_of "$1"
  [[ $2 =~ daddr\ "${WORDS_OF[4]}"[^$'\n']*notrack ]] ||
    printf 'W firewalld drops the last packets of each connection to %s %s of %s as invalid, because this director sees only half of it, so that IPVS keeps connections that have ended (with net.ipv4.vs.conntrack 1, nearly all packets): add a rule with notrack, in a table of nf_tables of your own (docs/firewall.md)\n' "${WORDS_OF[1]}" "${WORDS_OF[2]}" "${WORDS_OF[4]}"
}

# Where firewalld does not run: filters of somebody else that seem to drop what is wanted. They are only named.
openings_say_filtered() { # facts, SECTION <tab> FACT, one a line
  local line ruleset wanted
  facts_text_of openings "$1"
  wanted=$REPLY
  # (nft would load the module.)
  [[ -n $wanted ]] && ! firewalld_runs && modules_present nf_tables && type -P nft >/dev/null || return 0
  ruleset=$(exec nft list ruleset 2>/dev/null) || return 0
  [[ $ruleset == *' hook input '* ]] || return 0
  lines_of "$(exec awk "$FILTERS_AWK" tag=D /dev/fd/3 tag=N /dev/fd/4 3<<<"${wanted%$'\n'}" 4<<<"$ruleset")"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do printf 'W %s\n' "$line"; done
}
