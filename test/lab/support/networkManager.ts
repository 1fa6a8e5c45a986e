// NetworkManager on a machine of the lab, in charge of eth0 with the addresses that it has. Its files are not in the RPM database, and udev, which it needs, is masked.
import { shell } from "./stack";

const folder = "/etc/NetworkManager";

/** The name of its profile for eth0. */
export const profile = "lan";

/** Starts it. NetworkManager manages eth0 only when udev has seen it; it calls scripts only when its dispatcher is enabled, as on CentOS. */
export async function startNetworkManager(host: string): Promise<void> {
  await shell(
    host,
    `address=$(ip -4 -o address show dev eth0 | awk '$4 !~ /\\/32$/ { print $4; exit }')
    gateway=$(ip -4 route show default | awk '{ print $3; exit }')
    umask 077
    printf '%s\\n' '[connection]' id=${profile} type=ethernet interface-name=eth0 '[ipv4]' method=manual \
      "address1=$address,$gateway" '[ipv6]' method=disabled >${folder}/system-connections/${profile}.nmconnection
    printf '%s\\n' '[main]' hostname-mode=none >${folder}/conf.d/lab.conf
    cd /etc/systemd/system && rm systemd-udev*
    systemctl -q enable NetworkManager-dispatcher
    systemctl daemon-reload
    systemctl reload dbus
    systemctl start systemd-udevd
    udevadm trigger --subsystem-match=net
    udevadm settle
    systemctl start NetworkManager
    for ((tries = 1; ; tries++)); do
      ! nmcli -g GENERAL.STATE device show eth0 | grep -q '^100 ' || break
      ((tries < 300)) || exit 1
      sleep 0.2
    done
    nmcli connection up ${profile}`,
  );
}
