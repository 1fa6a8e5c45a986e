// Interfaces, routes and ip rules: how they are read, set and given back, with a stand-in for `ip`; and the rules that would cut off a login.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { singleQuoted } from "../../../components/host/program";
import { eachFolder } from "./folder";
import { runShell, type ShellResult } from "./shell";

let folder: string;

eachFolder((made) => {
  folder = made;
  mkdirSync(join(folder, "bin"));
  // Prints the file that is named like its arguments, and records the changes that it is called for; fails if there is a file `refuses`.
  const standIn = `#!/bin/bash
asked="$*"
[[ ! -e ${folder}/\${asked// /_} ]] || { cat ${folder}/\${asked// /_}; exit; }
[[ ! -e ${folder}/refuses ]] || { cat ${folder}/refuses >&2; exit 2; }
echo "$asked" >>${folder}/done
`;
  writeFileSync(join(folder, "bin/ip"), standIn, { mode: 0o755 });
});

const says = (asked: string, lines: string[]) =>
  writeFileSync(join(folder, asked.replaceAll(" ", "_")), lines.map((line) => `${line}\n`).join(""));

const run = (lines: string): Promise<ShellResult> =>
  runShell(
    ["report.sh", "login.sh", "modules.sh", "links.sh", "fou.sh", "families.sh", "routes.sh", "policies.sh"],
    `PATH=${join(folder, "bin")}:$PATH LIVE=""; ${lines}`,
  );

/** The output of these lines. */
async function printed(lines: string): Promise<string> {
  const { status, stdout, stderr } = await run(lines);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

/** The changes for which `ip` is called. */
async function asked(lines: string): Promise<string> {
  await printed(lines);
  const path = join(folder, "done");
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

const route = "default via 198.18.0.11 dev eth0 table 3323068427";
const rule = "7114: from 198.18.0.21 ipproto tcp sport 80 lookup 3323068427";
const neighbours = "7113: from 198.18.0.21 ipproto tcp sport 80 lookup main suppress_prefixlength 0";

describe("an interface", () => {
  it("is read as up or down, unless the host has none of this name", async () => {
    expect(await printed('links_live lo nothing0; printf %s "$LIVE"')).toBe("links\tlo up\n");
  });

  it("is set up, and back to what it was", async () => {
    expect(await asked("links_set 'lo up'; links_unset lo 'lo down'")).toBe(
      "link set lo up\nlink set lo down\n",
    );
  });

  it("stays as it is where there was none before, and where it has gone with its module", async () => {
    expect(await asked("links_unset lo -; links_unset nothing0 'nothing0 down'")).toBe("");
  });

  it("that cannot be set is an error", async () => {
    says("refuses", ["Cannot find device"]);
    const { status, stderr } = await run("links_set 'tunl0 up'");
    expect(status).toBe(1);
    expect(stderr).toContain("interface tunl0 of this host cannot be set up: Cannot find device");
  });
});

describe("a tunnel's module", () => {
  const own = "3: tunl0@NONE: <NOARP> mtu 1480 qdisc noop state DOWN";
  const stays = async (...devices: string[]) => {
    says("-o link show type ipip", devices);
    return printed(`if links_has_tunnels_of ipip; then echo stays; fi`);
  };

  it("goes with the device that comes with it", async () => {
    expect(await stays(own)).toBe("");
    expect(await printed("links_has_tunnels_of ip_vs || echo goes")).toBe("goes\n");
  });

  it("of GRE stays where somebody has a tunnel of one of its kinds", async () => {
    const stays = () => printed("links_has_tunnels_of ip_gre && echo stays || echo goes");
    says("-o link show type gre", ["4: gre0@NONE: <NOARP> mtu 1476"]);
    says("-o link show type gretap", ["5: gretap0@NONE: <BROADCAST,MULTICAST> mtu 1462"]);
    says("-o link show type erspan", ["6: erspan0@NONE: <BROADCAST,MULTICAST> mtu 1450"]);
    expect(await stays()).toBe("goes\n");
    says("-o link show type gretap", [
      "5: gretap0@NONE: <BROADCAST> mtu 1462",
      "7: mine@NONE: <UP> mtu 1462",
    ]);
    expect(await stays()).toBe("stays\n");
  });

  it("of GUE stays where somebody has a port for tunnels, or a tunnel that leaves by UDP", async () => {
    const stays = () =>
      printed("modules_present() { :; }; links_has_tunnels_of fou && echo stays || echo goes");
    says("fou show", []);
    says("-d link show", [
      "3: tunl0@NONE: <NOARP> mtu 1480",
      "    ipip any remote any local any ttl inherit nopmtudisc",
    ]);
    expect(await stays()).toBe("goes\n");
    says("fou show", ["port 5555 ipproto 47 "]);
    expect(await stays()).toBe("stays\n");
    says("fou show", []);
    says("-d link show", [
      "7: mine@NONE: <UP>",
      "    ipip remote 10.0.0.2 local 10.0.0.1 encap gue encap-sport auto encap-dport 6080",
    ]);
    expect(await stays()).toBe("stays\n");
  });

  it("stays where somebody has a tunnel of that kind, or uses that device", async () => {
    expect(await stays(own, "7: office@eth0: <POINTOPOINT,NOARP> mtu 1480")).toBe("stays\n");
    expect(await stays(own.replace("NOARP", "NOARP,UP,LOWER_UP"))).toBe("stays\n");
    says("-4 -o address show dev tunl0", ["3: tunl0    inet 10.0.0.1/32 scope global tunl0"]);
    expect(await stays(own)).toBe("stays\n");
  });
});

describe("a UDP port for tunnels", () => {
  const loaded = "modules_present() { :; }";
  const sockets = (name: string, ...ports: string[]) =>
    writeFileSync(
      join(folder, name),
      [
        "  sl  local_address rem_address   st",
        ...ports.map((port, n) => `  ${n}: 00000000:${port} 00000000:0000 07`),
        "",
      ].join("\n"),
    );
  const taken = (fact: string) =>
    printed(`${loaded}; FOU_SOCKETS=${folder}; fou_taken '${fact}'; printf %s "$REPLY"`);

  it("is read where it is one that is asked about", async () => {
    says("fou show", ["port 6080 gue ", "port 6081 gue", "port 5555 ipproto 4", "port 6080 gue -6"]);
    const live = (words: string) => printed(`${loaded}; fou_live ${words}; printf %s "$LIVE"`);
    expect(await live("port 6080 gue")).toBe("fou\tport 6080 gue\n");
    expect(await live("port 6080 gue -6 port 6081 gue")).toBe("fou\tport 6081 gue\nfou\tport 6080 gue -6\n");
    expect(await live("port 5555 gue")).toBe("");
  });

  it("is not looked for where the module is not there, since that would load it", async () => {
    says("fou show", ["port 6080 gue"]);
    expect(await printed(`modules_present() { false; }; fou_live port 6080 gue; printf %s "$LIVE"`)).toBe("");
  });

  it("is opened, and closed where it was not open before", async () => {
    expect(
      await asked(
        "fou_set 'port 6080 gue'; fou_unset 'port 6080 gue' - 'port 6080 gue'; fou_unset 'port 6080 gue -6' - 'port 6080 gue -6'",
      ),
    ).toBe("fou add port 6080 gue\nfou del port 6080 gue\nfou del port 6080 gue -6\n");
  });

  it("stays open where it was before, and is left alone where it is closed already", async () => {
    expect(
      await asked("fou_unset 'port 6080 gue' 'port 6080 gue' 'port 6080 gue'; fou_unset 'port 6080 gue' - -"),
    ).toBe("");
  });

  it("that something else has is an error that says how to see it", async () => {
    says("fou show", []);
    sockets("udp", "0035", "17C0");
    sockets("udp6");
    expect(await taken("port 6080 gue")).toBe(
      "UDP port 6080 of this host is in use, so no packets of GUE tunnels can arrive there: see by what (ss -Hlnup sport = 6080; ip fou show), and give the tunnel another port",
    );
    expect(await taken("port 6081 gue")).toBe("");
    expect(await taken("port 6080 gue -6")).toBe("");
    says("refuses", ["RTNETLINK answers: Address already in use"]);
    const { status, stderr } = await run(`${loaded}; FOU_SOCKETS=${folder}; fou_set 'port 6080 gue'`);
    expect([status, stderr]).toEqual([1, expect.stringContaining("UDP port 6080 of this host is in use")]);
  });

  it("that something else has ends a change before it begins, and no other fact does", async () => {
    says("fou show", []);
    sockets("udp", "17C0");
    sockets("udp6");
    const ends = (...facts: string[]) =>
      printed(
        `${loaded}; FOU_SOCKETS=${folder}; fou_ports_taken $'${facts.join("\\n")}\\n'; printf %s "$REPLY"`,
      );
    expect(await ends("links\\ttunl0 up", "fou\\tport 6081 gue", "fou\\tport 6080 gue")).toContain(
      "UDP port 6080 of this host is in use",
    );
    expect(await ends("links\\ttunl0 up", "fou\\tport 6081 gue")).toBe("");
    expect(await ends("links\\ttunl0 up")).toBe("");
  });

  it("that is open already is free to be claimed", async () => {
    says("fou show", ["port 6080 gue "]);
    sockets("udp", "17C0");
    sockets("udp6");
    expect(await taken("port 6080 gue")).toBe("");
  });

  it("is not taken by the one for IPv6, but by a program that listens to both families", async () => {
    says("fou show", ["port 6080 gue -6"]);
    sockets("udp");
    sockets("udp6", "17C0");
    expect(await taken("port 6080 gue")).toBe("");
    says("fou show", []);
    expect(await taken("port 6080 gue")).toContain("is in use");
  });
});

describe("a route", () => {
  it("is read from the tables that are asked about, and no other one", async () => {
    says("-4 route show table all", [
      `${route} `,
      "default via 198.18.0.1 dev eth0 ",
      "default via 198.18.0.12 dev eth0 table 100 proto static ",
      "198.18.9.0/24 via 198.18.0.11 dev eth0 table 3323068427 ",
      "default via 10.0.0.1 dev bond0.7 table 167772161 proto boot metric 5 ",
      "broadcast 198.18.0.255 dev eth0 table local proto kernel scope link src 198.18.0.21 ",
    ]);
    const words = `${route} default via 10.0.0.1 dev bond0.7 table 167772161`;
    expect(await printed(`routes_live ${words}; printf %s "$LIVE"`)).toBe(
      `routes\t${route}\nroutes\tdefault via 10.0.0.1 dev bond0.7 table 167772161\n`,
    );
  });

  it("is set, and goes where there was none before", async () => {
    expect(await asked(`routes_set '${route}'; routes_unset '${route}' -`)).toBe(
      `-4 route replace ${route}\n-4 route del ${route}\n`,
    );
  });

  it("stays where it was there before", async () => {
    expect(await asked(`routes_unset '${route}' '${route}'`)).toBe("");
  });

  it("that is gone already is no error", async () => {
    says("refuses", ["RTNETLINK answers: No such process"]);
    expect(await printed(`routes_unset '${route}' -; echo on`)).toBe("on\n");
  });

  const strange = (fact = route) =>
    printed(`routes_are_strange $'a\tb\nroutes\t${fact}\n'; printf %s "$REPLY"`);

  it.each([
    "default via 198.18.0.99 dev eth0 proto static",
    "default dev ppp0 scope link",
    "unreachable default",
  ])("does not replace one of somebody else in its table: %s", async (theirs) => {
    says("-4 route show table 3323068427", ["10.0.0.0/8 via 198.18.0.98 dev eth0 ", `${theirs} `]);
    expect(await strange()).toBe(
      `table 3323068427 of this host has a route that is not this package's (${theirs}), and the replies to 198.18.0.11 need that table: see what uses it (ip rule; ip route show table 3323068427), and remove the route if nobody needs it, or give another gateway`,
    );
  });

  it("is beside others that it does not replace, and in the place of its own by another interface", async () => {
    const beside = ["10.0.0.0/8 via 198.18.0.98 dev eth0", "unreachable default metric 4278198272"];
    says("-4 route show table 3323068427", [...beside, "default via 198.18.0.11 dev eth9 "]);
    expect(await strange()).toBe("");
    says("refuses", ["Error: ipv4: FIB table does not exist."]);
    expect(await strange(route.replaceAll("3323068427", "7000"))).toBe("");
    const six = "default via fd18::11 dev eth0 table 4000000000";
    says("-6 route show table 4000000000", ["default via fd18::9 dev eth0 metric 2048 pref medium"]);
    expect(await strange(six)).toBe("");
    says("-6 route show table 4000000000", ["default via fd18::9 dev eth0 metric 1024 pref medium"]);
    expect(await strange(six)).toContain("(default via fd18::9 dev eth0 metric 1024 pref medium)");
  });

  it("by a gateway that is no neighbour is an error that says so", async () => {
    says("refuses", ["Error: Nexthop has invalid gateway."]);
    const { status, stderr } = await run(`routes_set '${route}'`);
    expect(status).toBe(1);
    expect(stderr).toContain(
      `the route ${route} cannot be set: Error: Nexthop has invalid gateway.; the gateway must be a neighbour of this host`,
    );
  });
});

describe("an ip rule", () => {
  it("is read by its priority, without the blanks that ip prints", async () => {
    says("-4 rule show", [
      "0:\tfrom all lookup local",
      `${neighbours.replace(" ", "\t")} `,
      `${rule.replace(" ", "\t")} `,
      "7115:\tfrom 198.18.0.21 lookup 7",
      "32766:\tfrom all lookup main",
    ]);
    expect(await printed(`policies_live ${neighbours} ${rule}; printf %s "$LIVE"`)).toBe(
      `policies\t${neighbours}\npolicies\t${rule}\n`,
    );
  });

  it("is added, and goes where there was none before", async () => {
    expect(await asked(`policies_set '${neighbours}'; policies_unset '${rule}' -`)).toBe(
      "-4 rule add priority 7113 from 198.18.0.21 ipproto tcp sport 80 lookup main suppress_prefixlength 0\n" +
        "-4 rule del priority 7114 from 198.18.0.21 ipproto tcp sport 80 lookup 3323068427\n",
    );
  });

  it("stays where it was there before", async () => {
    expect(await asked(`policies_unset '${rule}' '${rule}'`)).toBe("");
  });

  it("by port on a kernel that has none is an error that says what else can be done", async () => {
    says("refuses", ["RTNETLINK answers: Invalid argument"]);
    const { status, stderr } = await run(`policies_set '${rule}'`);
    expect(status).toBe(1);
    expect(stderr).toContain(
      `the rule "${rule}" cannot be added: RTNETLINK answers: Invalid argument; rules by port need Linux 4.17`,
    );
  });
});

describe("rules that would send the replies of the login elsewhere", () => {
  const of22 = (line: string) => `policies\t${line.replace("sport 80", "sport 22")}\n`;
  const way = "-4 route get 198.19.0.31 from 198.18.0.21";

  /** The sentence for a login from this client to this port. */
  const sentence = (facts: string, login: string) =>
    printed(
      `export SSH_CONNECTION='${login}'; policies_endanger_login ${singleQuoted(facts)}; printf %s "$REPLY"`,
    );
  const far = "198.19.0.31 50000 198.18.0.21 22";
  const near = "198.18.0.1 50000 198.18.0.21 22";

  it("are refused, with what to do instead", async () => {
    says(way, ["198.19.0.31 from 198.18.0.21 via 198.18.0.1 dev eth0 uid 0 "]);
    expect(await sentence(of22(neighbours) + of22(rule), far)).toBe(
      "port 22 is that of this login from 198.19.0.31, whose replies would go to the director and not the way back: let sshd listen on another port for logins, or route the replies yourself and leave returnRoute out",
    );
  });

  it("are refused for a neighbour only where neighbours are to be reached by the director", async () => {
    says("-4 route get 198.18.0.1 from 198.18.0.21", ["198.18.0.1 from 198.18.0.21 dev eth0 uid 0 "]);
    says("-4 route show match 198.18.0.1", ["default via 198.18.0.9 dev eth0", "198.18.0.0/24 dev eth0"]);
    expect(await sentence(of22(neighbours) + of22(rule), near)).toBe("");
    expect(await sentence(of22(rule), near)).toMatch(/^port 22 is that of this login from 198\.18\.0\.1, /);
  });

  it("are refused behind a default route without a gateway, and where the way is not known", async () => {
    const refused = /^port 22 is that of this login from 198\.19\.0\.31, /;
    expect(await sentence(of22(neighbours) + of22(rule), far)).toMatch(refused);
    says(way, ["198.19.0.31 from 198.18.0.21 dev ppp0 uid 0 "]);
    says("-4 route show match 198.19.0.31", ["default dev ppp0 scope link"]);
    expect(await sentence(of22(neighbours) + of22(rule), far)).toMatch(refused);
  });

  it("do not have what stands in a process's environment evaluated", async () => {
    expect(await sentence(of22(rule), "198.19.0.31 50000 198.18.0.21 a[$(touch${IFS}/tmp/pwned)]")).toBe("");
  });

  it.each([
    ["another port", `policies\t${neighbours}\npolicies\t${rule}\n`, far],
    ["another address of the host", of22(rule), "198.19.0.31 50000 198.18.0.29 22"],
    ["UDP", of22(rule).replace("tcp", "udp"), far],
    ["a login that is not by SSH", of22(rule), "x"],
    ["no rule at all", `routes\t${route}\n`, far],
  ])("are those of %s: none", async (_, facts, login) => {
    expect(await sentence(facts, login)).toBe("");
  });
});

describe("the login that has called the program", () => {
  const login = "198.18.0.1 50000 198.18.0.21 22";

  it("is what sshd says", async () => {
    expect(await printed(`SSH_CONNECTION='${login}'; login_connection; printf %s "$REPLY"`)).toBe(login);
  });

  it("is found in the processes above, where sudo has taken it away", async () => {
    const { status, stdout } = await run(
      `export -f login_connection words_of
      SSH_CONNECTION='${login}' bash -c 'env -u SSH_CONNECTION bash -c "login_connection; printf %s \\"\\$REPLY\\""; :'`,
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: login });
  });
});
