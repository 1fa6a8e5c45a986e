// What network managers call after they have changed an interface: which files there are, and what their script sets again.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { spawnSync } from "node:child_process";
import { beforeEach, describe, expect, it } from "vitest";
import { eachFolder } from "./folder";
import { runShell, stateParts } from "./shell";

let folder: string;
eachFolder((made) => {
  folder = made;
  mkdirSync(join(folder, "state/boot"), { recursive: true });
  mkdirSync(join(folder, "files"));
});

const parts = [
  ...stateParts,
  "files.sh",
  "place.sh",
  "firewalld.sh",
  "firewall.sh",
  "addresses.sh",
  "managers.sh",
  "boot.sh",
];

/** Text of a host that has this file, or folder (with a slash at its end). */
function has(path: string): void {
  const at = join(folder, path);
  mkdirSync(path.endsWith("/") ? at : dirname(at), { recursive: true });
  if (!path.endsWith("/")) writeFileSync(at, "");
}

async function host(lines: string): Promise<string> {
  const { status, stdout, stderr } = await runShell(
    parts,
    `MANAGERS_ROOT=${folder} STATE=${folder}/state INTERRUPTED="" BOOT_LINK=${folder}/link
    boot_path() { REPLY=${folder}/files/$1; }
    addresses_has_arp() { [[ $1 == eth* ]]; }
    durable() { :; }; systemctl() { echo "systemctl $1"; }
    ${lines}`,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

const network = "address replace 10.0.0.100/32 dev eth0\n";
const write = (text = network) => `BOOT[network]=$'${text.replaceAll("\n", "\\n")}'; boot_write ""`;
const differences = 'boot_differences; printf %s "$BOOT_DIFFERENCES"';
const shown = async () => (await host(differences)).replaceAll(folder, "");

const managers: [string, string[], string, string][] = [
  ["NetworkManager", ["etc/NetworkManager/dispatcher.d/"], "dispatcher", ""],
  ["ifupdown", ["etc/network/if-up.d/", "sbin/ifup"], "ifup", ""],
  ["network.service", ["etc/rc.d/init.d/network"], "network-unit", "systemctl daemon-reload\n"],
  ["systemd-networkd", ["run/systemd/netif/state"], "networkd-unit", "systemctl daemon-reload\n"],
];

describe.each(managers)("%s", (_, paths, name, reload) => {
  const file = () => readFileSync(join(folder, "files", name), "utf8");

  it("gets a file where it is, which goes with the last fact", async () => {
    paths.forEach(has);
    expect(await host(write())).toBe(reload);
    expect(file()).toContain("pulumi-lvs-restore@");
    expect(await shown()).toBe("");
    expect(await host(write())).toBe("");
    await host(
      `BOOT[network]=""; boot_write ""; [[ ! -e ${folder}/files/${name} && ! -e ${folder}/files/restore ]]`,
    );
  });

  it("has its units read again after a run that was killed before that", async () => {
    paths.forEach(has);
    await host(write());
    expect(await host(`INTERRUPTED=yes; ${write()}`)).toBe("systemctl daemon-reload\n");
  });

  it("gets it also if it comes later: until then that is drift", async () => {
    await host(write());
    expect(await shown()).toBe("");
    paths.forEach(has);
    expect(await shown()).toBe(`lost\tboot-file\t/files/${name}\n`);
    await host(write());
    expect(await shown()).toBe("");
  });

  it("may be removed with its files: that is no drift", async () => {
    paths.forEach(has);
    await host(write());
    for (const path of paths) rmSync(join(folder, path), { recursive: true });
    rmSync(join(folder, "files", name));
    expect(await shown()).toBe("");
  });

  it("gets no file on a host without VIPs, tunnels and routes", async () => {
    paths.forEach(has);
    await host(`BOOT[sysctl]=$'a = 1\\n'; boot_write ""; [[ ! -e ${folder}/files/${name} ]]`);
    expect(await shown()).toBe("");
  });
});

it("each of them is tested here, and its file is on the page about network managers", async () => {
  const { stdout } = await runShell(
    parts,
    'for name in "${MANAGERS_HOOKS[@]}"; do REPLY=""; boot_path "$name"; echo "$name $REPLY"; done',
  );
  const files = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
  expect(files.map(([name]) => name).sort()).toEqual(managers.map(([, , name]) => name).sort());
  const page = readFileSync(join(__dirname, "../../../docs/networkManagers.md"), "utf8");
  for (const [name, path] of files) {
    expect(path, name).toMatch(/^\/etc\/.*pulumi-lvs/);
    // (The page names the file of NetworkManager by its folder and its name.)
    expect(page).toContain(name === "dispatcher" ? "10-pulumi-lvs" : path);
  }
});

describe("a script of ours", () => {
  it("that is not executable is drift, and the next change makes it so", async () => {
    has("etc/NetworkManager/dispatcher.d/");
    await host(write());
    await host(`chmod 0644 ${folder}/files/dispatcher`);
    expect(await shown()).toBe(
      "found\tboot-file\t/files/dispatcher, which is not run: it must be root's, and executable\n",
    );
    await host(`${write()}; [[ -x ${folder}/files/dispatcher ]]`);
  });

  it.each([
    ["up", true],
    ["reapply", true],
    ["dhcp4-change", true],
    ["down", false],
    ["connectivity-change", false],
  ])("for NetworkManager: after %s it calls the unit: %s", async (action, calls) => {
    has("etc/NetworkManager/dispatcher.d/");
    await host(write());
    const { stdout, status } = ran("dispatcher", ["eth0", action]);
    expect({ stdout, status }).toEqual({
      stdout: calls ? "systemctl --no-block restart pulumi-lvs-restore@eth0.service\n" : "",
      status: 0,
    });
  });

  it("for ifupdown is called for an interface, not for all at the end", async () => {
    has("etc/network/if-up.d/");
    has("sbin/ifup");
    await host(write());
    expect(ran("ifup", [], { IFACE: "eth1" }).stdout).toBe(
      "systemctl --no-block restart pulumi-lvs-restore@eth1.service\n",
    );
    expect(ran("ifup", [], { IFACE: "--all" }).stdout).toBe("");
    expect(ran("ifup", [], { IFACE: "eth1", FAILS: "systemctl" }).status).toBe(0);
  });
});

/** Runs a file with stand-ins for the host's programs that print how they are called, and their input. */
function ran(name: string, words: string[], more: NodeJS.ProcessEnv = {}) {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  for (const program of ["systemctl", "ip", "sysctl", "arping", "sleep"])
    writeFileSync(
      join(bin, program),
      `#!/bin/sh\necho ${program} "$@"\ncase "$*" in *-) cat;; esac\n[ "$FAILS" != ${program} ]\n`,
      {
        mode: 0o755,
      },
    );
  const text = readFileSync(join(folder, "files", name), "utf8")
    .replaceAll(
      /\/etc\/(pulumi-lvs|sysctl\.d)\/(99-pulumi-lvs\.conf|network6?)/g,
      (_, __, file: string) => `${folder}/files/${file === "99-pulumi-lvs.conf" ? "sysctl" : file}`,
    )
    .replaceAll("/etc/keepalived", `${folder}/keepalived`);
  return spawnSync("sh", ["-c", text, name, ...words], {
    encoding: "utf8",
    env: { PATH: `${bin}:/usr/bin:/bin`, ...more },
  });
}

describe("what is set again", () => {
  const everything = [
    "fou add port 6080 gue",
    "link set tunl0 up",
    "address replace 10.0.0.100/32 dev eth0",
    "address replace 10.0.0.101/32 dev eth0.7",
    "address replace fd18::100/128 dev eth0 nodad preferred_lft 0",
    "address replace 10.0.0.102/32 dev lo",
    "address replace 10.0.0.103/32 dev tunl0",
    "route replace default via 10.0.0.1 dev eth1 table 77",
    "rule add priority 7114 from 10.0.0.2 ipproto tcp sport 80 lookup 77",
  ];
  const on = (interface_: string) =>
    everything.filter((line) => !/ dev eth/.test(line) || new RegExp(` dev ${interface_}( |$)`).test(line));
  const settings = "net.ipv4.conf.eth0.arp_ignore = 1\nnet.ipv4.conf.eth0/7.arp_ignore = 1\n";

  beforeEach(async () => {
    has("etc/NetworkManager/dispatcher.d/");
    await host(
      `BOOT[sysctl]=$'${settings.replaceAll("\n", "\\n")}net.ipv4.conf.all.arp_ignore = 1\\n' BOOT[network6]=$'rule add six\\n'
      ${write(`${everything.join("\n")}\n`)}`,
    );
  });

  it.each([
    ["eth0", "net.ipv4.conf.eth0.arp_ignore = 1", ["arping -q -U -c 1 -I eth0 10.0.0.100"]],
    ["eth0.7", "net.ipv4.conf.eth0/7.arp_ignore = 1", ["arping -q -U -c 1 -I eth0.7 10.0.0.101"]],
    ["eth1", undefined, []],
    ["lo", undefined, []],
  ])("after a change of %s is what is on it, on lo and on tunnels", (name, setting, announced) => {
    const { stdout, stderr, status } = ran("restore", [name]);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    const set = [
      "sysctl -q -p -",
      ...(setting === undefined ? [] : [setting]),
      "sysctl -q -w net.ipv4.conf.all.arp_ignore=1",
      "ip -force -batch -",
      ...on(name),
      "ip -6 -force -batch -",
      "rule add six",
    ];
    // (Once more a moment later: a manager may go on after it has called.)
    expect(stdout.trim().split("\n")).toEqual([...set, ...announced, "sleep 3", ...set]);
  });

  it("after a start of all interfaces is everything", () => {
    const { stdout } = ran("restore", ["all"]);
    for (const line of everything) expect(stdout).toContain(`${line}\n`);
    expect(stdout).toContain(
      "arping -q -U -c 1 -I eth0 10.0.0.100\narping -q -U -c 1 -I eth0.7 10.0.0.101\n",
    );
  });

  it("is no VIP that keepalived moves, while that runs", () => {
    has("keepalived/conf.d/");
    writeFileSync(
      join(folder, "keepalived/keepalived.conf"),
      "! link route rule fou\nvrrp_instance lb {\n    virtual_ipaddress {\n\t10.0.0.100/32\n        10.0.0.101/32 dev eth0.7\n    }\n}\n",
    );
    const set = (more?: NodeJS.ProcessEnv) => {
      const lines = ran("restore", ["all"], more).stdout.split("\n");
      return everything.filter((line) => !lines.includes(line));
    };
    expect(set()).toEqual(everything.filter((line) => / 10\.0\.0\.10[01]\//.test(line)));
    expect(set({ FAILS: "systemctl" })).toEqual([]);
  });

  it("is no VIP if its ARP settings cannot be made", () => {
    const { stdout, status } = ran("restore", ["lo"], { FAILS: "sysctl" });
    expect(status).not.toBe(0);
    expect(stdout).not.toContain("ip ");
  });
});

describe("a preview", () => {
  const causes = (seen: string, known = "") =>
    host(`${known}
managers_causes $'${seen}'; printf %s "$REPLY"`);

  it("says why a VIP may be lost, by the managers of the host", async () => {
    const four = "lost\\taddresses\\t10.0.0.100/32 dev eth0\\n";
    expect(await causes("lost\\tipvs\\t-A x\\n")).toBe("");
    expect(await causes(four)).toBe("");
    for (const seen of ["lost\\taddresses\\tfd18::100/128 dev eth0\\n", "lost\\troutes\\tdefault via x\\n"])
      expect(await causes(seen)).toMatch(/^why addresses.* IPv6 addresses$/);
    managers.forEach(([, paths]) => paths.forEach(has));
    const all = await causes(`found\\tsysctl\\tx\\n${four}`, "managers_network_manager_runs() { :; }");
    for (const name of ["NetworkManager", "systemd-networkd", "ifdown"]) expect(all).toContain(name);
    expect(await causes(four)).not.toContain("NetworkManager");
  });
});
