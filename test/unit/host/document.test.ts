import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blocksOf, runAwk } from "./awk";

const network = [
  "1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever",
  "2: eth0    inet 198.18.0.11/24 brd 198.18.0.255 scope global eth0\\       valid_lft forever preferred_lft forever",
  "3: bond0.7    inet 198.18.7.11/24 scope global bond0.7\\       valid_lft forever preferred_lft forever",
  "2: eth0    inet6 fd18::11/64 scope global \\       valid_lft forever preferred_lft forever",
  "2: eth0    inet6 fd18::100/128 scope global deprecated nodad \\       valid_lft forever preferred_lft 0sec",
  "2: eth0    inet6 fe80::4c:c6ff:fe12:b/64 scope link \\       valid_lft forever preferred_lft forever",
  "3: bond0.7    inet6 fd18:0:0:7::b/62 scope global \\       valid_lft forever preferred_lft forever",
  "3: bond0.7    inet6 fd18:7::1/127 scope global \\       valid_lft forever preferred_lft forever",
  "4: a$(b)%i    inet 198.18.8.11/24 scope global a$(b)%i\\       valid_lft forever preferred_lft forever",
];

/** The facts that the host reads out of a document with this body. */
function read(body: string[], end = "# end", keepalived = "", connectors = "", interfaces = ""): string[] {
  const document = ["# lvs host document 1, owner web/prod/Director/d1", ...body, end];
  return runAwk("DOCUMENT_AWK", [
    `keepalived=${keepalived}`,
    `connectors=${connectors}`,
    `interfaces=${interfaces}`,
    "tag=A",
    { text: `${network.join("\n")}\n` },
    "tag=D",
    { text: `${document.join("\n")}\n` },
  ]).map((line) => line.replaceAll("\t", " | "));
}

describe("reading a document on the host", () => {
  it("turns each line into a fact of its section", () => {
    const body = [
      "[settings]",
      "drain = 30",
      "[packages]",
      "ipvsadm",
      "nginx remove-on-destroy",
      "[sysctl]",
      "net.ipv4.conf.all.arp_ignore = 1",
      "[ipvs]",
      "-A -t 198.18.0.100:80 -s sh -b sh-fallback,sh-port -p 100 -M 255.255.255.0",
      "-a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 1 -x 100 -y 50",
      "-A --sctp-service 198.18.0.100:9899 -s rr",
      "-a --sctp-service 198.18.0.100:9899 -r 198.18.0.21:9899 -i -w 1",
      "-A -f 7 -s wrr -p 300",
      "-a -f 7 -r 198.18.0.21:0 -g -w 1",
      "-A -f 7 -6 -s wrr",
      "[units]",
      "nginx.service enabled active",
    ];
    expect(read(body)).toEqual([
      "settings | drain = 30",
      "packages | ipvsadm",
      "packages | nginx remove-on-destroy",
      "sysctl | net.ipv4.conf.all.arp_ignore = 1",
      "units | nginx.service enabled active",
      "-A -t 198.18.0.100:80 -s sh -b sh-fallback,sh-port -p 100 -M 255.255.255.0",
      "-a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 1 -x 100 -y 50",
      "-A --sctp-service 198.18.0.100:9899 -s rr",
      "-a --sctp-service 198.18.0.100:9899 -r 198.18.0.21:9899 -i -w 1",
      "-A -f 7 -s wrr -p 300",
      "-a -f 7 -r 198.18.0.21:0 -g -w 1",
      "-A -f 7 -6 -s wrr",
    ]);
  });

  it("parts the rules of the table, of which there may be ten thousand, from the rest", () => {
    const rules = ["-A -t 198.18.0.100:80 -s rr", "-a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 1"];
    const document = [
      "# lvs host document 1, owner a/b/c/d",
      "[ipvs]",
      ...rules,
      "[packages]",
      "nginx",
      "# end",
    ];
    const text = document.map((line) => `${line}\n`).join("");
    expect(blocksOf("DOCUMENT_AWK", ["tag=D", { text }])).toEqual({
      plain: "packages\tnginx\n",
      rules: `${rules[0]}\n${rules[1]}\n`,
    });
  });

  it("finds the interface that holds an address, and writes its dots as slashes in a sysctl", () => {
    expect(
      read([
        "[sysctl]",
        "net.ipv4.conf.@198.18.0.11.arp_ignore = 1",
        "net.ipv4.conf.@198.18.7.11.arp_ignore = 1",
        "[addresses]",
        "198.18.0.100/32 dev @198.18.0.11",
        "198.18.7.100/32 dev @198.18.7.11",
      ]),
    ).toEqual([
      "sysctl | net.ipv4.conf.eth0.arp_ignore = 1",
      "sysctl | net.ipv4.conf.bond0/7.arp_ignore = 1",
      "addresses | 198.18.0.100/32 dev eth0",
      "addresses | 198.18.7.100/32 dev bond0.7",
    ]);
  });

  it("finds the interface that holds an address of IPv6, or is in its network", () => {
    expect(
      read([
        "[sysctl]",
        "net.ipv4.conf.@fd18::11.arp_ignore = 1",
        "net.ipv6.conf.@to:fd18::fe.accept_redirects = 0",
        "net.ipv6.conf.@to:fd18:0:0:5::fe.accept_redirects = 0",
        "[addresses]",
        "fd18::101/128 dev @fd18::11 nodad preferred_lft 0",
        "fd18:7::/128 dev @to:fd18:7:: nodad preferred_lft 0",
        // (An address that the host has by itself.)
        "fd18:7::1/128 dev @to:fd18:7::1 nodad preferred_lft 0",
        "[routes]",
        "default via fd18::1 dev @to:fd18::1 table 300",
      ]),
    ).toEqual([
      "sysctl | net.ipv4.conf.eth0.arp_ignore = 1",
      "sysctl | net.ipv6.conf.eth0.accept_redirects = 0",
      "sysctl | net.ipv6.conf.bond0/7.accept_redirects = 0",
      "addresses | fd18::101/128 dev eth0 nodad preferred_lft 0",
      "addresses | fd18:7::/128 dev bond0.7 nodad preferred_lft 0",
      "routes | default via fd18::1 dev eth0 table 300",
    ]);
  });

  it.each(["fd18:0:0:8::1", "fd18:7::2", "fe80::1", "::ffff:1", "198.19.0.1"])(
    "says that %s is in no network of the host",
    (address) => {
      const fact = `default via ${address} dev @to:${address} table 300`;
      expect(read(["[routes]", fact])).toEqual([
        expect.stringContaining(
          `! | ${address} is in no network of this host, so "${fact}" cannot be placed`,
        ),
      ]);
    },
  );

  it("refuses two values for one key, of which one names the interface and the other an address of it", () => {
    const twice = (value: string) =>
      read([
        "[sysctl]",
        "net.ipv4.conf.@198.18.0.11.arp_ignore = 1",
        `net.ipv4.conf.eth0.arp_ignore = ${value}`,
      ]).at(-1);
    expect(twice("0")).toBe(
      "! | [sysctl] net.ipv4.conf.eth0.arp_ignore is to be 1 and 0: this package sets it by itself for this interface, so leave it out of `sysctls`",
    );
    expect(twice("1")).toBe("sysctl | net.ipv4.conf.eth0.arp_ignore = 1");
  });

  it.each(["@198.18.8.11", "@to:198.18.8.1"])(
    "takes no interface whose name means more in units and scripts: %s",
    (place) => {
      expect(read(["[addresses]", `198.18.0.100/32 dev ${place}`])).toEqual([
        expect.stringContaining("! | interface a$(b)%i of this host holds 198.18.8.1"),
      ]);
    },
  );

  it("says which address no interface holds", () => {
    expect(read(["[addresses]", "198.18.0.100/32 dev @198.18.9.9"])).toEqual([
      '! | no interface of this host holds 198.18.9.9, so "198.18.0.100/32 dev @198.18.9.9" cannot be placed; correct the host\'s address or name its interface',
    ]);
  });

  it.each([
    ["a document that was cut short", ["[packages]", "ipvsadm"], "[packages]"],
    ["something after the end", ["# end", "[packages]"], "# end"],
    ["an unknown section", ["[walls]"], "# end"],
    ["a fact without a section", ["ipvsadm"], "# end"],
    ["a package with a blank", ["[packages]", "ipvsadm; id"], "# end"],
    [
      "another method with a tunnel",
      [
        "[ipvs]",
        "-A -t 1.2.3.4:80 -s rr",
        "-a -t 1.2.3.4:80 -r 1.1.1.1:80 -g -w 1 --tun-type gue --tun-port 6080 --tun-nocsum",
      ],
      "# end",
    ],
    [
      "a tunnel of an unknown type",
      ["[ipvs]", "-A -t 1.2.3.4:80 -s rr", "-a -t 1.2.3.4:80 -r 1.1.1.1:80 -i -w 1 --tun-type vxlan"],
      "# end",
    ],
    ["a listener of another kind", ["[fou]", "port 6080 ipproto 4"], "# end"],
    ["a listener with an option", ["[fou]", "port 6080 gue local 1.2.3.4"], "# end"],
    ["a sysctl that climbs out of /proc/sys", ["[sysctl]", "net..//..//etc.passwd = 1"], "# end"],
    ["a sysctl with a newline's worth of tricks", ["[sysctl]", "net.ipv4.ip_forward = $(id)"], "# end"],
    [
      "a destination of another service",
      ["[ipvs]", "-A -t 1.2.3.4:80 -s rr", "-a -t 1.2.3.5:80 -r 1.1.1.1:80 -g -w 1"],
      "# end",
    ],
    ["an address without brackets", ["[ipvs]", "-A -t fd18::100:80 -s rr"], "# end"],
    ["brackets of something else", ["[ipvs]", "-A -t [$(id)]:80 -s rr"], "# end"],
    ["an address with an option", ["[addresses]", "fd18::100/128 dev eth0 valid_lft 1"], "# end"],
    ["a link with an option", ["[links]", "ip6tnl0 up mtu 68"], "# end"],
    ["an ipvsadm verb", ["[ipvs]", "-C"], "# end"],
    ["a mark without a number", ["[firewall]", "mark 0 tcp 80 to 1.2.3.4"], "# end"],
    ["a rule of the firewall's own", ["[firewall]", "mark 7 tcp 80 to 1.2.3.4; flush ruleset"], "# end"],
    ["a clamp with a name", ["[firewall]", "clamp 1440 from www"], "# end"],
    ["a protocol that there is not", ["[ipvs]", "-A --dccp-service 1.2.3.4:80 -s rr"], "# end"],
    ["an option too many", ["[ipvs]", "-A -t 1.2.3.4:80 -s rr -z"], "# end"],
    ["a file outside of itself", ["[files]", "/etc/../x mode=0644 owner=root group=root"], "# end"],
    ["content without a file", ["[files]", "| text"], "# end"],
    ["a unit with an option", ["[units]", "--now enabled active; id"], "# end"],
  ])("refuses %s", (_, body, end) => {
    const facts = read(body, end);
    expect(facts.some((line) => line.startsWith("! | "))).toBe(true);
  });

  it("keeps any content of a file, byte for byte", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            "a",
            "\\",
            "\t",
            "\n",
            "'",
            '"',
            "$(id)",
            "`id`",
            "%",
            "|",
            "[x]",
            "# end",
            " ",
            "&",
            "é",
            "n",
            "\r",
          ),
        }),
        (text) => {
          const content = text.endsWith("\n") ? text : `${text}\n`;
          const lines = content.slice(0, -1).split("\n");
          const facts = runAwk("DOCUMENT_AWK", [
            "tag=A",
            { text: "" },
            "tag=D",
            {
              text: [
                "# lvs host document 1, owner x",
                "[files]",
                "/srv/x mode=0644 owner=root group=root",
                ...lines.map((line) => `| ${line}`),
                "# end",
                "",
              ].join("\n"),
            },
          ]);
          expect(facts).toHaveLength(1);
          const word = facts[0]!.slice(facts[0]!.indexOf(" content=") + " content=".length);
          const written = execFileSync("bash", ["-c", `printf '%b' "$1"`, "bash", word], {
            encoding: "utf8",
          });
          expect(written).toBe(content);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("takes two slashes in a row in a sysctl's value, not in its name", () => {
    expect(read(["[sysctl]", "net.ipv4.vs.conntrack = 1/..//../"])).toEqual([
      "sysctl | net.ipv4.vs.conntrack = 1/..//../",
    ]);
    expect(read(["[sysctl]", "net.ipv4//etc.passwd = 1"])[0]).toContain("not understood");
  });

  describe("of keepalived's files", () => {
    const file = "/etc/keepalived/keepalived.conf mode=0640 owner=root group=root";
    const body = [
      "[settings]",
      "drain = 30",
      "table = keepalived",
      "[keepalived]",
      file,
      "| vrrp_instance lb {",
      "|     interface @{interface:198.18.7.11}",
      "|     auth_pass @{secret:vrrp-lb}",
      "|>=2.1.0| vrrp_startup_delay 1",
      "|>=2.0.16,<2.1.0| old",
      "| }",
    ];
    const kept = (release: string) =>
      read(body, "# end", release)
        .at(-1)!
        .replace(/.* content=/, "");

    it("fills in interfaces by addresses of both families, and names one once where it is tracked", () => {
      const instance = [
        "| vrrp_instance VI_1 {",
        "|     interface @{interface:fd18::11}",
        "|     track_interface {",
        "|         @{interface:to:198.18.7.1}",
        "|         @{interface:to:fd18:7::}",
        "|         @{interface:to:fd18::1}",
        "|     }",
        "| }",
      ];
      const facts = read(["[settings]", "table = keepalived", "[keepalived]", file, ...instance]);
      expect(facts.at(-1)!.replace(/.* content=/, "")).toBe(
        String.raw`vrrp_instance VI_1 {\n    interface eth0\n    track_interface {\n        bond0.7\n    }\n}\n`,
      );
    });

    it("remembers who keeps the table, fills in interfaces and leaves secrets out", () => {
      expect(read(body, "# end", "2.2.7")).toEqual([
        "settings | drain = 30",
        "keeper | keepalived",
        `keepalived | ${file} content=vrrp_instance lb {\\n    interface bond0.7\\n    auth_pass @{secret:vrrp-lb}\\nvrrp_startup_delay 1\\n}\\n`,
      ]);
    });

    it.each([
      ["1.3.5", []],
      ["2.0.9", []],
      ["2.0.16", ["old"]],
      ["2.0.20", ["old"]],
      ["2.1.0", ["vrrp_startup_delay 1"]],
      ["2.10.0", ["vrrp_startup_delay 1"]],
      ["10.0.0", ["vrrp_startup_delay 1"]],
      ["", ["vrrp_startup_delay 1", "old"]],
    ])("gives release %j its own lines", (release, lines) => {
      expect(
        kept(release)
          .split("\\n")
          .filter((line) => /^(old|vrrp_startup)/.test(line)),
      ).toEqual(lines);
    });

    it("says what a release cannot do", () => {
      const demand = ["[requires]", "keepalived >=2.1.0 for the check by UDP of 198.18.0.100:53"];
      expect(read(demand, "# end", "2.1.5")).toEqual([]);
      expect(read(demand, "# end", "")).toEqual([]);
      expect(read(demand, "# end", "2.0.20")).toEqual([
        "! | keepalived 2.0.20 of this host cannot do what is asked for: the check by UDP of 198.18.0.100:53; install a release that can, or leave it out",
      ]);
    });

    it("says what a kernel cannot do", () => {
      const folder = mkdtempSync(join(tmpdir(), "lvs-connectors-"));
      const shown = (name: string, text: string) => {
        const path = join(folder, name);
        if (text !== "") writeFileSync(path, text);
        return read(["[requires]", "kernel process-events for trackProcesses"], "# end", "2.2.7", path);
      };
      expect(shown("has", "Name            ID\ncn_proc         1:1\n")).toEqual([]);
      for (const lacking of [
        shown("lacks", "Name            ID\nw1              3:1\n"),
        shown("none", ""),
      ]) {
        expect(lacking).toEqual([
          "! | this host's kernel tells nobody which processes start and end (CONFIG_PROC_EVENTS), so keepalived would never notice; leave it out or let a script look (pidof NAME): trackProcesses",
        ]);
      }
      rmSync(folder, { recursive: true });
    });

    it("says which interface is lacking", () => {
      const folder = mkdtempSync(join(tmpdir(), "lvs-interfaces-"));
      mkdirSync(join(folder, "eth1"));
      writeFileSync(join(folder, "eth1", "ifindex"), "3\n");
      const demand = (name: string) => `interface ${name} for virtual route 10.0.0.0/8 of instance VI_1`;
      const body = ["[requires]", demand("eth1"), demand("eth9")];
      expect(read(body, "# end", "2.2.7", "", folder)).toEqual([
        "! | this host has no interface eth9 for virtual route 10.0.0.0/8 of instance VI_1; name the right one (ip -o link)",
      ]);
      expect(read(body, "# end", "2.2.7")).toEqual([]);
      rmSync(folder, { recursive: true });
    });

    it("names a gateway that is in no network of the host", () => {
      const line = (address: string) => `|     10.0.0.0/8 via ${address} dev @{interface:to:${address}}`;
      expect(read(["[keepalived]", file, line("198.18.7.1")], "# end", "2.2.7")[0]).toContain(
        "via 198.18.7.1 dev bond0.7",
      );
      const [fault] = read(["[keepalived]", file, line("203.0.113.1")], "# end", "2.2.7");
      expect(fault).toMatch(/^! \| 203\.0\.113\.1 is in no network of this host, so keepalived/);
    });

    it("names an address that no interface holds", () => {
      const [fault] = read(["[keepalived]", file, "| interface @{interface:198.18.9.9}"], "# end", "2.2.7");
      expect(fault).toMatch(/^! \| no interface of this host holds 198\.18\.9\.9, so keepalived/);
    });

    it.each([
      ["/etc/passwd mode=0644 owner=root group=root", "not understood"],
      ["/etc/keepalived/../passwd mode=0644 owner=root group=root", "not understood"],
    ])("takes no file elsewhere: %s", (line, why) => {
      expect(read(["[keepalived]", line])[0]).toContain(why);
    });

    it("takes a file that is called after its owner", () => {
      const own = "/etc/keepalived/conf.d/web=prod=VirtualService=x-1.conf mode=0640 owner=root group=root";
      expect(read(["[keepalived]", own, "| x"])).toEqual([`keepalived | ${own} content=x\\n`]);
    });

    it.each(["|2.1| x", "|>=2| x", "|x", "|>=2.1.0|x"])("takes no line such as %s", (line) => {
      expect(read(["[keepalived]", file, line])[0]).toContain("not understood");
    });
  });
});
