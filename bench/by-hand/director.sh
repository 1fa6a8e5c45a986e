#!/usr/bin/env bash
# By hand, on a director: VIP INTERFACE PORT REAL-SERVER…
# Looks before it acts, survives a reboot, can be run again. What it does not do: notice drift, take anything back, keep
# what others put there, read back what came of it.
set -euo pipefail
vip=$1 interface=$2 port=$3
shift 3

put() { # path text: returns 1 when the file was that already
  cmp -s "$1" - <<<"$2" && return 1
  printf '%s\n' "$2" >"$1"
}

rules="-A -t $vip:$port -s wrr"
for server in "$@"; do
  rules+=$'\n'"-a -t $vip:$port -r $server:$port -g -w 1"
done

rpm -q ipvsadm >/dev/null || dnf -y -q install ipvsadm
put /etc/modules-load.d/lvs.conf $'ip_vs\nip_vs_wrr' || :
[[ -d /sys/module/ip_vs_wrr ]] || modprobe -a ip_vs ip_vs_wrr

put /etc/sysconfig/ipvsadm "$rules" || :
if [[ $(ipvsadm -Sn | sort) != "$(sort <<<"$rules")" ]]; then
  ipvsadm -C
  ipvsadm -R <<<"$rules"
fi
ip address replace "$vip/32" dev "$interface"

# What firewalld lets through, now and after a reboot.
if systemctl -q is-active firewalld; then
  open=("rule family=\"ipv4\" destination address=\"$vip\" port port=\"$port\" protocol=\"tcp\" accept")
  for half in "" --permanent; do
    for rule in "${open[@]}"; do
      # shellcheck disable=SC2086 # nothing, or an option
      firewall-cmd -q $half --query-rich-rule="$rule" || firewall-cmd -q $half --add-rich-rule="$rule"
    done
  done
fi

untracked=""
if systemctl -q is-active firewalld; then
  table="table ip lvs
delete table ip lvs
table ip lvs {
  chain untracked {
    type filter hook prerouting priority raw;
    ip daddr $vip tcp dport $port notrack
  }
}"
  put /etc/sysconfig/lvs.nft "$table" || :
  nft list table ip lvs >/dev/null 2>&1 || nft -f /etc/sysconfig/lvs.nft
  untracked="ExecStart=/usr/sbin/nft -f /etc/sysconfig/lvs.nft"
fi

unit="[Unit]
Description=LVS director
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c '/usr/sbin/ipvsadm -R </etc/sysconfig/ipvsadm'
ExecStart=/usr/sbin/ip address replace $vip/32 dev $interface
$untracked

[Install]
WantedBy=multi-user.target"
if put /etc/systemd/system/lvs-director.service "$unit"; then
  systemctl daemon-reload
  systemctl -q enable lvs-director.service
fi
