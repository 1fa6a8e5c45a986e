# shellcheck shell=bash disable=SC2153 # variables shared between the parts
# What rules with `--tun-type gue` and `--tun-type gre` need on a director. A kernel
# that does not know these types ignores them, and forwards by IP in IP.

TUNNELS_RELEASE=/proc/sys/kernel/osrelease
TUNNELS_SYMBOLS=/proc/kallsyms

tunnels_lacking() { # -> REPLY, the sentence, or nothing
  local kernel wanted="" needed program
  REPLY=""
  [[ $RULES_WANTED != *' --tun-type gue '* ]] || wanted=gue needed=5.2
  [[ $RULES_WANTED != *' --tun-type gre '* ]] || wanted=gre needed=5.3
  [[ -n $wanted ]] || return 0
  program=$(type -P ipvsadm) || :
  # (If it were asked for its options, it would load ip_vs.)
  if [[ -n $program ]] && ! grep -qF tun-type "$program"; then
    REPLY="ipvsadm of this host knows no tunnels of type $wanted: install ipvsadm 1.31 or later, or leave the tunnel out (IP in IP)"
    return 0
  fi
  kernel=$(<"$TUNNELS_RELEASE")
  [[ $kernel =~ ^([0-9]+)\.([0-9]+) ]] || return 0
  ((BASH_REMATCH[1] * 1000 + BASH_REMATCH[2] < ${needed%.*} * 1000 + ${needed#*.})) || return 0
  # (Distributions add it to older kernels as well. This can be seen only after
  # the module has been loaded.)
  ipvs_loaded && [[ -r $TUNNELS_SYMBOLS ]] || return 0
  grep -q ' ip_vs_find_tunnel' "$TUNNELS_SYMBOLS" ||
    REPLY="kernel $kernel of this host has no tunnels of type $wanted for IPVS: boot Linux $needed or later, or leave the tunnel out (IP in IP)"
}
