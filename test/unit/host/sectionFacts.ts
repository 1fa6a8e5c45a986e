/** Facts of each section whose facts are a host's: the section, a fact, and its key. */
export const sectionFacts: [section: string, fact: string, key: string][] = [
  ["packages", "ipvsadm", "ipvsadm"],
  ["packages", "nginx remove-on-destroy", "nginx"],
  ["modules", "ip_vs", "ip_vs"],
  ["sysctl", "net.ipv4.ip_forward = 1", "net.ipv4.ip_forward"],
  ["ipvs", "-a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 1", "-t 198.18.0.100:80 -r 198.18.0.21:80"],
  ["firewall", "mark 7 tcp 80,443 to 198.18.0.100", "mark 7 tcp 80,443 to 198.18.0.100"],
  ["firewall", "clamp 1440 from 198.18.0.100", "clamp 1440 from 198.18.0.100"],
  ["addresses", "198.18.0.100/32 dev eth0", "198.18.0.100/32 dev eth0"],
  ["addresses", "fd18::100/128 dev eth0 nodad preferred_lft 0", "fd18::100/128 dev eth0"],
  ["links", "tunl0 up", "tunl0"],
  ["links", "ip6tnl0 up any", "ip6tnl0"],
  ["routes", "default via 198.18.0.11 dev eth0 table 7000", "default via 198.18.0.11 dev eth0 table 7000"],
  ["routes", "default via fd18::11 dev eth0 table 7000", "default via fd18::11 dev eth0 table 7000"],
  [
    "policies",
    "7114: from 198.18.0.21 ipproto tcp sport 80 lookup 7000",
    "7114: from 198.18.0.21 ipproto tcp sport 80 lookup 7000",
  ],
  [
    "policies",
    "7113: from fd18::21 ipproto udp sport 53-54 lookup main suppress_prefixlength 0",
    "7113: from fd18::21 ipproto udp sport 53-54 lookup main suppress_prefixlength 0",
  ],
  ["files", "/etc/x mode=0644 owner=root group=root content=a b", "/etc/x"],
  ["keepalived", "/etc/keepalived/x mode=0644 owner=root group=root content=", "/etc/keepalived/x"],
  ["units", "nginx.service enabled active", "nginx.service"],
];
