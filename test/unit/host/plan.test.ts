import { describe, expect, it } from "vitest";
import { runPlan, type Facts } from "./awk";

const service = "-A -t 10.0.0.100:80 -s wrr";
const first = "-a -t 10.0.0.100:80 -r 10.0.0.1:80 -g -w 1";
const second = "-a -t 10.0.0.100:80 -r 10.0.0.2:80 -g -w 1";
const table = [`ipvs ${service}`, `ipvs ${first}`, `ipvs ${second}`];
const origins = [
  "ipvs\t-t 10.0.0.100:80\t-",
  "ipvs\t-t 10.0.0.100:80 -r 10.0.0.1:80\t-",
  "ipvs\t-t 10.0.0.100:80 -r 10.0.0.2:80\t-",
];
const asPrinted = [`${service}`, `${first}`, `${second}`];

const keeper = "keeper keepalived";
const vipFact = "addresses 10.0.0.100/32 dev eth0";
const kept = [keeper, ...table, vipFact];

const onLo = ["role real-server", "addresses 10.0.0.100/32 dev lo"];
const loops = (keeper: string, carrier: string) =>
  `clash | [addresses] 10.0.0.100 is a VIP of the pair that this host is a director of, by ${keeper}, and ${carrier} has it there as a real server: as backup the host has the rules as well, and would balance again what the master sends it, in a loop; let hosts that are no directors of the pair be its real servers (if one of the two is to go, that takes an update of its own before)`;

const twoManagers = (keeper: string, plain: string) =>
  `clash | [addresses] 10.0.0.100 is a VIP of the pair that this host is a director of, by ${keeper}, and ${plain} wants it on this host all the time; two hosts would have it: declare its services in the same KeepalivedPair or Cluster (if one of the two is to go, that takes an update of its own before)`;

interface Case {
  name: string;
  mode: string;
  facts: Facts;
  plan: string[];
  only?: string;
}

const replies = "from 10.0.0.21 ipproto tcp sport 80";
const back = (table: number) => `policies 7114: ${replies} lookup ${table}`;
const spared = `policies 7113: ${replies} lookup main suppress_prefixlength 0`;
const replyClashes = [
  { theirs: [spared, back(1)], plan: [] },
  { theirs: [spared, back(1).replace("80", "81")], plan: [] },
  {
    theirs: [spared, back(2)],
    plan: [
      `clash | [policies] "7114: ${replies} lookup 1" is wanted by web/prod/Director/d1, but other has "7114: ${replies} lookup 2" there, for the same replies; let both have the same gateway, or one of the two services another port`,
    ],
  },
  {
    theirs: [back(1)],
    plan: [
      `clash | [policies] replies ${replies} to neighbours are to go to the director by only one of web/prod/Director/d1 and other; give both the same localClients, or one of the two services another port`,
    ],
  },
].map(({ theirs, plan }) => ({
  name: `the way back of two owners: ${theirs.join(", ")}`,
  mode: "observe",
  facts: { desired: [spared, back(1)], others: { other: theirs } },
  plan,
}));

const mark = "mark 7 tcp 80,443 to 10.0.0.100";
const markOrigin = `firewall\t${mark}\t-`;

const markClash = (mine: string, theirs: string) =>
  `clash | [firewall] "${mine}" is wanted by web/prod/Director/d1, but other has "${theirs}" there, for some of the same packets; let one of the two services have these ports, or give both the same mark (if that is a former name of this one, see docs/names.md)`;

/** For two VIPs. */
const oneMarkClash = (mine: string, theirs: string) =>
  `clash | [firewall] "${mine}" is wanted by web/prod/Director/d1, but other has "${theirs}" there: packets for both VIPs would be of one service; give one of the two services another mark`;

const cases: Case[] = [
  ...(
    [
      ["mark 8 tcp 443 to 10.0.0.100", markClash],
      ["mark 8 tcp 79-81 to 10.0.0.100", markClash],
      ["mark 8 tcp all to 10.0.0.100", markClash],
      ["mark 7 tcp all to 10.0.0.100", undefined],
      ["mark 8 tcp 81-442 to 10.0.0.100", undefined],
      ["mark 8 udp 80 to 10.0.0.100", undefined],
      ["mark 8 tcp 80 to 10.0.0.101", undefined],
      ["mark 7 udp 53 to 10.0.0.101", oneMarkClash],
      ["mark 7 tcp 80,443 to fd00::100", undefined],
    ] as const
  ).map(([theirs, clash]): Case => ({
    name: `${mark} ${clash ? "does not go" : "goes"} beside ${theirs}`,
    mode: "observe",
    facts: { desired: [`firewall ${mark}`], others: { other: [`firewall ${theirs}`] } },
    plan: clash ? [clash(mark, theirs)] : [],
  })),
  {
    name: "a rule of the firewall: nothing was there before, whatever is in the table",
    mode: "plan",
    facts: { desired: [`firewall ${mark}`], live: [`firewall ${mark}`] },
    plan: [`origin | firewall | ${mark} | -`],
  },
  {
    name: "a rule of the firewall that another owner wants as well stays",
    mode: "plan",
    facts: {
      last: [`firewall ${mark}`],
      others: { other: [`firewall ${mark}`] },
      origins: [markOrigin],
      live: [`firewall ${mark}`],
    },
    plan: [],
  },
  {
    name: "a rule of the firewall goes with its last owner",
    mode: "plan",
    facts: { last: [`firewall ${mark}`], origins: [markOrigin], live: [`firewall ${mark}`] },
    plan: [`unset | firewall | ${mark} | - | ${mark}`],
  },
  {
    name: "what somebody has put into the firewall's table is found, and goes",
    mode: "plan",
    facts: {
      desired: [`firewall ${mark}`],
      last: [`firewall ${mark}`],
      origins: [markOrigin],
      live: ["firewall rule marks drop"],
    },
    plan: [
      `set | firewall | ${mark} | ${mark} | -`,
      "unset | firewall | rule marks drop | - | rule marks drop",
    ],
  },
  {
    name: "a look finds it",
    mode: "observe",
    facts: {
      last: [`firewall ${mark}`],
      origins: [markOrigin],
      live: ["firewall rule marks drop"],
    },
    plan: [`lost | firewall | ${mark}`, "found | firewall | rule marks drop"],
  },
  {
    name: "a table of the firewall that is not ours is left alone",
    mode: "plan",
    facts: { pending: [`firewall ${mark}`], live: ["firewall rule marks drop"] },
    plan: [],
  },
  {
    name: "a first creation records that nothing was there, and sets each line",
    mode: "plan",
    facts: { desired: table },
    plan: [
      "origin | ipvs | -t 10.0.0.100:80 | -",
      `set | ipvs | -t 10.0.0.100:80 | ${service} | -`,
      `set | ipvs | -t 10.0.0.100:80 -r 10.0.0.1:80 | ${first} | -`,
      `set | ipvs | -t 10.0.0.100:80 -r 10.0.0.2:80 | ${second} | -`,
    ],
  },
  {
    name: "the same again plans nothing",
    mode: "plan",
    facts: { desired: table, last: table, origins, rules: asPrinted },
    plan: [],
  },
  {
    name: "one weight is one line",
    mode: "plan",
    facts: {
      desired: [table[0]!, table[1]!, `ipvs ${second.replace("-w 1", "-w 10")}`],
      last: table,
      origins,
      rules: asPrinted,
    },
    plan: [`set | ipvs | -t 10.0.0.100:80 -r 10.0.0.2:80 | ${second.replace("-w 1", "-w 10")} | ${second}`],
  },
  {
    name: "a weight of 1 is not a weight of 10",
    mode: "verify",
    facts: { desired: table, rules: [service, first, second.replace("-w 1", "-w 10")] },
    plan: [`lost | ipvs | ${second}`, `found | ipvs | ${second.replace("-w 1", "-w 10")}`],
  },
  {
    name: "a destination that leaves is released to what was there: nothing",
    mode: "plan",
    facts: { desired: table.slice(0, 2), last: table, origins, rules: asPrinted },
    plan: [`unset | ipvs | -t 10.0.0.100:80 -r 10.0.0.2:80 | - | ${second}`],
  },
  ...replyClashes,
  ...[
    ["-s sh", "-s sh -b sh-fallback"],
    ["-s mh -b mh-port", "-s mh -b mh-fallback,mh-port"],
    ["-s sh -b sh-port -p 300", "-s sh -b sh-fallback,sh-port -p 300"],
  ].map(([scheduler, lent]) => {
    const hashed = `-A -t 10.0.0.100:80 ${scheduler}`;
    return {
      name: `while a destination drains, ${scheduler} is lent its flag to fall back`,
      mode: "plan",
      facts: {
        desired: [`ipvs ${hashed}`, table[1]!],
        last: [`ipvs ${hashed}`, ...table.slice(1)],
        origins,
        rules: [hashed, ...asPrinted.slice(1)],
      },
      plan: [
        `lend | ipvs | -t 10.0.0.100:80 | -A -t 10.0.0.100:80 ${lent} | ${hashed}`,
        `unset | ipvs | -t 10.0.0.100:80 -r 10.0.0.2:80 | - | ${second}`,
      ],
    };
  }),
  {
    name: "a scheduler that falls back anyway is lent nothing",
    mode: "plan",
    facts: {
      desired: ["ipvs -A -t 10.0.0.100:80 -s sh -b sh-fallback", table[1]!],
      last: ["ipvs -A -t 10.0.0.100:80 -s sh -b sh-fallback", ...table.slice(1)],
      origins,
      rules: ["-A -t 10.0.0.100:80 -s sh -b sh-fallback", ...asPrinted.slice(1)],
    },
    plan: [`unset | ipvs | -t 10.0.0.100:80 -r 10.0.0.2:80 | - | ${second}`],
  },
  {
    name: "a service that goes as a whole is lent nothing",
    mode: "plan",
    facts: {
      last: ["ipvs -A -t 10.0.0.100:80 -s sh", table[1]!],
      origins: origins.slice(0, 2),
      rules: ["-A -t 10.0.0.100:80 -s sh", asPrinted[1]!],
    },
    plan: [
      "unset | ipvs | -t 10.0.0.100:80 | - | -A -t 10.0.0.100:80 -s sh",
      `unset | ipvs | -t 10.0.0.100:80 -r 10.0.0.1:80 | - | ${first}`,
    ],
  },
  ...[true, false].map((same) => ({
    name: `an address of the host that is on another interface is ${same ? "drift" : "no drift where the document differs"}`,
    mode: "observe",
    facts: {
      same,
      desired: [
        "sysctl net.ipv4.conf.bond0.arp_ignore = 1",
        "addresses 10.0.0.100/32 dev bond0",
        "units a enabled active",
      ],
      last: ["modules ip_vs", "sysctl net.ipv4.conf.eth0.arp_ignore = 1", "addresses 10.0.0.100/32 dev eth0"],
      live: ["modules ip_vs", "sysctl net.ipv4.conf.eth0.arp_ignore = 1", "addresses 10.0.0.100/32 dev eth0"],
    },
    plan: same
      ? [
          "lost | sysctl | net.ipv4.conf.bond0.arp_ignore = 1",
          "lost | addresses | 10.0.0.100/32 dev bond0",
          "found | sysctl | net.ipv4.conf.eth0.arp_ignore = 1",
          "found | addresses | 10.0.0.100/32 dev eth0",
        ]
      : [],
  })),
  {
    name: "keepalived's configuration that is another one on this host now is drift",
    mode: "observe",
    facts: {
      same: true,
      desired: ["keepalived /etc/keepalived/k mode=0640 owner=root group=root content=bond0"],
      last: ["keepalived /etc/keepalived/k mode=0640 owner=root group=root content=eth0"],
      live: ["keepalived /etc/keepalived/k mode=0640 owner=root group=root content=eth0"],
    },
    plan: ["lost | keepalived | /etc/keepalived/k mode=0640 owner=root group=root content=bond0"],
  },
  {
    name: "a destination added by hand under a service of ours goes",
    mode: "plan",
    facts: {
      desired: table,
      last: table,
      origins,
      rules: [...asPrinted, "-a -t 10.0.0.100:80 -r 10.0.0.9:80 -g -w 1"],
    },
    plan: ["unset | ipvs | -t 10.0.0.100:80 -r 10.0.0.9:80 | - | -a -t 10.0.0.100:80 -r 10.0.0.9:80 -g -w 1"],
  },
  {
    name: "a service of somebody else is foreign: seen, and left alone",
    mode: "observe",
    facts: {
      desired: table,
      last: table,
      origins,
      rules: [...asPrinted, "-A -t 10.9.9.9:80 -s rr", "-a -t 10.9.9.9:80 -r 10.0.0.1:80 -g -w 1"],
    },
    plan: ["foreign | ipvs | -A -t 10.9.9.9:80 -s rr"],
  },
  {
    name: "what another owner wants with the same value is counted: it stays when ours goes",
    mode: "plan",
    facts: { last: table, origins, rules: asPrinted, others: { "other/dev/Director/x": table.slice(0, 2) } },
    plan: [`unset | ipvs | -t 10.0.0.100:80 -r 10.0.0.2:80 | - | ${second}`],
  },
  {
    name: "another value is a clash that names both owners",
    mode: "plan",
    facts: {
      desired: ["sysctl net.ipv4.vs.conn_reuse_mode = 0"],
      others: { "other/dev/Director/x": ["sysctl net.ipv4.vs.conn_reuse_mode = 1"] },
      live: ["sysctl net.ipv4.vs.conn_reuse_mode = 1"],
    },
    plan: [
      'clash | [sysctl] "net.ipv4.vs.conn_reuse_mode = 0" is wanted by web/prod/Director/d1, but other/dev/Director/x has "net.ipv4.vs.conn_reuse_mode = 1" there; let one of the two declare it, or make them equal (if that is a former name of this one, see docs/names.md)',
      "set | sysctl | net.ipv4.vs.conn_reuse_mode | net.ipv4.vs.conn_reuse_mode = 0 | net.ipv4.vs.conn_reuse_mode = 1",
    ],
  },
  {
    name: "a defense that the kernel itself has switched on is as wanted, and one that is set is not",
    mode: "observe",
    facts: {
      desired: ["sysctl net.ipv4.vs.drop_entry = 1", "sysctl net.ipv4.vs.sync_retries = 1"],
      last: ["sysctl net.ipv4.vs.drop_entry = 1", "sysctl net.ipv4.vs.sync_retries = 1"],
      live: ["sysctl net.ipv4.vs.drop_entry = 2", "sysctl net.ipv4.vs.sync_retries = 2"],
    },
    plan: ["lost | sysctl | net.ipv4.vs.sync_retries = 1", "found | sysctl | net.ipv4.vs.sync_retries = 2"],
  },
  {
    name: "the origin is what was live before the first claim, not before the second",
    mode: "plan",
    facts: {
      desired: ["sysctl net.ipv4.conf.all.arp_ignore = 1"],
      others: { "other/dev/RealServer/x": ["sysctl net.ipv4.conf.all.arp_ignore = 1"] },
      origins: ["sysctl\tnet.ipv4.conf.all.arp_ignore\tnet.ipv4.conf.all.arp_ignore = 0"],
      live: ["sysctl net.ipv4.conf.all.arp_ignore = 1"],
    },
    plan: [],
  },
  {
    name: "a released sysctl gets its old value back",
    mode: "plan",
    facts: {
      last: ["sysctl net.ipv4.conf.all.arp_ignore = 1"],
      origins: ["sysctl\tnet.ipv4.conf.all.arp_ignore\tnet.ipv4.conf.all.arp_ignore = 0"],
      live: ["sysctl net.ipv4.conf.all.arp_ignore = 1"],
    },
    plan: [
      "unset | sysctl | net.ipv4.conf.all.arp_ignore | net.ipv4.conf.all.arp_ignore = 0 | net.ipv4.conf.all.arp_ignore = 1",
    ],
  },
  {
    name: "an interrupted change is released although it was never applied in full",
    mode: "plan",
    facts: { pending: table.slice(0, 2), origins: origins.slice(0, 2), rules: asPrinted.slice(0, 1) },
    plan: [
      `unset | ipvs | -t 10.0.0.100:80 | - | ${service}`,
      "unset | ipvs | -t 10.0.0.100:80 -r 10.0.0.1:80 | - | -",
    ],
  },
  {
    name: "what an interrupted change only touched in passing stays",
    mode: "plan",
    facts: { desired: table, last: table, pending: table, origins, rules: asPrinted },
    plan: [],
  },
  {
    name: "an interrupted change that had recorded no origin had touched nothing",
    mode: "plan",
    facts: { pending: ["addresses 10.0.0.100/32 dev lo"], live: ["addresses 10.0.0.100/32 dev lo"] },
    plan: [],
  },
  {
    name: "a service that was there before us comes back, its destinations with it",
    mode: "plan",
    facts: { desired: table.slice(0, 2), rules: ["-A -t 10.0.0.100:80 -s rr", second] },
    plan: [
      "origin | ipvs | -t 10.0.0.100:80 | -A -t 10.0.0.100:80 -s rr",
      `set | ipvs | -t 10.0.0.100:80 | ${service} | -A -t 10.0.0.100:80 -s rr`,
      "origin | ipvs | -t 10.0.0.100:80 -r 10.0.0.1:80 | -",
      `set | ipvs | -t 10.0.0.100:80 -r 10.0.0.1:80 | ${first} | -`,
      `origin | ipvs | -t 10.0.0.100:80 -r 10.0.0.2:80 | ${second}`,
      `unset | ipvs | -t 10.0.0.100:80 -r 10.0.0.2:80 | - | ${second}`,
    ],
  },
  {
    name: "thresholds, which -Sn omits, are read from the other table and compared",
    mode: "verify",
    facts: {
      desired: [table[0]!, `ipvs ${first} -x 100 -y 50`],
      rules: [service, first],
      thresholds: [
        "IP Virtual Server version 1.2.1 (size=4096)",
        "Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn",
        "  -> RemoteAddress:Port",
        "TCP  10.0.0.100:80 wrr",
        "  -> 10.0.0.1:80                  100        50         0          0",
      ],
    },
    plan: [],
  },
  {
    name: "ipvsadm's own defaults are no difference",
    mode: "verify",
    facts: {
      desired: ["ipvs -A -t 10.0.0.100:80 -s sh -b sh-fallback,sh-port -p 100"],
      rules: ["-A -t 10.0.0.100:80 -s sh -p 100 -M 255.255.255.255 -b sh-fallback,sh-port"],
    },
    plan: [],
  },
  {
    name: "a drained weight is drift, named as wanted and as found",
    mode: "observe",
    facts: { last: table, desired: table, origins, rules: [service, first, second.replace("-w 1", "-w 0")] },
    plan: [`lost | ipvs | ${second}`, `found | ipvs | ${second.replace("-w 1", "-w 0")}`],
  },
  {
    name: "rules that nobody can read for want of ipvsadm are not lost, but their sight is",
    mode: "observe",
    facts: {
      last: ["packages ipvsadm", ...table],
      desired: ["packages ipvsadm", ...table],
      origins,
      rules: ["unreadable"],
    },
    plan: ["lost | packages | ipvsadm", "lost | sight | of the rules, which cannot be read without ipvsadm"],
  },
  {
    name: "on a real server without ipvsadm no sight is lost",
    mode: "observe",
    facts: { last: ["addresses 10.0.0.100/32 dev lo"], rules: ["unreadable"] },
    plan: ["lost | addresses | 10.0.0.100/32 dev lo"],
  },
  {
    name: "whether a package goes on destroy is no property of the host",
    mode: "verify",
    facts: { desired: ["packages ipvsadm remove-on-destroy"], live: ["packages ipvsadm"] },
    plan: [],
  },
  ...[
    {
      name: "what is wanted no more is verified: a rule, a VIP and a setting that have stayed",
      facts: {
        last: [...table, vipFact, "sysctl net.ipv4.ip_forward = 1"],
        origins: [
          ...origins,
          "addresses\t10.0.0.100/32 dev eth0\t-",
          "sysctl\tnet.ipv4.ip_forward\tnet.ipv4.ip_forward = 0",
        ],
        live: [vipFact, "sysctl net.ipv4.ip_forward = 1"],
        rules: asPrinted,
      },
      plan: [
        `stays | ipvs | ${service}`,
        `stays | addresses | 10.0.0.100/32 dev eth0`,
        "unrestored | sysctl | net.ipv4.ip_forward = 0",
        "stays | sysctl | net.ipv4.ip_forward = 1",
        `stays | ipvs | ${first}`,
        `stays | ipvs | ${second}`,
      ],
    },
    {
      name: "what is wanted no more is verified: a file that has not come back, a link that has",
      facts: {
        last: [
          "files /a mode=0644 owner=root group=root content=ours",
          "files /b mode=0644 owner=root group=root content=ours",
        ],
        origins: ["files\t/a\t/a mode=0600 owner=7 group=8 content=theirs", "files\t/b\t/b link=../c"],
        live: ["files /a mode=0644 owner=root group=root content=ours", "files /b link=../c"],
      },
      plan: [
        "unrestored | files | /a mode=0600 owner=7 group=8 content=theirs",
        "stays | files | /a mode=0644 owner=root group=root content=ours",
      ],
    },
    {
      name: "what is wanted no more is verified, whatever an interrupted change had begun",
      facts: { pending: ["ipvs " + service, "ipvs " + first], origins, rules: [service, first] },
      plan: [`stays | ipvs | ${service}`, `stays | ipvs | ${first}`],
    },
    {
      name: "what an interrupted change had still to touch is as it was, and that is no difference",
      facts: { pending: [`ipvs ${service}`, vipFact], live: [vipFact], rules: [service] },
      plan: [],
    },
    {
      name: "what is wanted no more and has gone, or is as it was, is no difference",
      facts: {
        last: [
          ...table,
          vipFact,
          "packages ipvsadm",
          "packages nginx remove-on-destroy",
          "units nginx.service enabled active",
          "sysctl net.ipv4.vs.conn_reuse_mode = 0",
        ],
        origins: [
          ...origins,
          "addresses\t10.0.0.100/32 dev eth0\t-",
          "packages\tipvsadm\t-",
          "packages\tnginx\t-",
          "units\tnginx.service\t-",
          "sysctl\tnet.ipv4.vs.conn_reuse_mode\t-",
        ],
        live: [
          "packages ipvsadm",
          "units nginx.service disabled inactive",
          "sysctl net.ipv4.vs.conn_reuse_mode = 0",
        ],
      },
      plan: [],
    },
    {
      name: "a module that was loaded before, and that the kernel has no longer, is no difference",
      facts: {
        last: ["modules libcrc32c", "modules ip_vs"],
        origins: ["modules\tlibcrc32c\tlibcrc32c", "modules\tip_vs\t-"],
        live: ["modules ip_vs"],
      },
      plan: ["stays | modules | ip_vs"],
    },
    {
      name: "a package that was to go and did not is a difference",
      facts: {
        last: ["packages nginx remove-on-destroy"],
        origins: ["packages\tnginx\t-"],
        live: ["packages nginx"],
      },
      plan: ["stays | packages | nginx"],
    },
    {
      name: "what another owner wants as well stays, and that is no difference",
      facts: { last: table, origins, rules: asPrinted, others: { "other/dev/Director/x": table } },
      plan: [],
    },
  ].map((each): Case => ({ mode: "verify", ...each })),
  {
    name: "what was there before a claim and is not known any more is told, before anything is touched",
    mode: "plan",
    facts: { last: table.slice(0, 1), rules: [service] },
    plan: [
      'clash | [ipvs] the origin of "-A -t 10.0.0.100:80 -s wrr" is lost, so it cannot be given back: /var/lib/pulumi-lvs/origins has no line for it; restore that file from a backup of this host, or add the line "ipvs<tab>-t 10.0.0.100:80<tab>-", if nothing was there',
    ],
  },
  {
    name: "another owner that has only begun to claim the same may not have written down what was there",
    mode: "plan",
    facts: {
      desired: table.slice(0, 1),
      begun: { "other/dev/Director/x": table.slice(0, 1) },
      rules: [service],
    },
    plan: [`origin | ipvs | -t 10.0.0.100:80 | ${service}`],
  },
  {
    name: "kept by keepalived: what was there before is not asked for, nor missed when it goes",
    mode: "plan",
    facts: { last: kept, rules: asPrinted },
    plan: [],
  },
  {
    name: "kept by keepalived until now: nothing was there before",
    mode: "plan",
    facts: { last: kept.slice(0, 2), desired: table.slice(0, 1), rules: [service] },
    plan: ["origin | ipvs | -t 10.0.0.100:80 | -"],
  },
  {
    name: "kept by a keepalived that says nothing of its checks: which real servers are in the table is its own business",
    mode: "observe",
    facts: {
      desired: kept,
      last: kept,
      decisions: ["checks-unknown", "vip\t10.0.0.100"],
      live: [vipFact],
      rules: [service, first.replace("-w 1", "-w 0")],
    },
    plan: [],
  },
  {
    name: "kept by a keepalived that says nothing of its checks: a service that is gone is missed",
    mode: "observe",
    facts: { desired: kept, last: kept, decisions: ["checks-unknown", "vip\t10.0.0.100"], live: [vipFact] },
    plan: [`lost | ipvs | ${service}`],
  },
  {
    name: "kept by a keepalived that says nothing of its checks: a change of method is seen",
    mode: "plan",
    facts: {
      desired: kept.map((line) => line.replace("-g -w 1", "-m -w 1")),
      last: kept,
      origins,
      decisions: ["checks-unknown", "vip\t10.0.0.100"],
      live: [vipFact],
      rules: asPrinted,
    },
    plan: [1, 2].map((last) => `switch | ipvs | -t 10.0.0.100:80 -r 10.0.0.${last}:80 | -m -g | awaited`),
  },
  {
    name: "a change of method, by the declaration and by hand",
    mode: "plan",
    facts: {
      desired: [`ipvs ${service}`, `ipvs ${first.replace("-g", "-m")}`, `ipvs ${second}`],
      last: table,
      origins,
      rules: [service, first, second.replace("-g", "-i")],
    },
    plan: [
      "switch | ipvs | -t 10.0.0.100:80 -r 10.0.0.1:80 | -m -g | awaited",
      `set | ipvs | -t 10.0.0.100:80 -r 10.0.0.1:80 | ${first.replace("-g", "-m")} | ${first}`,
      "switch | ipvs | -t 10.0.0.100:80 -r 10.0.0.2:80 | -g -i | -",
      `set | ipvs | -t 10.0.0.100:80 -r 10.0.0.2:80 | ${second} | ${second.replace("-g", "-i")}`,
    ],
  },
  {
    name: "an interrupted change of method that is revoked",
    mode: "plan",
    facts: {
      desired: table.slice(0, 2),
      last: table.slice(0, 2),
      // (The rules that differed: as they were, and as they were to be.)
      pending: [`ipvs ${first.replace("-g", "-m")}`, `ipvs ${first}`],
      origins,
      rules: [service, first.replace("-g", "-m")],
    },
    plan: [
      "switch | ipvs | -t 10.0.0.100:80 -r 10.0.0.1:80 | -g -m | awaited",
      `set | ipvs | -t 10.0.0.100:80 -r 10.0.0.1:80 | ${first} | ${first.replace("-g", "-m")}`,
    ],
  },
  {
    name: "boot files hold what all owners want, once",
    mode: "boot",
    facts: {
      desired: ["modules ip_vs", `ipvs ${service}`],
      others: {
        "other/dev/Director/x": ["modules ip_vs", "sysctl a.b = 1", `ipvs ${second}`, "packages ipvsadm"],
      },
    },
    plan: ["boot | modules | ip_vs", "boot | sysctl | a.b = 1"],
  },
  {
    name: "boot files do not hold what another owner has only begun to claim",
    mode: "boot",
    facts: {
      desired: ["modules ip_vs"],
      begun: { "other/dev/Director/x": ["addresses 10.0.0.101/32 dev eth0"] },
    },
    plan: ["boot | modules | ip_vs"],
  },
  {
    name: "boot files hold what another owner has had applied, not the value that it has begun to change it to",
    mode: "boot",
    facts: {
      desired: ["modules ip_vs"],
      others: { "other/dev/Director/x": ["sysctl a.b = 1"] },
      begun: { "other/dev/Director/x": ["sysctl a.b = 2"] },
    },
    plan: ["boot | modules | ip_vs", "boot | sysctl | a.b = 1"],
  },
  {
    name: "a destination that was there before us, under a service that was, goes when it is declared no more, and its origin stays",
    mode: "plan origins",
    facts: {
      desired: table.slice(0, 2),
      last: table,
      origins: [
        `ipvs\t-t 10.0.0.100:80\t-A -t 10.0.0.100:80 -s lc`,
        "ipvs\t-t 10.0.0.100:80 -r 10.0.0.1:80\t-",
        `ipvs\t-t 10.0.0.100:80 -r 10.0.0.2:80\t${second.replace("-w 1", "-w 7")}`,
      ],
      rules: asPrinted,
    },
    plan: [
      `unset | ipvs | -t 10.0.0.100:80 -r 10.0.0.2:80 | - | ${second}`,
      "keep | ipvs | -t 10.0.0.100:80 | -A -t 10.0.0.100:80 -s lc",
      "keep | ipvs | -t 10.0.0.100:80 -r 10.0.0.1:80 | -",
      `keep | ipvs | -t 10.0.0.100:80 -r 10.0.0.2:80 | ${second.replace("-w 1", "-w 7")}`,
    ],
  },
  {
    name: "origins are kept as long as anybody claims the key, and those of an adopted service's destinations as long as the service",
    mode: "origins",
    facts: {
      desired: table.slice(0, 2),
      origins: [...origins, "sysctl\tnet.ipv4.conf.all.arp_ignore\t-", "modules\tip_vs\t-"],
      others: { "other/dev/Director/x": ["modules ip_vs"] },
    },
    plan: [
      "keep | ipvs | -t 10.0.0.100:80 | -",
      "keep | ipvs | -t 10.0.0.100:80 -r 10.0.0.1:80 | -",
      "keep | ipvs | -t 10.0.0.100:80 -r 10.0.0.2:80 | -",
      "keep | modules | ip_vs | -",
    ],
  },
  {
    name: "a plan for some sections leaves the others for later",
    mode: "plan",
    only: "packages modules",
    facts: { desired: ["packages ipvsadm", "modules ip_vs", ...table], live: ["packages ipvsadm"] },
    plan: [
      "origin | packages | ipvsadm | ipvsadm",
      "origin | modules | ip_vs | -",
      "set | modules | ip_vs | ip_vs | -",
    ],
  },
  {
    name: "some sections alone: who keeps the table, and what keepalived makes of it, counts all the same",
    mode: "verify",
    only: "ipvs addresses",
    facts: {
      desired: ["packages keepalived", ...kept],
      decisions: ["rule\t-t 10.0.0.100:80 -r 10.0.0.1:80\tgone"],
      rules: table.filter((line) => !line.includes("10.0.0.1:80")).map((line) => line.replace(/^ipvs /, "")),
    },
    plan: [],
  },
  {
    name: "kept by keepalived: a real server that fails its check is gone or quiesced, and that is no drift",
    mode: "observe",
    facts: {
      desired: kept,
      last: kept,
      decisions: [
        "rule\t-t 10.0.0.100:80 -r 10.0.0.1:80\tgone",
        "rule\t-t 10.0.0.100:80 -r 10.0.0.2:80\t0",
        "vip\t10.0.0.100",
      ],
      live: [vipFact],
      rules: [service, second.replace("-w 1", "-w 0")],
    },
    plan: [],
  },
  {
    name: "kept by keepalived: nor is a weight that a check has set, nor the sorry server",
    mode: "observe",
    facts: {
      desired: kept,
      last: kept,
      decisions: [
        "rule\t-t 10.0.0.100:80 -r 10.0.0.1:80\tdeclared",
        "rule\t-t 10.0.0.100:80 -r 10.0.0.2:80\t7",
        "sorry\t-t 10.0.0.100:80 -r 10.0.0.9:80",
        "vip\t10.0.0.100",
      ],
      live: [vipFact],
      rules: [service, first, second.replace("-w 1", "-w 7"), "-a -t 10.0.0.100:80 -r 10.0.0.9:80 -g -w 1"],
    },
    plan: [],
  },
  {
    name: "kept by keepalived: nor is a sorry server that is always in the table and has its turn now",
    mode: "observe",
    facts: {
      desired: [...kept, "ipvs -a -t 10.0.0.100:80 -r 10.0.0.9:80 -g -w 0"],
      last: [...kept, "ipvs -a -t 10.0.0.100:80 -r 10.0.0.9:80 -g -w 0"],
      decisions: [
        "rule\t-t 10.0.0.100:80 -r 10.0.0.1:80\tgone",
        "rule\t-t 10.0.0.100:80 -r 10.0.0.2:80\tgone",
        "sorry\t-t 10.0.0.100:80 -r 10.0.0.9:80",
        "vip\t10.0.0.100",
      ],
      live: [vipFact],
      rules: [service, "-a -t 10.0.0.100:80 -r 10.0.0.9:80 -g -w 1"],
    },
    plan: [],
  },
  {
    name: "kept by keepalived: what somebody did to the table and to the VIP is drift",
    mode: "observe",
    facts: {
      desired: kept,
      last: kept,
      decisions: [
        "rule\t-t 10.0.0.100:80 -r 10.0.0.1:80\tgone",
        "rule\t-t 10.0.0.100:80 -r 10.0.0.2:80\tdeclared",
        "vip\t10.0.0.100",
      ],
      rules: [service, first, "-a -t 10.0.0.100:80 -r 10.0.0.8:80 -g -w 1"],
    },
    plan: [
      `lost | addresses | 10.0.0.100/32 dev eth0`,
      `lost | ipvs | ${second}`,
      `found | ipvs | ${first}`,
      "found | ipvs | -a -t 10.0.0.100:80 -r 10.0.0.8:80 -g -w 1",
    ],
  },
  {
    name: "kept by keepalived: the VIP is not missed on the backup, but found there",
    mode: "observe",
    facts: { desired: kept, last: kept, live: [vipFact], rules: asPrinted },
    plan: ["found | addresses | 10.0.0.100/32 dev eth0"],
  },
  {
    name: "kept by keepalived: the VIP that somebody put on the backup goes",
    mode: "plan",
    facts: { desired: kept, last: kept, origins, live: [vipFact], rules: asPrinted },
    plan: ["unset | addresses | 10.0.0.100/32 dev eth0 | - | 10.0.0.100/32 dev eth0"],
  },
  {
    name: "kept by keepalived: a VIP that it has brought during the first change is not taken for one that was there",
    mode: "plan",
    facts: {
      desired: kept,
      pending: kept,
      origins,
      decisions: ["vip\t10.0.0.100"],
      live: [vipFact],
      rules: asPrinted,
    },
    plan: ["origin | addresses | 10.0.0.100/32 dev eth0 | -"],
  },
  ...["plan", "verify"].map((mode): Case => ({
    name: `kept by keepalived: a VIP that has gone with it does not come back, whatever was written down (${mode})`,
    mode,
    facts: {
      last: [keeper, vipFact],
      origins: ["addresses\t10.0.0.100/32 dev eth0\t10.0.0.100/32 dev eth0"],
    },
    plan: mode === "plan" ? ["unset | addresses | 10.0.0.100/32 dev eth0 | - | -"] : [],
  })),
  {
    name: "kept by keepalived until now: a VIP that this program keeps from now on is where it is wanted",
    mode: "verify",
    facts: { desired: kept.slice(1), last: kept, live: [vipFact], rules: asPrinted },
    plan: [],
  },
  {
    name: "kept by keepalived until now: what this program keeps from now on stays, and was not there before",
    mode: "plan",
    facts: { desired: kept.slice(1), last: kept, live: [vipFact], rules: asPrinted },
    plan: ["origin | ipvs | -t 10.0.0.100:80 | -", "origin | addresses | 10.0.0.100/32 dev eth0 | -"],
  },
  {
    name: "kept by keepalived: nothing of it is loaded at boot by anyone else, whoever declares it",
    mode: "boot",
    facts: {
      desired: [...kept, "modules ip_vs"],
      others: {
        "web/prod/VirtualService/x": [keeper, "ipvs -A -t 10.0.0.100:443 -s rr"],
        "web/prod/Director/y": ["ipvs -A -t 10.0.0.101:80 -s rr", "addresses 10.0.0.101/32 dev eth0"],
      },
    },
    plan: ["boot | modules | ip_vs", "boot | addresses | 10.0.0.101/32 dev eth0"],
  },
  {
    name: "kept by keepalived: what is gone for now is declared all the same, so its origin is kept",
    mode: "origins",
    facts: {
      desired: kept,
      origins,
      decisions: ["rule\t-t 10.0.0.100:80 -r 10.0.0.1:80\tgone"],
    },
    plan: origins.map((line) => `keep | ${line.replaceAll("\t", " | ")}`),
  },
  ...["observe", "plan"].flatMap((mode): Case[] => [
    {
      name: `a real server of a pair on one of its directors is a clash in ${mode}, be it master or backup`,
      mode,
      facts: { desired: onLo, last: onLo, live: [onLo[1]!], others: { "web/prod/KeepalivedPair/lb": kept } },
      plan: [loops("web/prod/KeepalivedPair/lb", "web/prod/Director/d1")],
    },
    {
      name: `a pair on one of its real servers is a clash in ${mode}`,
      mode,
      facts: { desired: [keeper, vipFact], others: { "web/prod/RealServer/r1": onLo } },
      plan: [loops("web/prod/Director/d1", "web/prod/RealServer/r1")],
    },
    {
      name: `a pair on a host where somebody else wants its VIP all the time is a clash in ${mode}`,
      mode,
      facts: { desired: [keeper, vipFact], others: { "web/prod/Director/d2": [vipFact] } },
      plan: [twoManagers("web/prod/Director/d1", "web/prod/Director/d2")],
    },
    {
      name: `and so is a director by itself that wants the VIP of a pair, in ${mode}`,
      mode,
      facts: { desired: [vipFact], others: { "web/prod/KeepalivedPair/lb": [keeper, vipFact] } },
      plan: [
        twoManagers("web/prod/KeepalivedPair/lb", "web/prod/Director/d1"),
        ...(mode === "plan"
          ? [
              "origin | addresses | 10.0.0.100/32 dev eth0 | -",
              "set | addresses | 10.0.0.100/32 dev eth0 | 10.0.0.100/32 dev eth0 | -",
            ]
          : []),
      ],
    },
    {
      name: `a real server of other VIPs, and a plain director's VIP, are none in ${mode}`,
      mode,
      facts: {
        desired: onLo,
        last: onLo,
        live: [onLo[1]!, "addresses 10.0.0.101/32 dev eth0"],
        others: {
          "web/prod/KeepalivedPair/lb": [keeper, "addresses 10.0.0.101/32 dev eth0"],
          "web/prod/Director/d2": [vipFact],
        },
      },
      plan: [],
    },
  ]),
];

describe("the three-way plan", () => {
  it.each(cases)("$name", ({ mode, facts, plan, only }) => {
    expect(runPlan(mode, facts, only)).toEqual(plan);
  });
});
