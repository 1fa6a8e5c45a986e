// The state of a host, as far as a load balancer could change it. It is read before and after, to find what was left behind.
import type { Lab } from "./lab";
import { succeed } from "./succeed";

/** Facts by their names: "sysctl net.ipv4.ip_forward" is "0". */
export type Fingerprint = ReadonlyMap<string, string>;

/**
 * One line for each fact: SECTION <tab> NAME <tab> VALUE. Times and counters are left out, since they change by themselves; so is the
 * package manager's own data. Accounts are compared one by one, because the files with the accounts, and their backups, are rewritten as a
 * whole.
 */
const program = String.raw`
export LC_ALL=C
# (The addresses of a machine that has just booted may still be on probation.)
for ((look = 0; look < 50; look++)); do
  [[ -n $(ip -o address show tentative) ]] || break
  sleep 0.1
done
if type -P rpm >/dev/null; then
  rpm -qa --qf 'package\t%{NAME}\t%{VERSION}-%{RELEASE}\n'
else
  dpkg --list | awk '$1 == "ii" { print "package\t" $2 "\t" $3 }'
fi
getent passwd | awk -F: '{ print "account\t" $1 "\t" $0 }'
getent group | awk -F: '{ print "group\t" $1 "\t" $0 }'
set -- /etc
# (Files of units, and the links that enable them; systemctl takes seconds to list the same.)
for place in /usr/lib/systemd/system /usr/local/lib/systemd/system /run/systemd/system /usr/share/nginx /var/www; do [[ ! -e $place ]] || set -- "$@" "$place"; done
accounts='^/etc/(passwd|shadow|group|gshadow|subuid|subgid)-?$|^/etc/\.pwd\.lock$'
find "$@" \( -type d -printf 'file\t%p\t%y %m %U %G\n' -o -printf 'file\t%p\t%y %m %U %G %n %l\n' \) | awk -F '\t' -v accounts="$accounts" '$2 !~ accounts'
find "$@" -type f -exec sha256sum {} + | awk -v accounts="$accounts" '{ hash = $1; sub(/^[^ ]+ [ *]/, ""); if ($0 !~ accounts) print "content\t" $0 "\t" hash }'
find /var/lib -mindepth 1 \( -path /var/lib/rpm -o -path /var/lib/dnf -o -path /var/lib/dpkg -o -path /var/lib/apt -o -path /var/lib/systemd -o -path /var/lib/NetworkManager/timestamps \) -prune -o -printf 'state\t%p\t%y %m %U %G %l\n'
sysctl -a -r '^net\.ipv[46]\.' 2>/dev/null | awk '{ at = index($0, " = "); print "sysctl\t" substr($0, 1, at - 1) "\t" substr($0, at + 3) }'
# (What goes on in a link: who listens to all packets, an address by chance.)
ip -o -d link | awk '{ device = $2; sub(/:$/, "", device); $1 = $2 = ""; gsub(/\\|(promiscuity|allmulti|permaddr) [^ ]+/, ""); $1 = $1; print "link\t" device "\t" $0 }'
ip -o address | awk '!/ temporary / { device = $2; address = $4; $1 = $2 = $3 = $4 = ""; gsub(/\\|(valid|preferred)_lft [^ ]+/, ""); $1 = $1; print "address\t" address " dev " device "\t" $0 }'
for family in 4 6; do
  # (A kernel without rules has none to show. A route that expires was learnt from somebody.)
  { ip -$family rule show 2>/dev/null || true; } | awk -v family=$family '{ gsub(/[\t ]+/, " "); print "routing rule\tIPv" family " " $0 "\t" }'
  ip -o -$family route show table all | awk '!/ expires / { gsub(/[\\\t ]+/, " "); sub(/ $/, ""); print "route\t" $0 "\t" }'
done
# (Those by which the kernel answers ss come whenever somebody looks.)
awk '$1 !~ /_diag$/ { print "module\t" $1 "\t" }' /proc/modules
# (nft would load nf_tables, which is not to be seen as a change. Without it there are no rules.)
if [[ -d /sys/module/nf_tables ]] && type -P nft >/dev/null; then
  nft --stateless list ruleset | awk '
    { gsub(/[\t ]+/, " "); sub(/^ /, ""); sub(/ $/, "") }
    $0 == "" || $0 == "}" { next }
    $1 == "table" { place = $0; line = 0; sub(/ [{]$/, "", place); table = place; print "nft\t" place "\t"; next }
    /[{]$/ && /^(chain|set|map|flowtable|counter|quota|limit|ct|secmark|synproxy) / { place = table " " $0; sub(/ [{]$/, "", place); line = 0; print "nft\t" place "\t"; next }
    { print "nft\t" place " " ++line "\t" $0 }'
fi
# (Units that come when somebody asks for them and go by themselves; and one that only waits, at a boot at which somebody wants it. A
# socket runs while its service does.)
systemctl list-units --plain --no-legend --type=service,socket,timer,path --state=active,failed |
  awk '$1 !~ /^(systemd-hostnamed|polkit|NetworkManager-(dispatcher|wait-online))\.service$/ { print "unit\t" $1 "\t" $3 ($1 ~ /[.]socket$/ ? "" : " " $4) }'
if [[ -e /proc/net/ip_vs ]]; then
  ipvsadm -Sn | awk '{ print "rule\t" $0 "\t" }'
  ipvsadm -Ln --thresholds | awk '$1 == "TCP" || $1 == "UDP" { service = $1 " " $2 } $1 == "->" && $3 + $4 > 0 { print "thresholds\t" service " " $2 "\t" $3 " " $4 }'
fi
`;

export async function fingerprint(lab: Lab, host: string): Promise<Fingerprint> {
  const output = await succeed(lab, host, ["bash", "-c", `set -euo pipefail\n${program}`]);
  const facts = output.split("\n").flatMap((line): [string, string][] => {
    const [section, what, ...value] = line.split("\t");
    return what === undefined ? [] : [[`${section} ${what}`, value.join(" ").trim()]];
  });
  return new Map(facts.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The differences, one a line: `- sysctl net.ipv4.ip_forward: 0` was there before, `+ …` is there now. */
export function differences(before: Fingerprint, after: Fingerprint): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((what) => {
    const [old, now] = [before.get(what), after.get(what)];
    if (old === now) return [];
    return [
      ...(old === undefined ? [] : [`- ${what}: ${old}`]),
      ...(now === undefined ? [] : [`+ ${what}: ${now}`]),
    ];
  });
}

/** The removal of nginx's package keeps these on every host of the CentOS family: its user, its group, its state. */
const stays = /^\+ (account nginx|group nginx|state \/var\/lib\/nginx\b)/;

/** Debian's packages make these when they are installed, and do not list them among their files. */
const madeByPackages =
  /^[-+] (file \/etc\/rc[0-6]\.d\/[KS]|content \/etc\/ld\.so\.cache:|state \/var\/lib\/ucf\/|(file|content) (\/etc\/nginx\/sites-enabled\/default|\/var\/www\/html\/index\.nginx-debian\.html):)/;

/** The differences from before, without files that a removed package leaves. */
export function leftBehind(before: Fingerprint, after: Fingerprint): string[] {
  return differences(before, after).filter((line) => !stays.test(line) && !madeByPackages.test(line));
}

/** The present state of the host without the files of packages that were not installed before: these may stay. */
export async function withoutNewPackages(lab: Lab, host: string, before: Fingerprint): Promise<Fingerprint> {
  const after = new Map(await fingerprint(lab, host));
  const packages = [...after.keys()]
    .filter((what) => what.startsWith("package ") && !before.has(what))
    .map((what) => what.slice("package ".length));
  if (packages.length === 0) return after;
  const list = 'if type -P rpm >/dev/null; then rpm -q --list -- "$@"; else dpkg-query -L "$@"; fi';
  const files = await succeed(lab, host, ["bash", "-c", list, "bash", ...packages]);
  const brought = [
    ...packages.map((name) => `package ${name}`),
    // (/lib is a link to /usr/lib, and some packages use /lib.)
    ...files
      .split("\n")
      .map((path) => path.replace(/^\/lib\//, "/usr/lib/"))
      .flatMap((path) => [`file ${path}`, `content ${path}`, `state ${path}`]),
  ];
  for (const what of brought) if (!before.has(what)) after.delete(what);
  return after;
}
