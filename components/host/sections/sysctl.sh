# shellcheck shell=bash
# [sysctl] NAME = VALUE   (dots separate the parts of a name; dots of an interface's name are written as slashes, as sysctl(8) does)

sysctl_path() { # name -> REPLY
  REPLY=${1//./$'\n'}
  REPLY=${REPLY//\//.}
  REPLY=/proc/sys/${REPLY//$'\n'//}
}

# Writing this parameter also sets `forwarding` of every interface, and of later ones. If it is 0, its live value also has the interfaces
# whose own value is not 0, so that they are restored with it: `0 eth1:1 default:1`.
SYSCTL_ALL_FORWARDING=net.ipv6.conf.all.forwarding

sysctl_live() { # names
  local name value
  for name in "$@"; do
    sysctl_path "$name"
    [[ -e $REPLY ]] || continue
    value=""
    { IFS= read -r value <"$REPLY"; } 2>/dev/null || :
    [[ $name != "$SYSCTL_ALL_FORWARDING" || $value != 0 ]] || sysctl_others_forwarding
    LIVE+="sysctl"$'\t'"$name = ${value//$'\t'/ }"$'\n'
  done
}

sysctl_others_forwarding() { # value is the caller's
  local path own
  for path in /proc/sys/net/ipv6/conf/*/forwarding; do
    own=0
    { IFS= read -r own <"$path"; } 2>/dev/null || :
    path=${path%/forwarding}
    [[ $own == 0 ]] || value+=" ${path##*/}:$own"
  done
}

# An interface that forwards ignores router advertisements, unless its accept_ra is 2. It loses what it has from them: its default route at
# once (addrconf.c, addrconf_fixup_forwarding), its addresses at the end of their lifetime.
sysctl_ends_advertisements() { # facts -> REPLY, the sentence, or nothing
  local forwards=0 accepts path name
  REPLY=""
  [[ $'\n'$1 == *$'\n'sysctl$'\t'"$SYSCTL_ALL_FORWARDING = 1"$'\n'* ]] || return 0
  { IFS= read -r forwards </proc/sys/net/ipv6/conf/all/forwarding; } 2>/dev/null || return 0
  [[ $forwards == 0 ]] || return 0
  for path in /proc/sys/net/ipv6/conf/*/accept_ra; do
    name=${path%/accept_ra} accepts=""
    name=${name##*/}
    { IFS= read -r accepts <"$path"; } 2>/dev/null || :
    [[ $accepts == 1 && $name != all && $name != default ]] || continue
    [[ -n $(exec ip -6 route show proto ra dev "$name") || $(exec ip -6 -o address show dev "$name") == *' dynamic '* ]] || continue
    REPLY="interface $name of this host has IPv6 addresses or routes from router advertisements, which it would lose with $SYSCTL_ALL_FORWARDING = 1, as NAT needs it: let it take them all the same, with net.ipv6.conf.$name.accept_ra = 2 in the host's own settings (sysctl.d(5)), or give it addresses and routes of its own"
    return 0
  done
}

SYSCTL_IPVS=/proc/sys/net/ipv4/vs

# Parameters of IPVS that this kernel does not have. They come with the module; where it is not loaded yet, its file has their names.
sysctl_lacks() { # facts -> REPLY, the sentence, or nothing
  local line name names=() known missing="" kernel
  REPLY=""
  lines_of "$1"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line == sysctl$'\t'net.ipv4.vs.* ]] || continue
    name=${line#sysctl$'\t'net.ipv4.vs.}
    name=${name%% = *}
    # (These come with the module of a scheduler.)
    [[ $name == lblc_expiration || $name == lblcr_expiration ]] || names+=("$name")
  done
  ((${#names[@]} > 0)) || return 0
  if [[ -d $SYSCTL_IPVS ]]; then
    for name in "${names[@]}"; do
      [[ -e $SYSCTL_IPVS/$name ]] || missing+=", net.ipv4.vs.$name"
    done
  else
    sysctl_words_of_ipvs
    known=$REPLY REPLY=""
    # (Every kernel has this one. Without it the file could not be read: the change will tell.)
    [[ $known == *$'expire_nodest_conn\n'* ]] || return 0
    for name in "${names[@]}"; do
      # (A linker may keep a name as the end of a longer word.)
      [[ $known == *"$name"$'\n'* ]] || missing+=", net.ipv4.vs.$name"
    done
  fi
  [[ -n $missing ]] || return 0
  kernel=$(</proc/sys/kernel/osrelease)
  REPLY="kernel $kernel of this host does not have these kernel parameters: ${missing#, }; leave them out of ipvs or sysctls, or boot a kernel that has them"
}

# The words at the ends of the texts in the module's file.
sysctl_words_of_ipvs() { # -> REPLY, one a line
  local file unpack
  REPLY=""
  file=$(exec modinfo -n ip_vs 2>/dev/null 9<&-) || return 0
  case $file in
    *.ko) unpack=(cat) ;;
    *.xz) unpack=(xz -dc) ;;
    *.zst) unpack=(zstd -dcq) ;;
    *.gz) unpack=(gzip -dc) ;;
    *) return 0 ;;
  esac
  REPLY=$("${unpack[@]}" "$file" 2>/dev/null | tr '\n\0' ' \n' | grep -aoE '[a-z_]+$')$'\n' || :
}

# Whether an interface no longer exists whose value is to be restored.
sysctl_interface_gone() { # fact
  local word
  [[ $1 == "$SYSCTL_ALL_FORWARDING = "* ]] || return
  words_of "${1#* = }"
  for word in ${WORDS_OF[@]+"${WORDS_OF[@]}"}; do
    [[ $word != *:* || -e /proc/sys/net/ipv6/conf/${word%:*} ]] || return 0
  done
  return 1
}

sysctl_set() { # fact
  local name=${1%% = *} value=${1#* = } others=""
  [[ $name != "$SYSCTL_ALL_FORWARDING" || $value != *' '* ]] || others=${value#* } value=${value%% *}
  sysctl_path "$name"
  [[ -e $REPLY ]] || fail "this kernel has no sysctl $name (no $REPLY); a name under net.ipv4.vs needs the module ip_vs, one under an interface needs the interface"
  printf '%s\n' "$value" 2>/dev/null >"$REPLY" || fail "the kernel refuses $name = $value"
  words_of "$others"
  for value in ${WORDS_OF[@]+"${WORDS_OF[@]}"}; do
    [[ ! -e /proc/sys/net/ipv6/conf/${value%:*} ]] || printf '%s\n' "${value##*:}" 2>/dev/null >"/proc/sys/net/ipv6/conf/${value%:*}/forwarding" || :
  done
}

sysctl_unset() { # key origin
  [[ $2 == - ]] && return
  sysctl_path "$1"
  [[ -e $REPLY ]] || return 0
  sysctl_set "$2"
}
