#!/usr/bin/env bash
# By hand, on a real server: NAME INTERFACE VIP…
# As director.sh: looks before it acts, survives a reboot, can be run again.
set -euo pipefail
name=$1 interface=$2
shift 2

put() { # path text: returns 1 when the file was that already
  cmp -s "$1" - <<<"$2" && return 1
  printf '%s\n' "$2" >"$1"
}

settings="net.ipv4.conf.all.arp_announce = 2
net.ipv4.conf.all.arp_ignore = 1
net.ipv4.conf.$interface.arp_announce = 2
net.ipv4.conf.$interface.arp_ignore = 1"
if put /etc/sysctl.d/90-lvs.conf "$settings"; then
  sysctl -q -p /etc/sysctl.d/90-lvs.conf
fi

starts=""
for vip in "$@"; do
  ip address replace "$vip/32" dev lo
  starts+="ExecStart=/usr/sbin/ip address replace $vip/32 dev lo"$'\n'
done
unit="[Unit]
Description=LVS virtual addresses
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
RemainAfterExit=yes
$starts
[Install]
WantedBy=multi-user.target"
if put /etc/systemd/system/lvs-real-server.service "$unit"; then
  systemctl daemon-reload
  systemctl -q enable lvs-real-server.service
fi

# What firewalld lets through, now and after a reboot.
if systemctl -q is-active firewalld; then
  open=()
  for vip in "$@"; do open+=("rule family=\"ipv4\" destination address=\"$vip\" port port=\"80\" protocol=\"tcp\" accept"); done
  for half in "" --permanent; do
    for rule in "${open[@]}"; do
      # shellcheck disable=SC2086 # nothing, or an option
      firewall-cmd -q $half --query-rich-rule="$rule" || firewall-cmd -q $half --add-rich-rule="$rule"
    done
  done
fi

rpm -q nginx >/dev/null || dnf -y -q install nginx
put /usr/share/nginx/html/index.html "<h1>$name</h1>" || :
[[ -L /etc/systemd/system/multi-user.target.wants/nginx.service ]] || systemctl -q enable nginx.service
systemctl -q is-active nginx.service || systemctl start nginx.service
