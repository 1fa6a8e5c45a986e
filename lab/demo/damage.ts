// Damage that somebody does to the cluster by hand, and the lines with which a preview must report it.

export interface Damage {
  host: string;
  command: string;
  /** The ends of the preview's lines that begin with `+ # `. */
  named: string[];
}

export function damages(vip: string, addresses: Record<string, string>): Damage[] {
  const destination = (server: string, weight: number) =>
    `-a -t ${vip}:80 -r ${addresses[server]}:80 -g -w ${weight}`;
  return [
    {
      host: "d1",
      command: `ipvsadm -e -t ${vip}:80 -r ${addresses.r1}:80 -g -w 5`,
      named: [`lost  ${destination("r1", 1)}`, `found ${destination("r1", 5)}`],
    },
    {
      host: "d1",
      command: `ipvsadm -d -t ${vip}:80 -r ${addresses.r2}:80`,
      named: [`lost  ${destination("r2", 1)}`],
    },
    { host: "r3", command: `ip address del ${vip}/32 dev lo`, named: [`lost  ${vip}/32 dev lo`] },
    {
      host: "r1",
      command: "sysctl -w net.ipv4.conf.all.arp_ignore=0",
      named: ["lost  net.ipv4.conf.all.arp_ignore = 1", "found net.ipv4.conf.all.arp_ignore = 0"],
    },
  ];
}
