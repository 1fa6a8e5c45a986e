# shellcheck shell=bash disable=SC2034 # variables shared between the parts
# firewalld, where it runs: what it lets through, at runtime and permanently, and how that is changed. Both halves are changed side by side,
# and firewalld is never told to reload: while it does, it drops new connections. (It is read over D-Bus, because each call of firewall-cmd
# takes as long as a whole look. firewalld.dbus(5).)

FIREWALLD=org.fedoraproject.FirewallD1
FIREWALLD_PATH=/org/fedoraproject/FirewallD1
FIREWALLD_FILES=/etc/firewalld

# Whether firewalld runs: its unit has a process. (A look at most hosts must start no process to find out. cgroups(7), in either version.)
firewalld_runs() {
  local path process
  for path in /sys/fs/cgroup/{,systemd/,unified/}system.slice/firewalld.service/cgroup.procs; do
    [[ -e $path ]] || continue
    process=""
    read -r process <"$path" || :
    [[ -z $process ]] || return 0
  done
  return 1
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

# firewalld writes a zone's file anew, and keeps the one before as a file beside it. So both are saved before the first change, and put back
# after the last one, if nobody else has changed the zone. In the state, zones/ZONE has:
#   xml, xml.old  the two files as they were before, where there were any; xml.label, xml.old.label: their SELinux labels
#   written       the zone's file as firewalld has written it at our last change
#   edited        the zone's file as somebody has left it since; if it was written by hand, it becomes the one before, because each of
#                 several rules replaces that
firewalld_save_zone() { # zone
  local folder=$STATE/zones/$1 file=$FIREWALLD_FILES/zones/$1.xml each
  [[ ! -e $folder && ! -L $file && $1 != */* ]] || return 0
  rm -rf -- "$folder.new"
  mkdir -p -- "$folder.new"
  [[ ! -e $file ]] || cp -a -- "$file" "$folder.new/xml"
  [[ ! -e $file.old ]] || cp -a -- "$file.old" "$folder.new/xml.old"
  if selinux_is_on; then
    for each in xml xml.old; do
      [[ ! -e $folder.new/$each ]] || files_save_label "$file${each#xml}" "$folder.new/$each.label"
    done
  fi
  durable "$folder.new"/* "$folder.new"
  mv -T -- "$folder.new" "$folder"
  durable "$STATE/zones" "$STATE"
}

# (A small host may have no cmp.)
firewalld_same_text() { # file file
  local text
  [[ -e $1 && -e $2 ]] || return
  file_text "$1"
  text=$REPLY
  file_text "$2"
  [[ $text == "$REPLY" ]]
}

# Call it before each permanent change. What somebody has written by hand would be lost: firewalld leaves out comments.
firewalld_note_edits() { # zone
  local folder=$STATE/zones/$1 file=$FIREWALLD_FILES/zones/$1.xml
  [[ -e $folder/written ]] || return 0
  if [[ -e $file && ! -L $file ]] && ! firewalld_same_text "$file" "$folder/written"; then
    cp -a --remove-destination -- "$file" "$folder/edited.new"
    durable "$folder/edited.new"
    mv -f -T -- "$folder/edited.new" "$folder/edited"
  fi
  rm -f -- "$folder/written"
}

# Call it after each permanent change.
firewalld_keep_written() { # zone
  local folder=$STATE/zones/$1 file=$FIREWALLD_FILES/zones/$1.xml
  [[ -d $folder && -e $file && ! -L $file ]] || return 0
  cp -- "$file" "$folder/written.new"
  mv -f -T -- "$folder/written.new" "$folder/written"
}

firewalld_put_file() { # saved file, path
  cp -a --remove-destination -- "$1" "$2.pulumi-lvs"
  files_label "$2.pulumi-lvs" "$2" "$1.label"
  durable "$2.pulumi-lvs"
  mv -f -T -- "$2.pulumi-lvs" "$2"
}

# Call it when the last of our permanent rules of the zone is gone.
firewalld_restore_zone() { # zone, one of these rules
  local folder=$STATE/zones/$1 file=$FIREWALLD_FILES/zones/$1.xml each put=""
  [[ -d $folder ]] || return 0
  if firewalld_zone_is_as_before "$1" "$2"; then
    # (What is put back is no edit, if this run is killed and the next one looks.)
    rm -f -- "$folder/written"
    for each in xml xml.old; do
      if [[ -e $folder/$each ]]; then firewalld_put_file "$folder/$each" "$file${each#xml}"; else rm -f -- "$file${each#xml}"; fi
    done
    put=yes
  elif [[ -e $file ]] && ! type -P firewall-offline-cmd >/dev/null; then
    note "firewalld is not on this host any more, and its file $file, which somebody has changed, may still have rules of this package; look at it before firewalld is installed again"
  fi
  if [[ -e $folder/edited ]] && firewalld_is_by_hand "$1" "$folder/edited"; then
    firewalld_put_file "$folder/edited" "$file.old"
    put=yes
  fi
  [[ -z $put ]] || durable "${file%/*}"
  rm -rf -- "$folder"
  rmdir -- "$STATE/zones" 2>/dev/null || :
}

# Whether a zone's file means the same as the saved one, as firewalld would write that.
firewalld_zone_is_as_before() { # zone rule
  local folder=$STATE/zones/$1 file=$FIREWALLD_FILES/zones/$1.xml
  [[ -e $file && ! -L $file ]] || return
  ! firewalld_same_text "$file" "$folder/xml" || return 0
  # (Where firewalld has been removed, the file still is as it was written last.)
  type -P firewall-offline-cmd >/dev/null || {
    firewalld_same_text "$file" "$folder/written"
    return
  }
  firewalld_is_written "$1" "$folder/xml" "$file" "$2"
}

# Whether somebody has written a zone's file by hand: firewalld would write it in another way.
firewalld_is_by_hand() { # zone file
  # (A rule that nobody has.)
  ! type -P firewall-offline-cmd >/dev/null ||
    ! firewalld_is_written "$1" "$2" "$2" 'rule family="ipv4" source address="192.0.2.254" destination address="192.0.2.254" port port="1" protocol="tcp" reject'
}

# Whether firewalld's own program, in a copy of firewalld's folder, writes the first file as the second one. (It writes whenever it adds or
# removes a rule.)
firewalld_is_written() { # zone first-file second-file rule
  local copy=$STATE/zones/$1/copy words
  rm -rf -- "$copy"
  mkdir -- "$copy"
  cp -a -- "$FIREWALLD_FILES/." "$copy"
  # (Either folder may be a link on this host. A copy of a link would lead to the zone's own file.)
  rm -rf -- "$copy/zones"
  mkdir -- "$copy/zones"
  cp -a -- "$FIREWALLD_FILES/zones/." "$copy/zones"
  rm -f -- "$copy/zones/$1.xml"
  [[ ! -e $2 ]] || cp -a -- "$2" "$copy/zones/$1.xml"
  for words in add remove; do
    firewall-offline-cmd "--system-config=$copy" "--zone=$1" "--$words-rich-rule=$4" >/dev/null 2>&1 || return
  done
  firewalld_same_text "$3" "$copy/zones/$1.xml"
}
