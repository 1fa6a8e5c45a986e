import { vip } from "./traffic";

/** A change of a host by hand, and what the next preview reports about it. */
export interface DriftCase {
  name: string;
  host: string;
  /** A line of shell. */
  break: string;
  /** The preview's lines, in any order. */
  lines: string[];
}

const service = `-t ${vip}:80`;
const head = `-A ${service} -s rr`;
const behind = (last: number, weight = 1) => `-a ${service} -r 198.18.0.${last}:80 -g -w ${weight}`;
const table = [head, behind(21), behind(22), behind(23)].map((line) => `lost  ${line}`);

const page = "/usr/share/nginx/html/index.html";
const pageFact = `file ${page} mode=0644 owner=root group=root`;
const sysctlFile = "/etc/sysctl.d/99-pulumi-lvs.conf";
const modulesFile = "/etc/modules-load.d/pulumi-lvs.conf";
const unit = "/etc/systemd/system/pulumi-lvs.service";

/** A virtual service on the director that is not declared; it is there all the time. */
export const foreignService = "-A -t 198.18.0.150:8080 -s wlc";
export const foreignRules = [
  foreignService,
  "-a -t 198.18.0.150:8080 -r 198.18.0.21:8080 -g -w 3",
  "-a -t 198.18.0.150:8080 -r 198.18.0.22:8080 -g -w 4",
];
export const addForeignRules = foreignRules.map((rule) => `ipvsadm ${rule}`).join("; ");

const onDirector = (name: string, line: string, lines: string[]): DriftCase => ({
  name,
  host: "d1",
  break: line,
  lines,
});

const sysctl = (host: string, key: string, wanted: number): DriftCase => ({
  name: `${key} set to 0`,
  host,
  break: `sysctl -qw ${key}=0`,
  lines: [`lost  ${key} = ${wanted}`, `found ${key} = 0`],
});

export const weightEdited = onDirector("a weight edited", `ipvsadm -e ${service} -r 198.18.0.21:80 -g -w 9`, [
  `lost  ${behind(21)}`,
  `found ${behind(21, 9)}`,
]);

// A file, a rule or a unit can be broken in one way at a time, so the ways are spread over three lists: no case may hide another
// one of its list and host.

export const oneWay: DriftCase[] = [
  onDirector("a destination added", `ipvsadm ${behind(99)}`, [`found ${behind(99)}`]),
  weightEdited,
  onDirector("a destination deleted", `ipvsadm -d ${service} -r 198.18.0.23:80`, [`lost  ${behind(23)}`]),
  onDirector("the scheduler edited", `ipvsadm -E ${service} -s wlc`, [
    `lost  ${head}`,
    `found -A ${service} -s wlc`,
  ]),
  onDirector("the rules file edited", "echo '-A -t 198.18.0.180:80 -s rr' >>/etc/pulumi-lvs/rules", [
    "found file /etc/pulumi-lvs/rules, edited",
  ]),
  onDirector("the network file edited", "echo '# mine' >>/etc/pulumi-lvs/network", [
    "found file /etc/pulumi-lvs/network, edited",
  ]),
  onDirector("the modules file deleted", `rm ${modulesFile}`, [`lost  file ${modulesFile}`]),
  onDirector("the director's VIP removed", `ip address del ${vip}/32 dev eth0`, [`lost  ${vip}/32 dev eth0`]),
  sysctl("d1", "net.ipv4.vs.conn_reuse_mode", 2),
  {
    name: "the VIP taken off lo",
    host: "r1",
    break: `ip address del ${vip}/32 dev lo`,
    lines: [`lost  ${vip}/32 dev lo`],
  },
  sysctl("r1", "net.ipv4.conf.all.arp_announce", 2),
  sysctl("r1", "net.ipv4.conf.eth0.arp_announce", 2),
  {
    name: "the sysctl file deleted",
    host: "r1",
    break: `rm ${sysctlFile}`,
    lines: [`lost  file ${sysctlFile}`],
  },
  sysctl("r2", "net.ipv4.conf.all.arp_ignore", 1),
  sysctl("r2", "net.ipv4.conf.eth0.arp_ignore", 1),
  {
    name: "the web server stopped",
    host: "r2",
    break: "systemctl stop nginx",
    lines: ["lost  unit nginx.service enabled active", "found unit nginx.service enabled inactive"],
  },
  {
    name: "the page edited",
    host: "r3",
    break: `echo hello >>${page}`,
    lines: [`lost  ${pageFact}`, `found ${pageFact}, edited`],
  },
  {
    name: "the boot unit edited",
    host: "r3",
    break: `sed -i s/ExecStart=-/ExecStart=/ ${unit}; systemctl daemon-reload`,
    lines: [`found file ${unit}, edited`],
  },
];

export const anotherWay: DriftCase[] = [
  onDirector("the table cleared", `ipvsadm -C; ${addForeignRules}`, table),
  onDirector("the rules file deleted", "rm /etc/pulumi-lvs/rules", ["lost  file /etc/pulumi-lvs/rules"]),
  onDirector("the network file deleted", "rm /etc/pulumi-lvs/network", [
    "lost  file /etc/pulumi-lvs/network",
  ]),
  onDirector("the modules file edited", `echo dummy >>${modulesFile}`, [`found file ${modulesFile}, edited`]),
  {
    name: "the sysctl file edited",
    host: "r1",
    break: `sed -i s/2/0/ ${sysctlFile}`,
    lines: [`found file ${sysctlFile}, edited`],
  },
  {
    name: "the web server disabled",
    host: "r2",
    break: "systemctl -q disable nginx",
    lines: ["lost  unit nginx.service enabled active", "found unit nginx.service disabled active"],
  },
  {
    name: "the page made unreadable",
    host: "r3",
    break: `chmod 0600 ${page}`,
    lines: [`lost  ${pageFact}`, `found ${pageFact.replace("0644", "0600")}, edited`],
  },
  {
    name: "the boot unit deleted",
    host: "r3",
    break: `rm ${unit}; systemctl daemon-reload`,
    lines: [`lost  file ${unit}`],
  },
];

/** The same cases on a system that has nginx's page in another place. */
export function withPageAt(place: string, cases: DriftCase[]): DriftCase[] {
  return cases.map((each) => ({
    ...each,
    break: each.break.replaceAll(page, place),
    lines: each.lines.map((line) => line.replaceAll(page, place)),
  }));
}

/** Packages that are removed, with the facts that need them. */
export const withPackages: DriftCase[] = [
  onDirector("ipvsadm removed", "dnf -y -q remove ipvsadm", [
    "lost  package ipvsadm",
    "lost  sight of the rules, which cannot be read without ipvsadm",
  ]),
  {
    name: "the package of the web server removed",
    host: "r1",
    break: "dnf -y -q remove nginx",
    lines: ["lost  package nginx", `lost  ${pageFact}`, "lost  unit nginx.service enabled active"],
  },
  // (The only case of its host: this alone must cause a repair.)
  {
    name: "the boot unit disabled",
    host: "r2",
    break: "systemctl -q disable pulumi-lvs",
    lines: ["lost  unit pulumi-lvs.service enabled"],
  },
  { name: "the page deleted", host: "r3", break: `rm ${page}`, lines: [`lost  ${pageFact}`] },
];
