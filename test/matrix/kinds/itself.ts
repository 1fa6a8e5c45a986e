// A machine is what the name of its kind says.
import { expect, it } from "vitest";
import { isDebian, type Kind } from "../../../lab";
import { waitFor } from "../../lab/support/answering";
import { on, shell, theLab } from "../../lab/support/stack";

const machines = ["d1", "d2", "r1", "r2", "r3", "f1"];

/** What a machine says of itself. */
const looks = () =>
  Promise.all(
    machines.map((host) =>
      shell(
        host,
        `. /etc/os-release
        echo "$HOSTNAME: $ID $VERSION_ID, firewalld $(systemctl is-active firewalld), SELinux $(getenforce 2>/dev/null || echo Disabled)"
        systemctl is-active NetworkManager
        nmcli -g GENERAL.STATE,GENERAL.CONNECTION device show eth0 2>/dev/null || :
        systemctl is-system-running`,
      ),
    ),
  );

export function isItsKind({ release, services, selinux = "off" }: Kind): void {
  const runs = services === "default";
  const mode = { off: "Disabled", permissive: "Permissive", enforcing: "Enforcing" }[selinux];
  const wanted = (host: string) =>
    [
      `${host}: ${isDebian(release) ? String(release).replace("debian", "debian ") : `centos ${release}`}, firewalld ${runs ? "active" : "inactive"}, SELinux ${mode}`,
      ...(runs ? ["active", "100 (connected)", "eth0"] : ["inactive"]),
      "running",
    ].join("\n");

  it("is what its name says, also after a power cut", async () => {
    expect(await looks()).toEqual(machines.map(wanted));
    await theLab().crash("d2");
    await theLab().boot("d2");
    expect((await looks())[1]).toBe(wanted("d2"));
  });

  it.runIf(runs)(
    "refuses what its firewall has not been told to accept, and NetworkManager waits for eth0",
    async () => {
      expect(await on("d1", "firewall-cmd", "--get-zone-of-interface=eth0")).toBe("public");
      await shell("r1", "systemd-run -q --collect --unit=refused python3 -m http.server 8765");
      await shell("r1", waitFor("ss -Hltn 'sport = 8765' | grep -q .", "refused"));
      expect((await theLab().exec("c1", ["curl", "-s", "-m", "3", "http://198.18.0.21:8765/"])).code).toBe(7);
      await on("r1", "systemctl", "stop", "refused");
      expect(await on("d1", "systemctl", "is-enabled", "NetworkManager-wait-online")).toBe("enabled");
    },
  );
}
