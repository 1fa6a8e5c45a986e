// The unit that loads everything after a boot, and when systemd must reload it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { singleQuoted } from "../../../components/host/program";
import { eachFolder } from "./folder";
import { runShell, stateParts } from "./shell";

let folder: string;
eachFolder((made) => {
  folder = made;
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, "state"));
});

const parts = [
  ...stateParts,
  "files.sh",
  "place.sh",
  "webServer.sh",
  "firewalld.sh",
  "firewall.sh",
  "addresses.sh",
  "managers.sh",
  "boot.sh",
];

/** What the boot files are to hold, by their names. */
type Texts = Record<string, string>;

function assigned(name: string, texts: Texts): string {
  const names = ["modules", "sysctl", "rules", "network", "firewall", "network6", "unit"];
  const elements = names.map((each) => `[${each}]=${singleQuoted(texts[each] ?? "")}`);
  return `declare -A ${name}=(${elements.join(" ")})`;
}

/** What the unit runs, line by line, on a host with these programs; $PATH of the host is one folder. */
async function steps(programs: string[], texts: Texts): Promise<string[]> {
  for (const program of programs) writeFileSync(join(folder, "bin", program), "", { mode: 0o755 });
  const { status, stdout, stderr } = await runShell(
    parts,
    `PATH=${join(folder, "bin")}; ${assigned("texts", texts)}; boot_unit_text; printf %s "$REPLY"`,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout
    .split("\n")
    .filter((line) => line.startsWith("ExecStart="))
    .map((line) => line.replace("ExecStart=", "").replace(`${folder}/bin/`, ""));
}

const director = {
  modules: "ip_vs\nip_vs_rr\n",
  sysctl: "net.ipv4.vs.x = 1\n",
  rules: "rules",
  network: "address replace 10.0.0.100/32 dev eth0\n",
};
const realServer = {
  sysctl: "a.b = 1\nnet.ipv4.conf.all.arp_ignore = 1\n",
  network: "address replace 10.0.0.100/32 dev lo\n",
};

describe("after a boot", () => {
  it("a director's VIP comes after its rules, whatever failed before, and is announced", async () => {
    expect(await steps(["modprobe", "sysctl", "ipvsadm", "ip", "arping"], director)).toEqual([
      "-modprobe -a ip_vs ip_vs_rr",
      "-sysctl -q -p /etc/sysctl.d/99-pulumi-lvs.conf",
      "-/bin/sh -c 'ipvsadm -R </etc/pulumi-lvs/rules'",
      "-ip -force -batch /etc/pulumi-lvs/network",
      "-arping -q -U -c 1 -I eth0 10.0.0.100",
    ]);
  });

  it("packets are marked before their VIP comes", async () => {
    const all = await steps(["nft", "ip"], {
      network: "address replace 10.0.0.100/32 dev lo\n",
      firewall: "text",
    });
    expect(all).toEqual(["-nft -f /etc/pulumi-lvs/firewall", "-ip -force -batch /etc/pulumi-lvs/network"]);
  });

  it("it is not announced where the host cannot", async () => {
    const all = await steps(["modprobe", "sysctl", "ipvsadm", "ip"], director);
    expect(all.at(-1)).toBe("-ip -force -batch /etc/pulumi-lvs/network");
  });

  it("a real server's VIP comes only if its ARP settings can be made, whatever another setting does, and is announced by nobody", async () => {
    expect(await steps(["modprobe", "sysctl", "ip", "arping"], realServer)).toEqual([
      "-sysctl -q -p /etc/sysctl.d/99-pulumi-lvs.conf",
      "sysctl -q -w net.ipv4.conf.all.arp_ignore=1",
      "-ip -force -batch /etc/pulumi-lvs/network",
    ]);
  });
});

describe("after a boot, with IPv6", () => {
  it("a VIP is announced by nobody, and rules have a file of their own, since `ip` is told their family before", async () => {
    const both = {
      network: "address replace fd18::100/128 dev eth0 nodad preferred_lft 0\n",
      network6: "rule add priority 7114 from fd18::21\n",
    };
    expect(await steps(["ip", "arping"], both)).toEqual([
      "-ip -force -batch /etc/pulumi-lvs/network",
      "-ip -6 -force -batch /etc/pulumi-lvs/network6",
    ]);
  });
});

describe("systemd", () => {
  it("is told of a unit that it may have read before, and only then", async () => {
    const write = async (rules: string) => {
      const { status, stdout } = await runShell(
        parts,
        `STATE=${folder}/state INTERRUPTED="" BOOT_UNIT=${folder}/unit BOOT_LINK=${folder}/link
        boot_path() { REPLY=${folder}/$1; }; boot_unit_text() { REPLY=\${texts[rules]}; }; systemctl() { echo "$1"; }; durable() { :; }
        boot_write ${rules}`,
      );
      expect(status).toBe(0);
      return stdout;
    };
    expect(await write("first")).toBe("");
    expect(await write("first")).toBe("");
    expect(await write("second")).toBe("daemon-reload\n");
    expect(await write('""')).toBe("-q\ndaemon-reload\n");
  });
});
