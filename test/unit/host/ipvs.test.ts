import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runShell } from "./shell";

let folder: string;
const at = (name: string) => join(folder, name);

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "lvs-host-"))));
afterEach(() => rmSync(folder, { recursive: true }));

describe("a table that ipvsadm cannot read", () => {
  it.each(["-Sn", "-Ln --thresholds"])("ends the run with its reason (%s)", async (failing) => {
    writeFileSync(at("ipvsadm"), `#!/bin/sh\n[ "$*" != "${failing}" ] || { echo broken >&2; exit 1; }\n`, {
      mode: 0o755,
    });
    const { status, stderr } = await runShell(
      ["report.sh", "rules.sh", "ipvs.sh"],
      `PATH=${folder}:$PATH rules="" thresholds=""; ipvs_readable() { :; }; ipvs_read; echo read`,
    );
    expect(status).toBe(1);
    expect(stderr).toBe(
      `broken\nerror: ipvsadm cannot read the table of this host (what it says is above); try it by hand: ipvsadm ${failing}\n`,
    );
  });
});

describe("SCTP", () => {
  const rule = "-A --sctp-service 198.18.0.100:9899 -s rr\n";
  const sentence =
    /^kernel \S+ of this host cannot balance SCTP \(it was built without CONFIG_IP_VS_PROTO_SCTP\): boot a kernel that can, or leave the services of protocol sctp out$/;

  it.each<[string, string, string, RegExp]>([
    ["has its symbols", rule, "0000 t sctp_conn_schedule\t[ip_vs]", /^$/],
    ["has no symbols of it", rule, "0000 t tcp_conn_schedule\t[ip_vs]", sentence],
    ["is asked for none", rule.replace("--sctp-service", "-t"), "", /^$/],
    ["is asked for marks of it", "firewall\tmark 7 sctp 9899 to 198.18.0.100\n", "", sentence],
  ])("is refused by a kernel, or not, that %s", async (_, wanted, symbols, expected) => {
    writeFileSync(at("symbols"), `${symbols}\n`);
    writeFileSync(at("wanted"), wanted);
    writeFileSync(at("ipvsadm"), "#!/bin/sh\n# --sctp-service\n", { mode: 0o755 });
    const { status, stdout } = await runShell(
      ["ipvs.sh"],
      `PATH=${folder}:$PATH IPVS_SYMBOLS=${at("symbols")}; ipvs_loaded() { :; }
      RULES_WANTED=$(<${at("wanted")}); ipvs_lacks_sctp "$RULES_WANTED"; printf %s "$REPLY"`,
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(expected);
  });

  it.each<[string, string, RegExp]>([
    [
      "services",
      rule,
      /^ipvsadm of this host knows no services of protocol sctp: install ipvsadm 1\.28 or later, /,
    ],
    // (The table of nf_tables marks their packets, and ipvsadm knows only the mark.)
    ["marks", "firewall\tmark 7 sctp 9899 to 198.18.0.100\n", /^$/],
  ])(
    "is refused, or not, by an ipvsadm that does not know it and is asked for %s of it",
    async (_, wanted, expected) => {
      writeFileSync(at("symbols"), "0000 t sctp_conn_schedule\t[ip_vs]\n");
      writeFileSync(at("wanted"), wanted);
      writeFileSync(at("ipvsadm"), "#!/bin/sh\n", { mode: 0o755 });
      const { stdout } = await runShell(
        ["ipvs.sh"],
        `PATH=${folder}:$PATH IPVS_SYMBOLS=${at("symbols")}; ipvs_loaded() { :; }
      RULES_WANTED=$(<${at("wanted")}); ipvs_lacks_sctp "$RULES_WANTED"; printf %s "$REPLY"`,
      );
      expect(stdout).toMatch(expected);
    },
  );
});
