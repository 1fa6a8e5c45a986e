// A failed look is an error: facts that were not read would count as missing.
import { describe, expect, it } from "vitest";
import { runShell } from "./shell";

const look = async (parts: string[], lines: string) => {
  const { status, stdout, stderr } = await runShell(
    ["report.sh", ...parts],
    `LIVE="" KEEPALIVED_RELEASE=""; exec() { "$@"; }; type() { [[ $2 == "\${MANAGER-rpm}" ]]; }
    ${lines}
    printf %s "$LIVE"`,
  );
  return { status, said: stdout + stderr };
};

const shown = (name: string, load: string) =>
  `Id=${name}\\nLoadState=${load}\\nActiveState=active\\nSubState=running\\nUnitFileState=enabled\\n`;

describe("systemd", () => {
  it("tells of units that exist, and of others", async () => {
    const both = `systemctl() { printf '${shown("nginx.service", "loaded")}\\n${shown("other.service", "not-found")}'; }`;
    expect(await look(["units.sh"], `${both}; units_live nginx.service other.service`)).toEqual({
      status: 0,
      said: "units\tnginx.service enabled active\n",
    });
  });

  it.each([
    ["of no unit", "return 1"],
    ["of one of two", `printf '${shown("nginx.service", "loaded")}'`],
  ])("that tells %s ends the run", async (_what, answer) => {
    const { status, said } = await look(
      ["units.sh"],
      `systemctl() { ${answer}; }; units_live nginx.service other.service`,
    );
    expect(status).toBe(1);
    expect(said).toContain("try it by hand: systemctl show nginx.service other.service");
  });

  it("that does not tell whether keepalived runs ends the run", async () => {
    const { status, said } = await look(
      ["unit.sh"],
      "systemctl() { return 1; }; if keepalived_active; then :; fi",
    );
    expect(status).toBe(1);
    expect(said).toContain("try it by hand: systemctl show keepalived");
  });
});

describe("packages", () => {
  it.each([
    ["rpm", `rpm() { echo nginx; echo "package other is not installed"; return 1; }`],
    ["dpkg-query", `MANAGER=none; dpkg-query() { echo "ii nginx"; echo "rc gone"; return 1; }`],
  ])("are told by %s, and which are not installed", async (_manager, answer) => {
    expect(await look(["installing.sh", "packages.sh"], `${answer}; packages_live nginx other`)).toEqual({
      status: 0,
      said: "packages\tnginx\n",
    });
  });

  it.each([
    ["rpm", `rpm() { echo "error: cannot open Packages database" >&2; return 1; }`],
    ["rpm, of one of two,", `rpm() { echo nginx; echo "error: rpmdb: damaged header" >&2; return 1; }`],
    ["rpm, killed,", "rpm() { return 137; }"],
    ["dpkg-query", "MANAGER=none; dpkg-query() { return 2; }"],
  ])("that %s cannot tell end the run", async (_manager, answer) => {
    const { status, said } = await look(
      ["installing.sh", "packages.sh"],
      `${answer}; packages_live nginx other`,
    );
    expect(status).toBe(1);
    expect(said).toMatch(/try it by hand: (rpm -q|dpkg-query -W) nginx other/);
  });
});

it("a file that is there and cannot be looked at ends the run; one that is not there does not", async () => {
  const failing = "stat() { return 1; }";
  expect(await look(["files.sh"], `${failing}; files_live /no/such/file`)).toEqual({ status: 0, said: "" });
  const { status, said } = await look(["files.sh"], `${failing}; files_live /etc/hostname`);
  expect(status).toBe(1);
  expect(said).toContain("/etc/hostname cannot be looked at");
});
