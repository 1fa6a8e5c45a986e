# shellcheck shell=bash disable=SC2016,SC2154 # texts of other shells; variables shared between the parts
# Network managers: NetworkManager, systemd-networkd, ifupdown of Debian, network.service of CentOS 7. When they configure an interface, they remove addresses,
# routes and ip rules that they have not set. Each of them gets one file, where it is on the host: by that it calls the script `restore` afterwards, in a unit
# of systemd. No profile of theirs is touched. (They are found without a process.)

MANAGERS_ROOT="" # tests have a folder here
# The files by which managers call it, as boot files. (A name that ends with -unit is a drop-in of the manager's unit; any other one, a script.)
MANAGERS_HOOKS=(dispatcher ifup network-unit networkd-unit)

# Whether a boot file is one of these.
managers_has_hook() { # name
  [[ " ${MANAGERS_HOOKS[*]} " == *" $1 "* ]]
}

# Whether a boot file is a script that a manager runs.
managers_has_script() { # name
  managers_has_hook "$1" && [[ $1 != *-unit ]]
}

# Whether the manager that needs this file is here.
managers_needs() { # name
  case $1 in
    dispatcher) [[ -d $MANAGERS_ROOT/etc/NetworkManager/dispatcher.d ]] ;;
    # (Other packages make this folder as well.)
    ifup) [[ -d $MANAGERS_ROOT/etc/network/if-up.d && -e $MANAGERS_ROOT/sbin/ifup ]] ;;
    network-unit) [[ -e $MANAGERS_ROOT/etc/rc.d/init.d/network ]] ;;
    # (It writes this file when it starts. Its program is on hosts that do not use it, too.)
    networkd-unit) [[ -e $MANAGERS_ROOT/run/systemd/netif/state ]] ;;
  esac
}

managers_path() { # name -> REPLY
  case $1 in
    dispatcher) REPLY=/etc/NetworkManager/dispatcher.d/10-pulumi-lvs ;;
    ifup) REPLY=/etc/network/if-up.d/pulumi-lvs ;;
    network-unit) REPLY=/etc/systemd/system/network.service.d/pulumi-lvs.conf ;;
    networkd-unit) REPLY=/etc/systemd/system/systemd-networkd.service.d/pulumi-lvs.conf ;;
  esac
}

# The text of such a file. Interfaces are instances of the unit; `all` stands for all of them.
managers_text() { # name -> REPLY
  local run='systemctl --no-block restart'
  case $1 in
    # (NetworkManager-dispatcher(8))
    dispatcher) printf -v REPLY '%s\n' '#!/bin/sh' \
      '# After a change of an interface by NetworkManager, what LVS needs on it is set again.' \
      'case $2 in' "  up | reapply | dhcp4-change | dhcp6-change) exec $run \"pulumi-lvs-restore@\$1.service\" ;;" 'esac' ;;
    # (interfaces(5). With --all, it is called once more at the end. If such a script fails, ifup does.)
    ifup) printf -v REPLY '%s\n' '#!/bin/sh' \
      '# After ifup of an interface, what LVS needs on it is set again.' \
      "[ \"\$IFACE\" = --all ] || $run \"pulumi-lvs-restore@\$IFACE.service\" || :" ;;
    # (Each start and restart of this unit also starts what it wants.)
    network-unit | networkd-unit) printf -v REPLY '%s\n' '[Unit]' 'Wants=pulumi-lvs-restore@all.service' ;;
  esac
}

# Somebody who disables the boot unit wants no VIPs after a boot, so no interface brings them then.
# StartLimitInterval: several interfaces may come within a moment, and systemd would refuse the sixth start of a unit in ten seconds.
managers_unit_text() { # -> REPLY
  printf -v REPLY '%s\n' '[Unit]' 'Description=Virtual addresses and routes of LVS, after a change of interface %i' \
    'After=pulumi-lvs.service network.service systemd-networkd.service' "ConditionPathIsSymbolicLink=$BOOT_LINK" '' \
    '[Service]' 'Type=oneshot' 'StartLimitInterval=0' 'ExecStart=/bin/sh /etc/pulumi-lvs/restore %i'
}

# The script that the unit runs. It sets only what is on the interface, and what is on lo and on tunnels, which no manager takes down on purpose. An
# interface that somebody has disconnected must not get its VIP back because another one has changed. A change that makes a single director one of a
# pair writes this script and its texts at its end: until then, and for longer if it is killed, these still have the VIPs.
managers_restore_text() { # (texts, by the names of files, is the caller's) -> REPLY
  local line interface always=" lo " announcements="" pattern
  lines_of "${texts[network]}"
  for line in ${LINES_OF[@]+"${LINES_OF[@]}"}; do
    [[ $line =~ ' dev '([^ ]+) ]] || continue
    interface=${BASH_REMATCH[1]}
    if ! addresses_has_arp "$interface"; then
      [[ $always == *" $interface "* ]] || always+="$interface "
    elif [[ $line =~ ^address\ replace\ ([0-9.]+)/ ]]; then
      announcements+="announce $interface ${BASH_REMATCH[1]}"$'\n'
    fi
  done
  words_of "$always"
  printf -v pattern '*" dev %s "* | ' ${WORDS_OF[@]+"${WORDS_OF[@]}"}
  boot_needed_settings
  line=$REPLY
  printf -v REPLY '%s\n' '# Usage: restore INTERFACE|all' \
    '# Sets again what LVS needs on an interface, on lo and on tunnels, after a network manager has removed it.' \
    'interface=$1' 'wanted() { # file' '  while read -r line; do' '    case "$line " in' "      $pattern*\" dev \$interface \"*) ;;" \
    '      *" dev "*) [ "$interface" = all ] || continue ;;' '    esac' \
    '    address=${line#address replace } address=${address%% *}' '    case $line in "address replace "*) case $kept in *" $address "*) continue ;; esac ;; esac' \
    '    echo "$line"' '  done <"$1"' '}' \
    'announce() { # interface address' '  [ "$interface" != all ] && [ "$interface" != "$1" ] || arping -q -U -c 1 -I "$1" "$2" 2>/dev/null' '}' \
    'set_again() {' \
    '  # keepalived moves its VIPs by itself: a director that has joined a pair may have become the backup.' \
    '  kept=" $(systemctl -q is-active keepalived.service && cat /etc/keepalived/keepalived.conf /etc/keepalived/conf.d/*.conf 2>/dev/null | tr "\n\t" "  ") "'
  # (An interface that was removed and added again has the kernel's settings. In sysctl.d(5), a name with dots has slashes in their place.)
  [[ -z ${texts[sysctl]} ]] || REPLY+='  grep -F ".conf.$(echo "$interface" | tr . /)." /etc/sysctl.d/99-pulumi-lvs.conf | sysctl -q -p - 2>/dev/null'$'\n'
  [[ -z $line ]] || REPLY+="  sysctl -q -w$line || exit"$'\n'
  # (What is still there is an error for `ip`. A look reports what is missing.)
  [[ -z ${texts[network]} ]] || REPLY+='  wanted /etc/pulumi-lvs/network | ip -force -batch - 2>/dev/null'$'\n'
  [[ -z ${texts[network6]} ]] || REPLY+='  wanted /etc/pulumi-lvs/network6 | ip -6 -force -batch - 2>/dev/null'$'\n'
  # (NetworkManager, when it starts, takes addresses from tunnels some tenths of a second after it has called the script.)
  REPLY+="}"$'\n'"set_again"$'\n'"${announcements}sleep 3"$'\n'"set_again"$'\n'"exit 0"$'\n'
}

# Whether NetworkManager is in charge. (Its programs, and its folder for scripts, are on hosts that do not use it, too.)
managers_network_manager_runs() {
  system_unit_runs NetworkManager.service
}

# Why facts may be lost that a change has set: what no manager of this host calls a script for.
managers_causes() { # what a look has found -> REPLY, a sentence, or nothing
  local lost=$'\nlost\t(addresses|links|fou|routes|policies)\t' by_hand=$'\nlost\t(routes\t|addresses\t[0-9a-f.]*:)' causes=""
  REPLY=""
  [[ $'\n'$1 =~ $lost ]] || return 0
  [[ ! $'\n'$1 =~ $by_hand ]] || causes+="; an interface that is set down by hand (ip link set) loses its routes and its IPv6 addresses"
  ! managers_network_manager_runs || causes+="; NetworkManager removes VIPs of IPv4 when an interface that was set down by hand comes up again, and calls no script then"
  ! managers_needs networkd-unit || causes+="; systemd-networkd removes what it has not set when it configures an interface again (networkctl reconfigure, or networkctl reload after a change of its files)"
  ! managers_needs network-unit || causes+="; ifdown and ifup of one interface (network-scripts) remove what is on it"
  [[ -z $causes ]] || REPLY="why addresses, tunnels or routes may be lost: ${causes#; }"
}
