// What keepalived's unit calls before each start.
import { expect, it } from "vitest";
import { runShell } from "./shell";

const configuration = `global_defs {
  lvs_sync_daemon eth0 a id 61 port 9000
}
vrrp_instance a {
  virtual_ipaddress {
    198.18.0.100/32
  }
  virtual_ipaddress_excluded {
    fd00::100/128 dev eth1
  }
}
include conf.d/*.conf`;

const fragment = `virtual_server 198.18.0.100 80 {
  protocol TCP
  real_server 198.18.0.21 80 {
    weight 1
  }
}
virtual_server 198.18.0.100 53 {
  protocol UDP
}
virtual_server 198.18.0.100 9899 {
  protocol SCTP
}
virtual_server fd00::100 443 {
}
virtual_server fwmark 7 {
}
virtual_server fwmark 9 {
  ip_family inet6
}`;

interface Host {
  addresses?: string[];
  rules?: string[];
  /** The kernel's sync daemons, as ipvsadm shows them. */
  daemons?: string[];
  fragments?: string[];
  /** Lines of the main file's instance. */
  instance?: string;
  /** A link in the folder of fragments has no target. */
  broken?: boolean;
  /** The options that the unit gives its program. */
  options?: string;
}

/** The actions on such a host, one a line, and the options that keepalived then gets. */
async function beforeStart({
  addresses = [],
  rules = [],
  daemons = [],
  fragments = [fragment],
  instance = "",
  broken = false,
  options,
}: Host) {
  const shown = addresses.map(
    (each, index) => `'${index}: eth${index} inet ${each} scope global eth${index}'`,
  );
  const { status, stdout, stderr } = await runShell(
    [
      "report.sh",
      "rules.sh",
      "ipvs.sh",
      "given.sh",
      "virtualRoutes.sh",
      "unit.sh",
      "configuration.sh",
      "start.sh",
    ],
    `folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    KEEPALIVED=$folder KEEPALIVED_RUNTIME=$folder
    mkdir "$folder/conf.d"
    printf '%s\n' '${configuration.replace("}\ninclude", `${instance}\n}\ninclude`)}' >"$folder/keepalived.conf"
    ${fragments.map((each, index) => `printf '%s\n' '${each}' >"$folder/conf.d/${index}.conf"`).join("\n")}
    ${broken ? 'ln -s nowhere "$folder/conf.d/broken.conf"' : ""}
    ip() { case $1 in -o) printf '%s\n' ${shown.join(" ")} ;; *) printf 'ip %s\n' "$*" ;; esac; }
    ipvs_readable() { :; }
    ipvsadm() {
      case $* in
        -Sn) printf '%s\n' ${rules.map((each) => `'${each}'`).join(" ")} ;;
        "-L --daemon") printf '%s\n' ${daemons.map((each) => `'${each}'`).join(" ")} ;;
        *) printf 'ipvsadm %s\n' "$*" ;;
      esac
    }
    ipvs_feed() { printf '%s' "$1"; }
    ${options === undefined ? "unset KEEPALIVED_OPTIONS" : `KEEPALIVED_OPTIONS='${options}'`}
    keepalived_before_start
    [[ ! -e $folder/keepalived ]] || cat "$folder/keepalived"`,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const lines = stdout.split("\n").filter((line) => line !== "");
  const given = lines.filter((line) => line.startsWith("KEEPALIVED_OPTIONS="));
  return { deeds: lines.filter((line) => !given.includes(line)), given };
}

it("takes off the VIPs that a killed keepalived has left, and nothing else", async () => {
  const addresses = ["198.18.0.100/32", "198.18.0.11/24", "fd00::100/128", "198.18.0.100/24"];
  const { deeds } = await beforeStart({ addresses });
  expect(deeds).toEqual(["ip address del 198.18.0.100/32 dev eth0", "ip address del fd00::100/128 dev eth2"]);
});

it("then the rules of its own services, and nobody else's", async () => {
  const rules = [
    "-A -t 198.18.0.100:80 -s rr",
    "-a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 9",
    "-A -t 198.18.0.100:53 -s rr",
    "-A -u 198.18.0.100:53 -s rr -o",
    "-A -t 198.18.0.100:8080 -s rr",
    "-A -t [fd00::100]:443 -s rr",
    "-A -u [fd00::100]:443 -s rr",
    "-A --sctp-service 198.18.0.100:9899 -s rr",
    "-A --sctp-service 198.18.0.100:53 -s rr",
    "-A -f 7 -s rr",
    "-A -f 7 -6 -s rr",
    "-A -f 8 -s rr",
    "-A -f 9 -s rr",
    "-A -f 9 -6 -s rr",
  ];
  const { deeds } = await beforeStart({ addresses: ["198.18.0.100/32"], rules });
  expect(deeds).toEqual([
    "ip address del 198.18.0.100/32 dev eth0",
    "-D -t 198.18.0.100:80",
    "-D -u 198.18.0.100:53",
    "-D -t [fd00::100]:443",
    "-D -u [fd00::100]:443",
    "-D --sctp-service 198.18.0.100:9899",
    "-D -f 7",
    "-D -f 9 -6",
  ]);
});

it("the sync daemons in between, if they are its own", async () => {
  const daemon = (state: string, id: number) =>
    `${state} sync daemon (mcast=eth0, syncid=${id}, maxlen=1472, group=224.0.0.81, port=9000, ttl=1)`;
  const rules = ["-A -t 198.18.0.100:80 -s rr"];
  const both = await beforeStart({
    rules,
    daemons: [daemon("master", 61), "backup sync daemon (mcast=eth0, syncid=61)"],
  });
  expect(both.deeds).toEqual([
    "ipvsadm --stop-daemon master",
    "ipvsadm --stop-daemon backup",
    "-D -t 198.18.0.100:80",
  ]);
  expect((await beforeStart({ daemons: [daemon("master", 6), daemon("backup", 161)] })).deeds).toEqual([]);
});

it("the rules of all entries of its groups, wherever the group stands", async () => {
  const group = (name: string, ...entries: string[]) =>
    [
      `virtual_server_group ${name} {`,
      "  # an entry a line",
      ...entries.map((each) => `  ${each}`),
      "}",
    ].join("\n");
  const fragments = [
    group("unused", "198.18.0.109 80"),
    "virtual_server group web {\n  protocol TCP\n  real_server 198.18.0.21 80 {\n  }\n}",
    group("web", "198.18.0.100 81", "198.18.0.8-10 82", "fd00::100 81", "198.18.0.101", "fwmark 5"),
    `${group("six", "fwmark 6", "fwmark 7 inet6")}\nvirtual_server group six {\n  ip_family inet6\n}`,
  ];
  const of = (...keys: string[]) => keys.map((key) => `-A ${key} -s rr`);
  const kept = ["-t 198.18.0.109:80", "-t 198.18.0.11:82", "-u 198.18.0.100:81", "-f 5 -6", "-f 6"];
  const gone = [
    "-t 198.18.0.100:81",
    "-t 198.18.0.8:82",
    "-t 198.18.0.9:82",
    "-t 198.18.0.10:82",
    "-t [fd00::100]:81",
    "-t 198.18.0.101:0",
    "-f 5",
    "-f 6 -6",
    "-f 7 -6",
  ];
  const { deeds, given } = await beforeStart({ fragments, rules: of(...kept, ...gone), options: "-D" });
  expect(deeds).toEqual(gone.map((key) => `-D ${key}`));
  expect(given).toEqual(['KEEPALIVED_OPTIONS="-D --dont-release-ipvs"']);
});

it("the virtual routes of its instances, and no route of the host itself", async () => {
  const instance = `virtual_routes {
    10.0.0.0/8 via 198.18.0.9 dev eth0 src 198.18.0.100 table 254 metric 50 protocol 18
    fd01::/64 dev eth1 table 7 protocol 18 no_track
    src 198.18.0.100 to 10.9.0.0/16 via 198.18.0.9 dev eth0
    # a comment

    10.8.0.0/16 nexthop via 198.18.0.9 dev eth0 nexthop via 198.18.0.8 dev eth0
    blackhole 10.7.0.0/16
  }
  virtual_rules {
    from 10.6.0.0/16 table 1
  }`;
  const { deeds } = await beforeStart({ instance, addresses: ["198.18.0.100/32"] });
  expect(deeds).toEqual([
    "ip address del 198.18.0.100/32 dev eth0",
    "ip -4 route del 10.0.0.0/8 via 198.18.0.9 dev eth0 metric 50 table 254 proto 18",
    "ip -6 route del fd01::/64 dev eth1 table 7 proto 18",
    "ip -4 route del 10.9.0.0/16 via 198.18.0.9 dev eth0 table main proto 18",
  ]);
});

it("has nothing to take away where nothing was left, and where there are no services", async () => {
  const addresses = ["198.18.0.11/24"];
  expect((await beforeStart({ addresses })).deeds).toEqual([]);
  expect((await beforeStart({ addresses, fragments: [] })).deeds).toEqual([]);
});

it.each([
  [undefined, 'KEEPALIVED_OPTIONS=" --dont-release-ipvs"'],
  ["-D", 'KEEPALIVED_OPTIONS="-D --dont-release-ipvs"'],
  ['-D -l "a \\b"', 'KEEPALIVED_OPTIONS="-D -l \\"a \\\\b\\" --dont-release-ipvs"'],
])("keeps the host's options, %j, and adds that rules stay when it ends", async (options, line) => {
  expect((await beforeStart(options === undefined ? {} : { options })).given).toEqual([line]);
});

it.each([
  ["scripts are to be called as they go", fragment.replace("protocol TCP", "omega")],
  [
    "a group of a network has them",
    `${fragment}\nvirtual_server_group web {\n  198.18.2.0/29 80\n}\nvirtual_server group web {\n}`,
  ],
  ["they are to be flushed", `global_defs {\n  lvs_flush_on_stop\n}\n${fragment}`],
])("lets it take them away where %s", async (_, text) => {
  const { given } = await beforeStart({ fragments: [text], options: "-D" });
  expect(given).toEqual([]);
});

it("starts with its options, and without what was left, where one of its files cannot be read", async () => {
  const { deeds, given } = await beforeStart({ addresses: ["198.18.0.100/32"], broken: true, options: "-D" });
  expect(deeds).toEqual(["ip address del 198.18.0.100/32 dev eth0"]);
  expect(given).toHaveLength(1);
});
