# shellcheck shell=bash
# [ipvs] the lines of `ipvsadm -Sn`. Every change of the table is one `ipvsadm -R` fed with exact deltas, always with the full option set:
# -E and -e reset whatever they do not name. -R gives no verdict (its status is its last line's), so the table is read back afterwards.

IPVS_SAID=""

# Looking must not load the module: ipvsadm does that by itself.
ipvs_readable() {
  [[ -e /proc/net/ip_vs ]] && type -P ipvsadm >/dev/null
}

# A table that nobody can read is not an empty one: the kernel goes on with its rules when ipvsadm has been removed.
ipvs_rules() {
  if ipvs_readable; then
    ipvsadm -Sn || printf 'unreadable\n'
  elif [[ -e /proc/net/ip_vs ]]; then
    printf 'unseen\n'
  fi
}

ipvs_thresholds() {
  if ipvs_readable; then ipvsadm -Ln --thresholds; fi
}

ipvs_feed() { # lines...
  (($# > 0)) || return 0
  type -P ipvsadm >/dev/null || fail "this host has no ipvsadm any more, so its rules cannot be changed; install the package ipvsadm and run it again"
  IPVS_SAID+=$(ipvsadm -R 2>&1 < <(printf '%s\n' "$@")) || :
}

# One line that turns the live fact into the wanted one.
ipvs_delta() { # wanted live -> REPLY
  REPLY=$1
  [[ $2 == - ]] && return
  case $1 in
    -A*) REPLY=-E${1#-A} ;;
    -a*) REPLY=-e${1#-a} ;;
  esac
}

ipvs_quiesced() { # live destination -> REPLY: the same with weight 0
  [[ $1 =~ ^-a(.*\ -w\ )[0-9]+(.*)$ ]]
  REPLY=-e${BASH_REMATCH[1]}0${BASH_REMATCH[2]}
}

# What is to go but cannot be taken out: the kernel has the service, and there is no ipvsadm.
ipvs_stranded() { # "-t VIP:PORT"
  local protocol=TCP hex
  [[ $1 =~ ^-([tu])\ ([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+):([0-9]+)$ ]] || return
  [[ ${BASH_REMATCH[1]} == t ]] || protocol=UDP
  printf -v hex '%02X%02X%02X%02X:%04X' "${BASH_REMATCH[@]:2}"
  ! ipvs_readable && grep -qs "^$protocol *$hex " /proc/net/ip_vs
}

# Waits until the quiesced destinations hold no active connection, at most DRAIN seconds.
ipvs_wait_drained() { # "-t VIP:PORT -r RIP:PORT"...
  local active keys until=$((SECONDS + DRAIN))
  (($# > 0 && DRAIN > 0)) || return 0
  printf -v keys '%s\n' "$@"
  while :; do
    active=$(ipvsadm -Ln | awk -v keys="${keys%$'\n'}" '
      BEGIN { n = split(keys, list, "\n"); for (i = 1; i <= n; i++) wanted[list[i]] = 1 }
      $1 == "TCP" || $1 == "UDP" { service = ($1 == "TCP" ? "-t " : "-u ") $2 }
      $1 == "->" && (service " -r " $2) in wanted { active += $5 }
      END { print active + 0 }')
    ((active > 0)) || return 0
    if ((SECONDS >= until)); then
      note "$active connections were still active after $DRAIN s of draining"
      return 0
    fi
    sleep 1
  done
}
