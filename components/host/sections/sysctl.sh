# shellcheck shell=bash
# [sysctl] NAME = VALUE   (dots part the name; an interface's own dots are written as slashes, as sysctl(8) does)

sysctl_path() { # name -> REPLY
  REPLY=${1//./$'\n'}
  REPLY=${REPLY//\//.}
  REPLY=/proc/sys/${REPLY//$'\n'//}
}

sysctl_live() { # names
  local name value
  for name in "$@"; do
    sysctl_path "$name"
    [[ -e $REPLY ]] || continue
    value=""
    { IFS= read -r value <"$REPLY"; } 2>/dev/null || :
    LIVE+="sysctl"$'\t'"$name = ${value//$'\t'/ }"$'\n'
  done
}

sysctl_set() { # fact
  local name=${1%% = *} value=${1#* = }
  sysctl_path "$name"
  [[ -e $REPLY ]] || fail "this kernel has no sysctl $name (no $REPLY); a name under net.ipv4.vs needs the module ip_vs, one under an interface needs the interface"
  printf '%s\n' "$value" 2>/dev/null >"$REPLY" || fail "the kernel refuses $name = $value"
}

sysctl_unset() { # key origin
  [[ $2 == - ]] && return
  sysctl_path "$1"
  [[ -e $REPLY ]] || return 0
  sysctl_set "$2"
}
