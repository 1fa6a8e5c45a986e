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

unit="[Unit]
Description=LVS director
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c '/usr/sbin/ipvsadm -R </etc/sysconfig/ipvsadm'
ExecStart=/usr/sbin/ip address replace $vip/32 dev $interface

[Install]
WantedBy=multi-user.target"
if put /etc/systemd/system/lvs-director.service "$unit"; then
  systemctl daemon-reload
  systemctl -q enable lvs-director.service
fi
