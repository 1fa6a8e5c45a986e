// The calls of a host's programs for IPv6, and how their output is read.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { singleQuoted } from "../../../components/host/program";
import { partPath, runShell } from "./shell";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "lvs-ipv6-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** The output of lines of the program, with an `ip` that first prints its own arguments; `answers` of `ip` by its arguments. */
async function told(parts: string[], lines: string, answers: Record<string, string> = {}): Promise<string[]> {
  const cases = Object.entries(answers).map(
    ([words, text]) => `${singleQuoted(words)}) printf '%s\\n' ${singleQuoted(text)} ;;`,
  );
  writeFileSync(
    join(folder, "ip"),
    `#!/bin/bash\ncase "$*" in ${cases.join(" ")} *) echo "ip $*" >&3 ;; esac\n`,
    {
      mode: 0o755,
    },
  );
  const { status, stdout, stderr } = await runShell(
    ["report.sh", ...parts],
    `PATH=${folder}:$PATH; exec 3>&1; LIVE=""; ${lines}`,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.split("\n").filter((line) => line !== "");
}

describe("an address of IPv6", () => {
  const facts = async (...lines: string[]) => {
    const text = singleQuoted(lines.map((line) => `2: ${line}`).join("\n"));
    const out = await told(["addresses.sh"], `IP_ADDRESSES=${text}; addresses_live; printf %s "$ADDRESSES"`);
    return out.map((line) => line.replace("addresses\t", ""));
  };
  const forever = String.raw`\       valid_lft forever preferred_lft forever`;

  it("is read with what it is told beside its place, whatever it may do then", async () => {
    expect(
      await facts(
        String.raw`eth0    inet6 fd18::100/128 scope global deprecated nodad \       valid_lft forever preferred_lft 0sec`,
        String.raw`eth0    inet6 fd18::101/128 scope global nodad deprecated proto keepalived \       valid_lft forever preferred_lft 0sec`,
        `lo    inet6 fd18::100/128 scope global ${forever}`,
      ),
    ).toEqual([
      "fd18::100/128 dev eth0 nodad preferred_lft 0",
      "fd18::101/128 dev eth0 nodad preferred_lft 0",
      "fd18::100/128 dev lo",
    ]);
  });

  it("differs where its flags do, and not by the time that it has left", async () => {
    const left = (seconds: number) =>
      String.raw`eth0    inet6 2001:db8::5/64 scope global dynamic mngtmpaddr \       valid_lft ${seconds}sec preferred_lft ${seconds}sec`;
    expect(
      await facts(
        `eth0    inet6 fd18::100/128 scope global ${forever}`,
        `eth0    inet6 fd18::101/128 scope global tentative nodad ${forever}`,
        `eth0    inet6 fd18::102/128 scope global dadfailed tentative ${forever}`,
        left(1000),
        left(999),
      ),
    ).toEqual([
      "fd18::100/128 dev eth0",
      "fd18::101/128 dev eth0 nodad tentative",
      "fd18::102/128 dev eth0 dadfailed tentative",
      "2001:db8::5/64 dev eth0 dynamic mngtmpaddr",
      "2001:db8::5/64 dev eth0 dynamic mngtmpaddr",
    ]);
  });

  const fact = "fd18::100/128 dev lo nodad preferred_lft 0";
  const show = "-o address show dev lo to fd18::100";

  it("is set with its flags, and announced by nobody", async () => {
    expect(await told(["addresses.sh"], `addresses_set "${fact}"`, { [show]: "" })).toEqual([
      "ip address replace fd18::100/128 dev lo nodad preferred_lft 0",
    ]);
  });

  it("is set anew where it waits for an answer of the network, or has had one", async () => {
    for (const state of ["tentative", "dadfailed tentative"])
      expect(
        await told(["addresses.sh"], `addresses_set "${fact}"`, {
          [show]: `1: lo inet6 fd18::100/128 scope global ${state} ${forever}`,
        }),
      ).toEqual([
        "ip address del fd18::100/128 dev lo",
        "ip address replace fd18::100/128 dev lo nodad preferred_lft 0",
      ]);
  });

  it("goes by its place alone, and one that was there before gets its own flags back", async () => {
    const unset = (origin: string) =>
      told(["addresses.sh"], `addresses_unset "fd18::100/128 dev lo" "${origin}" "${fact}"`, { [show]: "" });
    expect(await unset("-")).toEqual(["ip address del fd18::100/128 dev lo"]);
    expect(await unset(fact)).toEqual([]);
    expect(await unset("fd18::100/128 dev lo noprefixroute tentative")).toEqual([
      "ip address replace fd18::100/128 dev lo noprefixroute",
    ]);
  });
});

describe("routes and rules of both families", () => {
  const parts = ["families.sh", "routes.sh", "policies.sh"];

  it("are read of the families that are asked for", async () => {
    const [four, six] = ["default via 10.0.0.1 dev eth0 table 300", "default via fd18::1 dev eth0 table 301"];
    const answers = {
      "-4 route show table all": `default via 10.0.0.254 dev eth0\n${four} proto static`,
      "-6 route show table all": `default via fd18::fe dev eth0 metric 1024 pref medium\n${six} metric 1024 pref medium`,
    };
    const live = (...facts: string[]) =>
      told(parts, `routes_live ${facts.join(" ")}; printf %s "$LIVE"`, answers);
    expect(await live(four)).toEqual([`routes\t${four}`]);
    expect(await live(six)).toEqual([`routes\t${six}`]);
    expect(await live(four, six)).toEqual([`routes\t${four}`, `routes\t${six}`]);
  });

  it("are set and unset by the option of their family", async () => {
    const route = "default via fd18::1 dev eth0 table 301";
    const rule = "7114: from fd18::21 ipproto tcp sport 80 lookup 301";
    expect(
      await told(
        parts,
        `output() { :; }; routes_unset "${route}" -; policies_unset "${rule}" -; routes_unset "${route.replace("fd18::1", "10.0.0.1")}" -`,
      ),
    ).toEqual([
      `ip -6 route del ${route}`,
      `ip -6 rule del priority 7114 ${rule.slice(6)}`,
      `ip -4 route del ${route.replace("fd18::1", "10.0.0.1")}`,
    ]);
    const answers = { "-6 rule show": `0:\tfrom all lookup local\n${rule.replace(": ", ":\t")}` };
    expect(await told(parts, `policies_live ${rule}; printf %s "$LIVE"`, answers)).toEqual([
      `policies\t${rule}`,
    ]);
  });
});

describe("the device of IPv6 tunnels", () => {
  const shown = (mode: string) => ({
    "-d link show dev ip6tnl0": `3: ip6tnl0@NONE: <NOARP,UP> mtu 1452\n    ip6tnl ${mode} remote any local any`,
  });
  const live = (mode: string) => {
    const at = partPath("links.sh");
    mkdirSync(join(folder, "net/ip6tnl0"), { recursive: true });
    writeFileSync(join(folder, "net/ip6tnl0/flags"), "0xc1\n");
    return told(
      [],
      `eval "$(sed 's|/sys/class/net|${folder}/net|g' ${at})"; links_live ip6tnl0; printf %s "$LIVE"`,
      shown(mode),
    );
  };

  it("says what it carries, where that is not IPv6 alone", async () => {
    expect(await live("any")).toEqual(["links\tip6tnl0 up any"]);
    expect(await live("ip6ip6")).toEqual(["links\tip6tnl0 up"]);
  });

  it.each([
    ["ip6tnl0 up any", "ip link set ip6tnl0 up type ip6tnl mode any"],
    ["ip6tnl0 up", "ip link set ip6tnl0 up type ip6tnl mode ip6ip6"],
    ["ip6tnl0 down", "ip link set ip6tnl0 down type ip6tnl mode ip6ip6"],
    ["tunl0 up", "ip link set tunl0 up"],
  ])("%s", async (fact, expected) => {
    expect(await told(["links.sh"], `links_set "${fact}"`)).toEqual([expected]);
  });
});

describe("forwarding of IPv6", () => {
  const name = "net.ipv6.conf.all.forwarding";
  const conf = (values: Record<string, string>, file = "forwarding") => {
    for (const [device, value] of Object.entries(values)) {
      mkdirSync(join(folder, "sys/net/ipv6/conf", device), { recursive: true });
      writeFileSync(join(folder, "sys/net/ipv6/conf", device, file), `${value}\n`);
    }
  };
  const value = (device: string) =>
    readFileSync(join(folder, "sys/net/ipv6/conf", device, "forwarding"), "utf8").trim();
  const run = (lines: string, answers: Record<string, string> = {}) =>
    told([], `eval "$(sed 's|/proc/sys|${folder}/sys|g' ${partPath("sysctl.sh")})"; ${lines}`, answers);
  const live = () => run(`sysctl_live ${name}; printf %s "$LIVE"`);

  it("remembers which interfaces forwarded before all do, and gives it back to them", async () => {
    conf({ all: "0", default: "0", eth0: "0", "eth1.5": "1", lo: "0" });
    const before = `${name} = 0 eth1.5:1`;
    expect(await live()).toEqual([`sysctl\t${before}`]);
    await run(`sysctl_set "${name} = 1"`);
    // (The kernel does this.)
    conf({ all: "1", default: "1", eth0: "1", "eth1.5": "1", lo: "1" });
    expect(await live()).toEqual([`sysctl\t${name} = 1`]);
    // (The kernel does this when it is given back; interfaces with other values are then set one by one.)
    conf({ default: "0", eth0: "0", "eth1.5": "0", lo: "0" });
    await run(`sysctl_unset ${name} "${before}"`);
    expect([value("all"), value("eth0"), value("eth1.5")]).toEqual(["0", "0", "1"]);
  });

  it("may miss an interface that has gone", async () => {
    conf({ all: "0" });
    const gone = (fact: string) => run(`if sysctl_interface_gone "${fact}"; then echo gone; fi`);
    expect(await gone(`${name} = 0 eth1:1`)).toEqual(["gone"]);
    expect(await gone(`${name} = 0 all:1`)).toEqual([]);
    expect(await gone(`${name} = 0`)).toEqual([]);
    expect(await gone("net.ipv4.ip_forward = 0 eth1:1")).toEqual([]);
  });

  describe("where an interface lives on router advertisements", () => {
    const said = async (accepts: string, answers: Record<string, string>, fact = `${name} = 1`) => {
      conf({ all: "0" });
      conf({ all: "1", default: "1", eth0: accepts }, "accept_ra");
      const lines = `sysctl_ends_advertisements $'sysctl\\t${fact}\\n'; printf %s "$REPLY"`;
      const none = { "-6 route show proto ra dev eth0": "", "-6 -o address show dev eth0": "" };
      return (await run(lines, { ...none, ...answers })).join("");
    };
    const route = { "-6 route show proto ra dev eth0": "default via fe80::1 metric 1024 expires 1790sec" };
    const address = {
      "-6 -o address show dev eth0": "2: eth0 inet6 2001:db8::5/64 scope global dynamic mngtmpaddr",
    };

    it("is refused: the interface would lose what it has from them", async () => {
      for (const has of [route, address])
        expect(await said("1", has)).toMatch(
          /^interface eth0 of this host has IPv6 addresses or routes from router advertisements, which it would lose .* net\.ipv6\.conf\.eth0\.accept_ra = 2 /,
        );
    });

    it("is well where it takes them all the same, where it has nothing from them, and where nobody asks for it", async () => {
      expect(await said("2", route)).toBe("");
      expect(await said("0", route)).toBe("");
      expect(await said("1", {})).toBe("");
      expect(await said("1", route, "net.ipv6.conf.eth0.forwarding = 1")).toBe("");
    });

    it("is well where all interfaces forward already", async () => {
      conf({ eth0: "1" }, "accept_ra");
      conf({ all: "1" });
      const lines = `sysctl_ends_advertisements $'sysctl\\t${name} = 1\\n'; printf %s "$REPLY"`;
      expect(await run(lines, route)).toEqual([]);
    });
  });
});

describe("a service that the kernel has, and no ipvsadm to take it out", () => {
  it.each([
    ["-t [fd18::100]:80", "TCP  [fd18:0000:0000:0000:0000:0000:0000:0100]:0050 rr "],
    ["-u [2001:db8::1:0:0:1]:53", "UDP  [2001:0db8:0000:0000:0001:0000:0000:0001]:0035 rr "],
    ["--sctp-service [1:2:3:4:5:6:7:8]:80", "SCTP [0001:0002:0003:0004:0005:0006:0007:0008]:0050 rr "],
    ["-t [fd18::]:80", "TCP  [fd18:0000:0000:0000:0000:0000:0000:0000]:0050 rr "],
    ["-t 198.18.0.100:80", "TCP  C6120064:0050 rr  "],
  ])("is found: %s", async (service, line) => {
    const at = partPath("ipvs.sh");
    const stranded = async (table: string) => {
      writeFileSync(join(folder, "table"), `${table}\n`);
      return told(
        [],
        `eval "$(sed 's|/proc/net/ip_vs|${folder}/table|g' ${at})"; ipvs_readable() { return 1; }
        if ipvs_stranded "${service}"; then echo found; fi`,
      );
    };
    expect(await stranded(line)).toEqual(["found"]);
    expect(await stranded(line.replace("0050", "0051").replace("0035", "0036"))).toEqual([]);
  });
});
