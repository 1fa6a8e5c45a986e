// Modules that a kernel lacks, and those that stay loaded.
import { describe, expect, it } from "vitest";
import { runShell } from "./shell";

async function shell(lines: string): Promise<string> {
  const { status, stdout, stderr } = await runShell(["report.sh", "lines.sh", "modules.sh"], lines);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("a module that the kernel lacks", () => {
  it("is named as the persistence engine that it is", async () => {
    expect(await shell("uname() { echo 4.18.0; }; modules_missing_sentence ip_vs_pe_sip")).toBe(
      "kernel 4.18.0 of this host has no persistence engine sip (module ip_vs_pe_sip): install the package with its further modules (as the distribution calls it), boot a kernel that has it, or leave the engine out",
    );
  });

  it("is named by itself otherwise", async () => {
    expect(await shell("uname() { echo 4.18.0; }; modules_missing_sentence ip_vs")).toMatch(
      /^kernel 4\.18\.0 of this host has no module ip_vs;/,
    );
  });
});

describe("a module that is still in use", () => {
  const unloading = (name: string) =>
    shell(`firewall_holds_nothing() { return 0; }; links_has_tunnels_of() { return 1; }
      rmmod() { return 1; }; modules_unset ${name}; printf '%s' "$MODULES_STAY"`);

  it("stays, and a note says so", async () => {
    expect(await unloading("ip_vs_rr")).toBe(
      "note: module ip_vs_rr is still in use and stays loaded\nip_vs_rr\n",
    );
  });

  it("stays, and a note says until when, if the kernel remembers calls by it", async () => {
    expect(await unloading("ip_vs_pe_sip")).toBe(
      "note: module ip_vs_pe_sip is still in use and stays loaded: the kernel remembers what it has sent to removed services until their timeout ends (ipvsadm -Lnc --persistent-conn); then: rmmod ip_vs_pe_sip\nip_vs_pe_sip\n",
    );
  });
});
