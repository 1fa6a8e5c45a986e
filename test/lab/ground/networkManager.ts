// NetworkManager in charge of eth0: when it activates a connection, it removes addresses that it has not set itself.
import { afterAll, beforeAll, expect, it } from "vitest";
import { on, shell, theLab } from "../support/stack";
import { patience, reset } from "./stage";

const foreign = ["198.18.0.150", "198.18.0.151"] as const;
const profile = `[connection]
id=lan
type=ethernet
interface-name=eth0

[ipv4]
method=manual
address1=198.18.0.12/24,198.18.0.1

[ipv6]
method=disabled
`;

/** Where each of the foreign addresses is. */
function places(): Promise<string[]> {
  return Promise.all(
    foreign.map((each) => shell("d2", `ip -o address show to ${each} | awk '{ print $2 }'`)),
  );
}

/** The state 100 means connected. */
const state = () => on("d2", "nmcli", "-g", "GENERAL.STATE", "device", "show", "eth0");

async function add(): Promise<void> {
  await shell("d2", `ip addr replace ${foreign[0]}/32 dev eth0; ip addr replace ${foreign[1]}/32 dev lo`);
}

export function networkManager(): void {
  beforeAll(async () => {
    const file = "/etc/NetworkManager/system-connections/lan.nmconnection";
    await theLab().exec("d2", ["tee", file], { stdin: profile });
    // NetworkManager manages eth0 only when udev has seen it.
    await shell(
      "d2",
      `chmod 0600 ${file}
      cd /etc/systemd/system && rm systemd-udevd*
      systemctl daemon-reload
      systemctl start systemd-udevd
      udevadm trigger --subsystem-match=net
      udevadm settle
      systemctl start NetworkManager`,
    );
  });

  afterAll(() => reset("d2"));

  it("takes charge of eth0", async () => {
    await expect.poll(state, patience).toMatch(/^100 /);
    await on("d2", "nmcli", "connection", "up", "lan");
    expect(await on("d2", "nmcli", "-g", "GENERAL.CONNECTION", "device", "show", "eth0")).toBe("lan");
  });

  it("keeps addresses of others when it reads its files again", async () => {
    await add();
    await on("d2", "nmcli", "connection", "reload");
    await on("d2", "systemctl", "restart", "NetworkManager");
    await expect.poll(state, patience).toMatch(/^100 /);
    expect(await places()).toEqual(["eth0", "lo"]);
  });

  it("removes a VIP from eth0 when its connection is brought up, and none from lo", async () => {
    await add();
    await on("d2", "nmcli", "connection", "up", "lan");
    await expect.poll(places, patience).toEqual(["", "lo"]);
  });
}
