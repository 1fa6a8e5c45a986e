# shellcheck shell=bash disable=SC2034,SC2153 # variables shared between the parts
# [firewall] mark NUMBER PROTOCOL PORTS to VIP · clamp BYTES from VIP · notrack PROTOCOL PORTS to VIP
# (a table of nf_tables of our own, loaded as a whole; nft(8))
# `notrack` matters only where firewalld runs, which drops packets that conntrack takes for invalid. Elsewhere it is not in the table, and is
# reported as `anyway`: it holds without us.
# Live facts are read from the rules in the kernel. Anything else in that table
# becomes a fact that nobody wants: `rule CHAIN …`, `chain CHAIN …`.

# The table as nft prints it; nothing if there is no table, or no nft.
firewall_list() { # -> REPLY
  REPLY=""
  # (nft would load the module.)
  modules_present nf_tables && type -P nft >/dev/null || return 0
  REPLY=$(exec nft list table inet pulumi_lvs 2>&1) || {
    # (Any other error does not mean that there is no table.)
    [[ $REPLY == *'No such file or directory'* ]] || fail "nft cannot read the table inet pulumi_lvs of nf_tables: ${REPLY%%$'\n'*}; try it by hand: nft list table inet pulumi_lvs"
    REPLY=""
  }
}

# Whether nf_tables has no table, neither ours nor a foreign one.
firewall_holds_nothing() {
  local tables
  tables=$(exec nft list tables 2>/dev/null) && [[ -z $tables ]]
}

firewall_live() { # words of facts
  local line
  # (Without firewalld, and without a table of ours, this starts no process.)
  if [[ " $* " == *' mark '* || " $* " == *' clamp '* || -e $STATE/boot/firewall ]] || firewalld_runs; then firewall_list; else REPLY=""; fi
  firewall_facts "$REPLY"
  lines_of "$REPLY"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do LIVE+=firewall$'\t'$line$'\n'; done
  ! firewalld_runs || return 0
  while (($# > 0)); do
    if [[ $1 == notrack ]]; then
      line="$1 $2 $3 $4 $5"
      [[ $'\n'$LIVE == *$'\nfirewall\t'"$line"$'\n'* ]] || LIVE+=anyway$'\tfirewall\t'$line$'\n'
    fi
    shift
  done
}

firewall_facts() { # what nft prints -> REPLY, facts, one a line
  local line chain="" begun="" facts=""
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    words_of "$begun ${line//$'\t'/ }"
    line=${WORDS_OF[*]-} begun=""
    case $line in
      # A set may continue on the next line.
      *'{'*[!'{']) [[ $line == *'}'* ]] || begun=$line ;;
    esac
    [[ -z $begun ]] || continue
    case $line in
      '' | '}' | 'table inet pulumi_lvs {') ;;
      'chain '*' {') chain=${line#chain } chain=${chain% \{} ;;
      'type '*)
        line=${line/priority -150/priority mangle}
        case "$chain ${line/priority -300/priority raw}" in
          'untracked type filter hook prerouting priority raw; policy accept;' | 'marks type filter hook prerouting priority mangle; policy accept;' | 'clamps type filter hook output priority mangle; policy accept;') ;;
          *) facts+="chain $chain $line"$'\n' ;;
        esac
        ;;
      *)
        firewall_fact "$chain" "$line"
        facts+=$REPLY$'\n'
        ;;
    esac
  done
  REPLY=$facts
}

firewall_fact() { # chain rule -> REPLY
  local ports
  # (Each pattern is in a variable, because bash 4.2 and later releases read quoted patterns in different ways.)
  local marks='^ip6? daddr ([0-9a-f.:]+) (tcp|udp|sctp) dport ([0-9-]+|[{] [0-9, -]+ [}]) meta mark set (0x[0-9a-f]+|[0-9]+)$'
  local every='^ip6? daddr ([0-9a-f.:]+) meta l4proto (tcp|udp|sctp) meta mark set (0x[0-9a-f]+|[0-9]+)$'
  local untracked='^ip6? daddr ([0-9a-f.:]+) (tcp|udp|sctp) dport ([0-9-]+|[{] [0-9, -]+ [}]) notrack$'
  local untracked_all='^ip6? daddr ([0-9a-f.:]+) meta l4proto (tcp|udp|sctp) notrack$'
  local clamps='^ip6? saddr ([0-9a-f.:]+) tcp flags syn tcp option maxseg size > ([0-9]+) tcp option maxseg size set ([0-9]+)$'
  if [[ $1 == marks && $2 =~ $marks ]]; then
    ports=${BASH_REMATCH[3]//[{\} ]/}
    REPLY="mark $((BASH_REMATCH[4])) ${BASH_REMATCH[2]} $ports to ${BASH_REMATCH[1]}"
  elif [[ $1 == marks && $2 =~ $every ]]; then
    REPLY="mark $((BASH_REMATCH[3])) ${BASH_REMATCH[2]} all to ${BASH_REMATCH[1]}"
  elif [[ $1 == untracked && $2 =~ $untracked ]]; then
    ports=${BASH_REMATCH[3]//[{\} ]/}
    REPLY="notrack ${BASH_REMATCH[2]} $ports to ${BASH_REMATCH[1]}"
  elif [[ $1 == untracked && $2 =~ $untracked_all ]]; then
    REPLY="notrack ${BASH_REMATCH[2]} all to ${BASH_REMATCH[1]}"
  elif [[ $1 == clamps && $2 =~ $clamps && ${BASH_REMATCH[2]} == "${BASH_REMATCH[3]}" ]]; then
    REPLY="clamp ${BASH_REMATCH[2]} from ${BASH_REMATCH[1]}"
  else
    REPLY="rule $1 $2"
  fi
}

# The text for nft, which replaces the whole table at one moment. It adds the
# table first, so that deleting it is right even if there was none.
firewall_text() { # facts, one a line; of those that mark the same packets, the last one counts -> REPLY, for nft; empty without facts
  local line family marks="" clamps="" untracked="" seen=$'\n' lines
  local -i each
  lines_of "$1"
  lines=(${LINES_OF[@]+"${LINES_OF[@]}"})
  for ((each = ${#lines[@]} - 1; each >= 0; each--)); do
    line=${lines[each]}
    [[ -n $line && $seen != *$'\n'"$line"$'\n'* ]] || continue
    seen+=$line$'\n'
    words_of "$line"
    family=ip
    [[ ${line##* } != *:* ]] || family=ip6
    case $line in
      mark*)
        firewall_ports "${WORDS_OF[2]}" "${WORDS_OF[3]}"
        marks=$'\t\t'"$family daddr ${WORDS_OF[5]} $REPLY meta mark set ${WORDS_OF[1]}"$'\n'$marks
        ;;
      notrack*)
        firewall_ports "${WORDS_OF[1]}" "${WORDS_OF[2]}"
        untracked=$'\t\t'"$family daddr ${WORDS_OF[4]} $REPLY notrack"$'\n'$untracked
        ;;
      # The first packet of each direction announces the sender's segment size. The rule never raises it.
      clamp*) clamps=$'\t\t'"$family saddr ${WORDS_OF[3]} tcp flags syn tcp option maxseg size > ${WORDS_OF[1]} tcp option maxseg size set ${WORDS_OF[1]}"$'\n'$clamps ;;
    esac
  done
  REPLY=""
  [[ -n $untracked$marks$clamps ]] || return 0
  # (nft 0.9 does not accept names of priorities everywhere: -300 is raw, before conntrack, and -150 is mangle.)
  [[ -z $untracked ]] || untracked=$'\tchain untracked {\n\t\ttype filter hook prerouting priority -300; policy accept;\n'$untracked$'\t}\n'
  [[ -z $marks ]] || marks=$'\tchain marks {\n\t\ttype filter hook prerouting priority -150; policy accept;\n'$marks$'\t}\n'
  [[ -z $clamps ]] || clamps=$'\tchain clamps {\n\t\ttype filter hook output priority -150; policy accept;\n'$clamps$'\t}\n'
  REPLY=$'table inet pulumi_lvs\ndelete table inet pulumi_lvs\ntable inet pulumi_lvs {\n'$untracked$marks$clamps$'}\n'
}

firewall_ports() { # protocol ports -> REPLY, for nft
  case $2 in
    all) REPLY="meta l4proto $1" ;;
    *,*) REPLY="$1 dport { ${2//,/, } }" ;;
    *) REPLY="$1 dport $2" ;;
  esac
}

# The facts that are rules of the table on this host now.
firewall_in_table() { # facts, one a line -> REPLY
  local line kept=""
  REPLY=$1
  ! firewalld_runs || return 0
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line == notrack* ]] || kept+=$line$'\n'
  done
  REPLY=$kept
}

firewall_load() { # facts, one a line
  local text output
  firewall_in_table "$1"
  firewall_text "$REPLY"
  text=$REPLY
  if [[ -z $text ]]; then
    # (The kernel keeps its rules when nft has been removed.)
    ! modules_present nf_tables || type -P nft >/dev/null || fail "this host has no nft any more, so its firewall rules cannot be removed; install the package nftables and run it again"
    firewall_list
    [[ -n $REPLY ]] || return 0
    output=$(exec nft delete table inet pulumi_lvs 2>&1) || fail "the table inet pulumi_lvs of nf_tables cannot be deleted: ${output%%$'\n'*}; try it by hand: nft delete table inet pulumi_lvs"
    return
  fi
  type -P nft >/dev/null || fail "this host has no nft, so its firewall rules cannot be changed; install the package nftables and run it again"
  output=$(exec nft -f - 2>&1 <<<"$text") ||
    fail "the table inet pulumi_lvs of nf_tables cannot be loaded: ${output%%$'\n'*}; its rules need a kernel and an nft that know tables of the family inet, sets and TCP options (CentOS 8 or later has them)"
}

# This owner's former rules stay until the removals. The wanted rules come after them in the table, so that they take effect.
firewall_set() { # facts
  firewall_load_with "$CLAIMED$PLAIN"
}

firewall_unset() { # facts
  firewall_load_with "$PLAIN"
}

# Loads the rules of other owners, and those among these facts.
firewall_load_with() { # SECTION <tab> FACT, one a line
  claims_text_of_others
  facts_text_of firewall "$REPLY$1"
  firewall_load "$REPLY"
}

# Whether the host has a table of that name and nobody here has claimed rules in it.
# (A claim has an origin, which is recorded before anything is touched.)
firewall_is_strange() { # facts -> REPLY, the sentence, or nothing
  facts_text_of firewall "$1"
  firewall_in_table "$REPLY"
  [[ -n $REPLY ]] || return 0
  file_text "$STATE/origins"
  if [[ $'\n'$REPLY == *$'\nfirewall\t'* ]]; then
    REPLY=""
    return 0
  fi
  firewall_list
  [[ -z $REPLY ]] ||
    REPLY="this host has a table inet pulumi_lvs of nf_tables that is not known to be this package's, so no rules are put there: look at it (nft list table inet pulumi_lvs), and delete it if nobody needs it (nft delete table inet pulumi_lvs)"
}

# firewalld of CentOS 8 or later brings nft along. That of other systems may have none.
firewall_lacks_nft() { # facts -> REPLY, the sentence, or nothing
  REPLY=""
  [[ $'\n'$1 == *$'\nfirewall\tnotrack '* && $'\n'$1 != *$'\npackages\tnftables'* ]] && firewalld_runs && ! type -P nft >/dev/null || return 0
  REPLY='firewalld runs on this host, and drops the last packets of connections by direct routing and tunnels as invalid unless they are not tracked; a rule for that needs nft, and this host has no nft: install the package nftables (or give firewall: "check", and see to it by yourself)'
}
