# shellcheck shell=bash disable=SC2034 # variables shared between the parts
# [ipvs] the lines of `ipvsadm -Sn`. Every change of the table is one `ipvsadm -R` with exactly the lines that differ, each with its full
# set of options: -E and -e reset options that are not given. The status of -R
# is that of its last line, so the table is read back afterwards.

IPVS_SAID="" # the messages of `ipvsadm -R`; apply_verify prints them if the table is not as declared

# A look must not load the module. ipvsadm would load it by itself.
ipvs_readable() {
  [[ -e /proc/net/ip_vs ]] && type -P ipvsadm >/dev/null
}

# A table that cannot be read is not an empty one: the kernel keeps its rules when ipvsadm has been removed.
ipvs_read() { # -> RULES_LIVE, RULES_LIMITS
  RULES_LIVE="" RULES_LIMITS=""
  if ipvs_readable; then
    RULES_LIVE=$(exec ipvsadm -Sn) || ipvs_fail_reading -Sn
    RULES_LIVE+=${RULES_LIVE:+$'\n'}
    # (If no real server had a threshold before a change that sets none, none has one after it.)
    [[ -n $RULES_UNLIMITED ]] || RULES_LIMITS=$(exec ipvsadm -Ln --thresholds) || ipvs_fail_reading -Ln --thresholds
  elif [[ -e /proc/net/ip_vs ]]; then
    RULES_LIVE=$'unreadable\n'
  fi
}

ipvs_fail_reading() { # the arguments of the ipvsadm that failed
  fail "ipvsadm cannot read the table of this host (what it says is above); try it by hand: ipvsadm $*"
}

ipvs_demand() {
  type -P ipvsadm >/dev/null || fail "this host has no ipvsadm any more, so its rules cannot be changed; install the package ipvsadm and run it again"
}

IPVS_SYMBOLS=/proc/kallsyms

ipvs_loaded() {
  [[ -e /proc/net/ip_vs ]]
}

# The kernel accepts an SCTP service even if it cannot balance SCTP (CONFIG_IP_VS_PROTO_SCTP). When the module is loaded, the kernel's
# symbols show it. Before that, its configuration shows it, if the host has that file.
ipvs_lacks_sctp() { # facts -> REPLY, the sentence, or nothing
  local kernel file program
  REPLY=""
  # (If ipvsadm were asked for its options, it would load ip_vs.)
  if [[ $RULES_WANTED == *'-A --sctp-service '* ]] && program=$(type -P ipvsadm) && ! grep -qF sctp-service "$program"; then
    REPLY="ipvsadm of this host knows no services of protocol sctp: install ipvsadm 1.28 or later, or leave these services out"
    return 0
  fi
  [[ $RULES_WANTED == *'-A --sctp-service '* || $'\n'$1 == *$'\nfirewall\tmark '*' sctp '* ]] || return 0
  kernel=$(</proc/sys/kernel/osrelease)
  if ipvs_loaded && [[ -r $IPVS_SYMBOLS ]]; then
    ! grep -q ' sctp_conn_schedule' "$IPVS_SYMBOLS" || return 0
  else
    for file in "/boot/config-$kernel" "/lib/modules/$kernel/config"; do
      [[ ! -r $file ]] || break
    done
    [[ -r $file ]] && ! grep -qx 'CONFIG_IP_VS_PROTO_SCTP=y' "$file" || return 0
  fi
  REPLY="kernel $kernel of this host cannot balance SCTP (it was built without CONFIG_IP_VS_PROTO_SCTP): boot a kernel that can, or leave the services of protocol sctp out"
}

ipvs_feed() { # lines
  [[ -n $1 ]] || return 0
  ipvs_demand
  IPVS_SAID+=$(ipvsadm -R 2>&1 <<<"$1") || :
}

# Whether a service cannot be removed: the kernel has it, and there is no ipvsadm.
ipvs_stranded() { # service, as rules name it: -t VIP:PORT, -u …, --sctp-service …, -f MARK[ -6]
  local protocol=TCP place
  if [[ $1 =~ ^-f\ ([0-9]+) ]]; then
    printf -v place '%08X' "${BASH_REMATCH[1]}"
    ! ipvs_readable && grep -qs "^FWM *$place " /proc/net/ip_vs
    return
  fi
  case $1 in -u*) protocol=UDP ;; --*) protocol=SCTP ;; esac
  if [[ $1 =~ ^(-t|-u|--sctp-service)\ ([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+):([0-9]+)$ ]]; then
    printf -v place '%02X%02X%02X%02X:%04X' "${BASH_REMATCH[@]:2}"
  elif [[ $1 =~ ^(-t|-u|--sctp-service)\ \[([0-9a-f:]+)\]:([0-9]+)$ ]]; then
    place=${BASH_REMATCH[3]}
    ipvs_expanded "${BASH_REMATCH[2]}"
    printf -v place '\\[%s\\]:%04X' "$REPLY" "$place"
  else
    return 1
  fi
  ! ipvs_readable && grep -qs "^$protocol *$place " /proc/net/ip_vs
}

# An address of IPv6 as the kernel prints it in /proc/net/ip_vs: eight groups of four digits.
ipvs_expanded() { # address -> REPLY
  local before=${1%%::*} after="" group IFS=:
  local -a left right=()
  [[ $1 != *::* ]] || after=${1#*::}
  read -ra left <<<"$before"
  [[ -z $after ]] || read -ra right <<<"$after"
  while ((${#left[@]} + ${#right[@]} < 8)); do left+=(0); done
  REPLY=""
  for group in "${left[@]}" ${right[@]+"${right[@]}"}; do printf -v REPLY '%s:%04x' "$REPLY" "0x$group"; done
  REPLY=${REPLY#:}
}
