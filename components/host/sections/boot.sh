# shellcheck shell=bash
# The boot files restore everything after a boot. They are plain files that the host's own tools read, and one unit that loads them in
# order. They have the facts of all owners of this host. A copy of each file is kept, so that a later edit is found.

# (What a network manager calls comes after what it runs.)
BOOT_FILES=(modules sysctl rules network firewall network6 unit restore restore-unit "${MANAGERS_HOOKS[@]}")
declare -A BOOT=() # their texts by their names, except those that boot_write makes; of the firewall, its facts
BOOT_UNIT=/etc/systemd/system/pulumi-lvs.service
BOOT_CHANGED="" # which of these files were added, changed or removed
BOOT_LINK=/etc/systemd/system/multi-user.target.wants/pulumi-lvs.service

boot_path() { # name -> REPLY
  case $1 in
    modules) REPLY=/etc/modules-load.d/pulumi-lvs.conf ;;
    sysctl) REPLY=/etc/sysctl.d/99-pulumi-lvs.conf ;;
    rules) REPLY=/etc/pulumi-lvs/rules ;;
    network | network6 | firewall | restore) REPLY=/etc/pulumi-lvs/$1 ;;
    unit) REPLY=$BOOT_UNIT ;;
    restore-unit) REPLY=/etc/systemd/system/pulumi-lvs-restore@.service ;;
    *) managers_path "$1" ;;
  esac
}

# The unit loads the sysctls a second time: net.ipv4.vs.* exists only when ip_vs
# is loaded, and an interface's keys only when the interface exists.
# It loads rules before addresses: with a VIP and no rules, the director itself would
# refuse clients. It runs after ipvsadm.service, which clears the table.
boot_unit_text() { # (texts, by the names of files, is the caller's) -> REPLY
  local text line steps="" beside=() modules=${texts[modules]%$'\n'}
  # (nftables.service begins with empty tables. keepalived adds VIPs whose packets must be marked.)
  [[ -z ${texts[firewall]} ]] || beside=('After=nftables.service' 'Before=keepalived.service')
  printf -v text '%s\n' '[Unit]' 'Description=LVS rules and virtual addresses' \
    'Wants=network-online.target' 'After=network-online.target systemd-modules-load.service systemd-sysctl.service ipvsadm.service' ${beside[@]+"${beside[@]}"} '' \
    '[Service]' 'Type=oneshot' 'RemainAfterExit=yes'
  [[ -z $modules ]] || boot_step modprobe "PROGRAM -a ${modules//$'\n'/ }"
  [[ -z ${texts[sysctl]} ]] || boot_step sysctl 'PROGRAM -q -p /etc/sysctl.d/99-pulumi-lvs.conf'
  boot_needed_settings
  [[ -z $REPLY ]] || boot_step sysctl "PROGRAM -q -w$REPLY" ""
  [[ -z ${texts[rules]} ]] || boot_step ipvsadm "/bin/sh -c 'PROGRAM -R </etc/pulumi-lvs/rules'"
  [[ -z ${texts[firewall]} ]] || boot_step nft 'PROGRAM -f /etc/pulumi-lvs/firewall'
  [[ -z ${texts[network]} ]] || boot_step ip 'PROGRAM -force -batch /etc/pulumi-lvs/network'
  [[ -z ${texts[network6]} ]] || boot_step ip 'PROGRAM -6 -force -batch /etc/pulumi-lvs/network6'
  lines_of "${texts[network]}"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    words_of "$line" # address replace ADDRESS/LENGTH dev INTERFACE
    [[ ${WORDS_OF[0]} == address ]] || continue
    ! addresses_has_arp "${WORDS_OF[4]}" || [[ ${WORDS_OF[2]} == *:* ]] || boot_step arping "PROGRAM -q -U -c 1 -I ${WORDS_OF[4]} ${WORDS_OF[2]%/*}"
  done
  printf -v REPLY '%s\n' "$text$steps" '[Install]' 'WantedBy=multi-user.target'
}

# A real server that answered ARP for a VIP would take all of its traffic. So if these settings fail, no VIP is added.
boot_needed_settings() { # (texts is the caller's) -> REPLY, as words for `sysctl -w`, each after a blank; or nothing
  local line needed=""
  lines_of "${texts[sysctl]}"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ -z ${texts[network]} || $line != net.ipv4.conf.all.arp_* ]] || needed+=" ${line/ = /=}"
  done
  REPLY=$needed
}

# What network managers call, where they are here and change what this host has.
boot_add_hooks() { # (texts is the caller's)
  local name any=""
  [[ -n ${texts[network]}${texts[network6]} ]] || return 0
  for name in "${MANAGERS_HOOKS[@]}"; do
    managers_needs "$name" || continue
    managers_text "$name"
    texts[$name]=$REPLY any=yes
  done
  [[ -n $any ]] || return 0
  managers_restore_text
  texts[restore]=$REPLY
  managers_unit_text
  texts["restore-unit"]=$REPLY
}

# Adds a step to the unit. PROGRAM in its line stands for the program's path. With "-", the next steps run even if this one fails.
boot_step() { # program line [""|-; default -]; steps is the caller's
  boot_program_path "$1"
  # (A host may have no arping.)
  [[ -n $REPLY || $1 != arping ]] || return 0
  steps+="ExecStart=${3--}${2%%PROGRAM*}$REPLY${2#*PROGRAM}"$'\n'
}

# The same as $(type -P NAME), without a process.
boot_program_path() { # name -> REPLY, empty where it is not installed
  local folder IFS=:
  for folder in $PATH; do
    REPLY=$folder/$1
    [[ ! -f $REPLY || ! -x $REPLY ]] || return 0
  done
  REPLY=""
}

# The scripts that network managers call are programs.
boot_mode() { # name -> REPLY
  case $1 in dispatcher | ifup) REPLY=0755 ;; *) REPLY=0644 ;; esac
}

# Whether a script that a network manager calls would be run: NetworkManager ignores one that is not executable, or is not root's.
boot_runs() { # name path
  boot_mode "$1"
  [[ $REPLY == 0644 || -x $2 && -O $2 ]]
}

boot_put() { # name text
  local now="" kept="" path
  boot_path "$1"
  path=$REPLY
  if [[ -z $2 ]]; then
    [[ -e $path || -L $path || -e $STATE/boot/$1 ]] || return 0
    [[ ! -e $path ]] || BOOT_CHANGED+=" $1"
    rm -f "$path" "$STATE/boot/$1"
    return
  fi
  [[ ! -e $path ]] || IFS= read -r -d '' now <"$path" || :
  if [[ $now == "$2" ]] && boot_runs "$1" "$path"; then
    [[ ! -e $STATE/boot/$1 ]] || IFS= read -r -d '' kept <"$STATE/boot/$1" || :
    [[ $kept != "$2" ]] || return 0
  fi
  [[ -d $STATE/boot ]] || mkdir -p "$STATE/boot"
  files_make_folder "${path%/*}"
  write_atomically "$STATE/boot/$1" "$2"
  boot_mode "$1"
  write_atomically "$path" "$2" "$REPLY"
  BOOT_CHANGED+=" $1"
}

# Removes what a killed run had half written.
boot_sweep() {
  local name
  for name in "${BOOT_FILES[@]}"; do
    boot_path "$name"
    [[ ! -e $REPLY.new ]] || rm -rf -- "$REPLY.new"
  done
}

boot_write() { # rules, beside what BOOT has
  local name wanted="" known=""
  local -A texts=()
  for name in "${BOOT_FILES[@]}"; do texts[$name]=${BOOT[$name]-}; done
  texts[rules]=$1
  firewall_in_table "${texts[firewall]}"
  firewall_text "$REPLY"
  texts[firewall]=$REPLY
  for name in "${BOOT_FILES[@]}"; do [[ -z ${texts[$name]} ]] || wanted=yes; done
  [[ -e $STATE/boot/unit ]] && known=yes
  if [[ -n $wanted ]]; then
    boot_unit_text
    texts[unit]=$REPLY
    boot_add_hooks
    boot_put_all
    [[ -L $BOOT_LINK ]] || {
      files_make_folder "${BOOT_LINK%/*}"
      ln -sf "$BOOT_UNIT" "$BOOT_LINK"
      BOOT_CHANGED+=" link"
    }
  else
    # The unit only loads files. If the host has booted with it, systemd still lists it as "active", so it is stopped.
    [[ -z $known ]] || systemctl -q stop "${BOOT_UNIT##*/}" 2>/dev/null || :
    [[ ! -e $BOOT_LINK && ! -L $BOOT_LINK ]] || rm -f "$BOOT_LINK"
    boot_put_all
  fi
  # A reload of systemd is only needed if it may have read an earlier version of a unit. (It has read the units of network managers.)
  if [[ " $BOOT_CHANGED " == *' network'?(d)'-unit '* || -n $known && " $BOOT_CHANGED " == *' '?(restore-)'unit '* ]]; then systemctl daemon-reload; fi
  files_drop_folders
  # (An interrupted run may have written the files and ended before this step.)
  [[ -z $BOOT_CHANGED$INTERRUPTED ]] || boot_durable
}

# Brings the lists of names in the folders of these files to the disk; the files themselves are already there.
boot_durable() {
  local name folders=("${BOOT_LINK%/*}")
  for name in "${BOOT_FILES[@]}"; do
    boot_path "$name"
    folders+=("${REPLY%/*}")
  done
  for name in "${!folders[@]}"; do
    [[ -d ${folders[name]} ]] || unset "folders[name]"
  done
  durable "${folders[@]}"
}

boot_put_all() { # (texts is the caller's)
  local name
  for name in "${BOOT_FILES[@]}"; do boot_put "$name" "${texts[$name]}"; done
}

# Whether a file is to be there. A network manager may have come to this host, or gone, since the files were written.
boot_is_due() { # name
  if ! managers_has_hook "$1"; then
    [[ -e $STATE/boot/$1 ]]
  elif [[ -e $STATE/boot/$1 ]]; then
    boot_path "$1"
    [[ -e $REPLY ]] || managers_needs "$1"
  else
    [[ -e $STATE/boot/network || -e $STATE/boot/network6 ]] && managers_needs "$1"
  fi
}

# What somebody has changed in these files: lost|found <tab> boot-file|boot-unit
# <tab> what, one a line. (Not in REPLY, which boot_path sets.)
boot_differences() { # -> BOOT_DIFFERENCES
  local name kept now path
  BOOT_DIFFERENCES=""
  for name in "${BOOT_FILES[@]}"; do
    boot_is_due "$name" || continue
    boot_path "$name"
    path=$REPLY
    if [[ ! -e $path ]]; then
      BOOT_DIFFERENCES+=$'lost\tboot-file\t'$path$'\n'
      continue
    fi
    kept="" now=""
    IFS= read -r -d '' kept <"$STATE/boot/$name" || :
    IFS= read -r -d '' now <"$path" || :
    if [[ $kept != "$now" ]]; then
      BOOT_DIFFERENCES+=$'found\tboot-file\t'"$path, edited"$'\n'
    elif ! boot_runs "$name" "$path"; then
      BOOT_DIFFERENCES+=$'found\tboot-file\t'"$path, which is not run: it must be root's, and executable"$'\n'
    fi
  done
  [[ ! -e $STATE/boot/unit || -L $BOOT_LINK ]] || BOOT_DIFFERENCES+=$'lost\tboot-unit\t'"${BOOT_UNIT##*/} enabled"$'\n'
}
