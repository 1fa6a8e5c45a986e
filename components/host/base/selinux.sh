# shellcheck shell=bash disable=SC2034 # variables shared between the parts
# SELinux: whether it is on, and what its policy allows. No process is started for it.

SELINUX=/sys/fs/selinux # (it is there only if the kernel has SELinux, and uses it)
# Where semanage keeps the ports of the host's own: of CentOS 8 and later and Debian; of CentOS 7.
SELINUX_PORTS=(/var/lib/selinux/*/active/ports.local /etc/selinux/*/active/ports.local)

selinux_is_on() {
  [[ -e $SELINUX/enforce ]]
}

selinux_enforces() {
  local REPLY
  selinux_file enforce
  [[ $REPLY == 1 ]]
}

selinux_file() { # path below that of the kernel -> REPLY, empty where there is none
  REPLY=""
  # (These files end without a line feed.)
  { IFS= read -r REPLY <"$SELINUX/$1"; } 2>/dev/null || :
}

# Asks the kernel whether its policy lets a domain do something (sel_write_access in security/selinux/selinuxfs.c).
selinux_ask() { # domain type class permission -> REPLY: yes, no, or nothing if the policy does not know the domain or the type
  local class permission level="" answer=""
  selinux_file "class/$3/index"
  class=$REPLY
  selinux_file "class/$3/perms/$4"
  permission=$REPLY
  selinux_file mls
  [[ $REPLY != 1 ]] || level=:s0
  REPLY=""
  [[ -n $class && -n $permission ]] || return 0
  {
    printf 'system_u:system_r:%s%s system_u:object_r:%s%s %s' "$1" "$level" "$2" "$level" "$class" >&6 &&
      { IFS= read -r answer <&6 || [[ -n $answer ]]; }
  } 2>/dev/null 6<>"$SELINUX/access" || answer=""
  words_of "$answer" # allowed decided auditallow auditdeny sequence-number flags, in hexadecimal digits
  ((${#WORDS_OF[@]} >= 6)) || return 0
  # (Flag 1: the domain alone is permissive.)
  if (((0x${WORDS_OF[0]} >> (permission - 1)) & 1 || 0x${WORDS_OF[5]} & 1)); then REPLY=yes; else REPLY=no; fi
}

# The type of a TCP port: as the host's owner has set it; or as the policies of CentOS and Debian have it, as far as web servers and
# keepalived's checks may use it (corenetwork.te.in of selinux-policy; those of keepalived are in render/keepalived/selinux.ts as well). The
# kernel does not tell the types of ports.
selinux_port_type() { # port -> REPLY
  local file line
  for file in "${SELINUX_PORTS[@]}"; do
    [[ -e $file ]] || continue
    file_glance "$file"
    lines_of "$REPLY"
    for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
      # portcon tcp FIRST[-LAST] USER:ROLE:TYPE:LEVEL
      [[ $line =~ ^portcon\ +tcp\ +([0-9]+)(-([0-9]+))?\ +[^:]+:[^:]+:([A-Za-z0-9_]+) ]] || continue
      (($1 >= BASH_REMATCH[1] && $1 <= ${BASH_REMATCH[3]:-${BASH_REMATCH[1]}})) || continue
      REPLY=${BASH_REMATCH[4]}
      return 0
    done
  done
  case $1 in
    80 | 81 | 443 | 488 | 8008 | 8009 | 8443 | 9000) REPLY=http_port_t ;;
    8080 | 8118 | 8123 | 1000[1-9] | 10010) REPLY=http_cache_port_t ;;
    3000 | 3001) REPLY=ntop_port_t ;;
    8140) REPLY=puppet_port_t ;;
    4447 | 4712 | 7600 | 9123 | 9990 | 9999 | 18001) REPLY=jboss_management_port_t ;;
    25 | 465 | 587) REPLY=smtp_port_t ;;
    1186 | 3306 | 6313[2-9] | 631[45][0-9] | 6316[0-4]) REPLY=mysqld_port_t ;;
    3128 | 3401 | 4827) REPLY=squid_port_t ;;
    161 | 162 | 199 | 1161 | 10161 | 10162) REPLY=snmp_port_t ;;
    705) REPLY=agentx_port_t ;;
    1358) REPLY=connlcli_port_t ;;
    *) selinux_port_range "$1" ;;
  esac
}

selinux_port_range() { # port -> REPLY
  REPLY=unreserved_port_t
  (($1 < 32768 || $1 > 60999)) || REPLY=ephemeral_port_t
  (($1 > 1023)) || REPLY=hi_reserved_port_t
  (($1 > 511)) || REPLY=reserved_port_t
}

# Whether the policy forbids a domain to use a TCP port. (Without an answer of the kernel it counts as allowed.)
selinux_forbids_port() { # domain port permission
  selinux_enforces || return
  selinux_port_type "$2"
  selinux_ask "$1" "$REPLY" tcp_socket "$3"
  if [[ -z $REPLY ]]; then
    selinux_port_range "$2"
    selinux_ask "$1" "$REPLY" tcp_socket "$3"
  fi
  [[ $REPLY == no ]]
}
