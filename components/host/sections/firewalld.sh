# shellcheck shell=bash disable=SC2034 # variables shared between the parts
# firewalld, where it runs: what it lets through, at runtime and permanently, and how that is changed. Both halves are changed side by side,
# and firewalld is never told to reload: while it does, it drops new connections. (It is read over D-Bus, because each call of firewall-cmd
# takes as long as a whole look. firewalld.dbus(5).)

FIREWALLD=org.fedoraproject.FirewallD1
FIREWALLD_PATH=/org/fedoraproject/FirewallD1
FIREWALLD_FILES=/etc/firewalld

# (Tests replace it.)
firewalld_runs() {
  system_unit_runs firewalld.service
}

# Asks firewalld.
firewalld_ask() { # object interface method [signature words...] -> REPLY, the answer without its type
  firewalld_try "$@" || firewalld_fail
}

firewalld_fail() { # (REPLY is what busctl said)
  fail "firewalld runs on this host and does not answer (${REPLY%%$'\n'*}), so it is not known what it lets through; look at it (firewall-cmd --state; journalctl -u firewalld)"
}

# The same. If it gives no answer, REPLY is what busctl says.
firewalld_try() { # object interface method [signature words...] -> REPLY
  if REPLY=$(exec busctl call "$FIREWALLD" "$@" 2>&1); then
    REPLY=${REPLY#* }
  else
    return 1
  fi
}

# What has been asked since firewalld_forget.
declare -A FIREWALLD_ZONES=() # zones, by `dev INTERFACE`, and the default zone, by `default`
declare -A FIREWALLD_RULES=() # the rich rules of a zone, by `runtime ZONE` and `permanent ZONE`

firewalld_forget() {
  FIREWALLD_ZONES=() FIREWALLD_RULES=()
}

# The zone of an interface: its own, or the default zone.
firewalld_zone() { # interface -> REPLY
  REPLY=${FIREWALLD_ZONES["dev $1"]-}
  [[ -z $REPLY ]] || return 0
  firewalld_ask "$FIREWALLD_PATH" "$FIREWALLD.zone" getZoneOfInterface s "$1"
  if [[ $REPLY == '""' ]]; then
    REPLY=${FIREWALLD_ZONES[default]-}
    [[ -n $REPLY ]] || firewalld_ask "$FIREWALLD_PATH" "$FIREWALLD" getDefaultZone
    FIREWALLD_ZONES[default]=$REPLY
  fi
  REPLY=${REPLY//\"/}
  FIREWALLD_ZONES["dev $1"]=$REPLY
}

firewalld_zone_exists() { # zone
  firewalld_ask "$FIREWALLD_PATH" "$FIREWALLD.zone" getZones
  [[ $REPLY == *"\"$1\""* ]]
}

firewalld_read() { # zone
  local path
  [[ -z ${FIREWALLD_RULES["runtime $1"]-} ]] || return 0
  firewalld_ask "$FIREWALLD_PATH" "$FIREWALLD.zone" getRichRules s "$1"
  FIREWALLD_RULES["runtime $1"]=$REPLY
  # (Somebody may have deleted the zone permanently. It is there until the next reload.)
  firewalld_try "$FIREWALLD_PATH/config" "$FIREWALLD.config" getZoneByName s "$1" || {
    [[ $REPLY == *INVALID_ZONE* ]] || firewalld_fail
    FIREWALLD_RULES["permanent $1"]="0"
    return 0
  }
  path=${REPLY//\"/}
  firewalld_ask "$path" "$FIREWALLD.config.zone" getRichRules
  FIREWALLD_RULES["permanent $1"]=$REPLY
}

# Whether a zone has a rule. Call firewalld_read before.
firewalld_has() { # runtime|permanent zone rule
  local rule=$3
  # (busctl escapes quotation marks.)
  rule=\"${rule//\"/\\\"}\"
  [[ ${FIREWALLD_RULES["$1 $2"]} == *"$rule"* ]]
}

# Changes one half of a zone. What is there already, or is not there any more, is no error.
firewalld_change() { # add|remove runtime|permanent zone rules...
  local output line said="" failed="" verb=$1 half=$2 zone=$3 rule words=()
  shift 3
  [[ $half == runtime ]] || words+=(--permanent)
  for rule; do words+=("--$verb-rich-rule=$rule"); done
  [[ $half == runtime ]] || firewalld_note_edits "$zone"
  output=$(exec firewall-cmd "--zone=$zone" "${words[@]}" 2>&1) || failed=yes
  [[ $half == runtime ]] || firewalld_keep_written "$zone"
  # (Somebody has removed the whole zone.)
  [[ $verb != remove || $output != *INVALID_ZONE* ]] || return 0
  # (It succeeds if it adds one of several rules. What it says about the others is only a warning: firewall-cmd(1).)
  lines_of "$output"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ -z $said && $line =~ ^(Warning|Error):\ [A-Z]+_[A-Z_]+ && $line != *': ALREADY_ENABLED'* && $line != *': NOT_ENABLED'* ]] || continue
    said=$line failed=yes
  done
  [[ -z $failed ]] ||
    fail "the rules of firewalld's zone $zone ($half) cannot be changed: ${said:-${output%%$'\n'*}}; try it by hand: firewall-cmd --zone=$zone $(printf '%q ' "${words[@]}")"
}

# Removes permanent rules while firewalld does not run.
firewalld_remove_offline() { # zone rules...
  local zone=$1 rule words=()
  shift
  # (Without its program, the file as it was is put back: firewalld_restore_zone.)
  [[ -e $FIREWALLD_FILES/zones/$zone.xml ]] && type -P firewall-offline-cmd >/dev/null || return 0
  # (The program writes the file anew in any case, so it is called only for rules that are there.)
  firewalld_offline_has "$zone" "$@"
  for rule in ${FIREWALLD_FOUND[@]+"${FIREWALLD_FOUND[@]}"}; do words+=("--remove-rich-rule=$rule"); done
  ((${#words[@]} > 0)) || return 0
  firewalld_note_edits "$zone"
  firewall-offline-cmd "--zone=$zone" "${words[@]}" >/dev/null 2>&1 || :
  firewalld_keep_written "$zone"
  firewalld_offline_has "$zone" "$@"
  ((${#FIREWALLD_FOUND[@]} == 0)) ||
    fail "permanent rules of firewalld's zone $zone cannot be removed while it does not run; try it by hand: firewall-offline-cmd --zone=$zone $(printf '%q ' "${words[@]}")"
}

# Which of these rules a zone has permanently.
firewalld_offline_has() { # zone rules... -> FIREWALLD_FOUND
  local text zone=$1 rule
  shift
  FIREWALLD_FOUND=()
  text=$(exec firewall-offline-cmd "--zone=$zone" --list-rich-rules 2>&1) ||
    fail "the permanent rules of firewalld's zone $zone cannot be read while it does not run (${text%%$'\n'*}); try it by hand: firewall-offline-cmd --zone=$zone --list-rich-rules"
  for rule; do
    [[ $'\n'$text$'\n' != *$'\n'"$rule"$'\n'* ]] || FIREWALLD_FOUND+=("$rule")
  done
}
