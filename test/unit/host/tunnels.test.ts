// What rules of GUE and GRE need on a director.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { eachFolder } from "./folder";
import { runShell } from "./shell";

let folder: string;
eachFolder((made) => {
  folder = made;
});

const rule = (type: string) => `-a -t 198.18.0.100:80 -r 198.19.0.21:80 -i -w 1${type}\n`;
const gue = rule(" --tun-type gue --tun-port 6080 --tun-nocsum");
const gre = rule(" --tun-type gre --tun-nocsum");
const knows = "  --tun-type      type                one of ipip|gue|gre";
const found = "ffffffff c t ip_vs_find_tunnel [ip_vs]";
const lacks = (kernel: string, needed: string, type: string) =>
  `kernel ${kernel} of this host has no tunnels of type ${type} for IPVS: boot Linux ${needed} or later, or leave the tunnel out (IP in IP)`;
const oldTool = (type: string) =>
  `ipvsadm of this host knows no tunnels of type ${type}: install ipvsadm 1.31 or later, or leave the tunnel out (IP in IP)`;

it.each<[string, string, string, string, string | undefined, string]>([
  ["no tunnel", rule(""), "4.18.0", "", "", ""],
  ["GUE on a new kernel", gue, "6.1.0-18-amd64", knows, undefined, ""],
  ["GRE on the first kernel that has it", gre, "5.3.0", knows, "", ""],
  ["GUE on an old kernel to which it was brought", gue, "4.18.0-553.el8.x86_64", knows, found, ""],
  [
    "GUE on an old kernel",
    gue,
    "4.18.0-80.el8",
    knows,
    "ffffffff t ip_vs_in [ip_vs]",
    lacks("4.18.0-80.el8", "5.2", "gue"),
  ],
  ["GRE on an old kernel", gre, "5.2.0", knows, "", lacks("5.2.0", "5.3", "gre")],
  ["GUE on an old kernel whose IPVS is not loaded yet", gue, "4.18.0", knows, undefined, ""],
  ["GUE with an old ipvsadm", gue, "6.1.0", "  --ipip  -i  ipip encapsulation", undefined, oldTool("gue")],
])("%s", async (_, rules, kernel, help, symbols, expected) => {
  writeFileSync(join(folder, "release"), `${kernel}\n`);
  writeFileSync(join(folder, "symbols"), symbols ?? "");
  writeFileSync(join(folder, "ipvsadm"), `#!/bin/bash\necho '${help}'\n`, { mode: 0o755 });
  const { status, stdout, stderr } = await runShell(
    ["report.sh", "tunnels.sh"],
    `PATH=${folder}:$PATH TUNNELS_RELEASE=${folder}/release TUNNELS_SYMBOLS=${folder}/symbols
    ipvs_loaded() { ${symbols === undefined ? "false" : ":"}; }
    RULES_WANTED=$'${rules}'; tunnels_lacking; printf %s "$REPLY"`,
  );
  expect({ status, stderr, stdout }).toEqual({ status: 0, stderr: "", stdout: expected });
});
