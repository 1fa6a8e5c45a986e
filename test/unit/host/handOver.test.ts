// What keepalived's unit calls before a stop and before a start: VIPs go before rules.
import { expect, it } from "vitest";
import { runShell } from "./shell";

const master = ["198.18.0.100/32", "198.18.0.11/24", "fd00::100/128"];
const backup = ["198.18.0.11/24"];

/** What is done on a host that has these addresses, one deed a line. `process`: what the number in keepalived's file is the number of. */
async function deeds(verb: string, addresses: string[], process = "keepalived"): Promise<string[]> {
  const shown = addresses.map((each, index) => `${index}: eth0 inet ${each} scope global eth0`);
  const { status, stdout, stderr } = await runShell(
    ["report.sh", "keepalived.sh", "handover.sh"],
    `folder=$(mktemp -d)
    trap 'kill "$other" 2>/dev/null; rm -rf "$folder"' EXIT
    cp "$(type -P sleep)" "$folder/${process}"
    "$folder/${process}" 60 & other=$!
    until [[ $(</proc/$other/comm) == ${process} ]]; do command sleep 0.01; done
    echo "$other" >"$folder/pid"
    KEEPALIVED=$folder KEEPALIVED_PID_FILES=("$folder/none" "$folder/pid")
    printf '%s\n' 'vrrp_instance a {' '  advert_int 0.1' '  virtual_ipaddress {' '    198.18.0.100/32' '  }' '}' \
      'vrrp_instance b {' '  advert_int 0.3' '  virtual_ipaddress {' '    fd00::100/128' '  }' '}' >"$folder/keepalived.conf"
    ip() { case $1 in -o) printf '%s\n' ${shown.map((each) => `'${each}'`).join(" ")} ;; *) printf 'ip %s\n' "$*" ;; esac; }
    kill() { printf 'kill %s\n' "$(cat "/proc/$1/comm")"; }
    sleep() { printf 'sleep %s\n' "$*"; }
    ${verb}
    unset -f kill`,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.split("\n").filter((line) => line !== "");
}

it("ends the process that has the VIPs, and waits until another director has heard of it", async () => {
  expect(await deeds("keepalived_hand_over", master)).toEqual(["kill keepalived", "sleep 0.3"]);
});

it("hands nothing over that it does not have", async () => {
  expect(await deeds("keepalived_hand_over", backup)).toEqual([]);
});

it("ends nobody who has come by the number of a keepalived that was killed", async () => {
  expect(await deeds("keepalived_hand_over", master, "innocent")).toEqual([]);
});

it("takes off the VIPs that a killed keepalived has left, and nothing else", async () => {
  expect(await deeds("keepalived_let_go", master)).toEqual([
    "ip address del 198.18.0.100/32 dev eth0",
    "ip address del fd00::100/128 dev eth0",
  ]);
  expect(await deeds("keepalived_let_go", backup)).toEqual([]);
});
