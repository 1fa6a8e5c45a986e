// NetworkManager in charge of eth0: when it activates a connection, it removes addresses that it has not set itself.
import { afterAll, beforeAll, expect, it } from "vitest";
import { profile, startNetworkManager } from "../support/networkManager";
import { on, shell } from "../support/stack";
import { patience, reset } from "./stage";

const foreign = ["198.18.0.150", "198.18.0.151"] as const;
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
  beforeAll(() => startNetworkManager("d2"));

  afterAll(() => reset("d2"));

  it("takes charge of eth0", async () => {
    await expect.poll(state, patience).toMatch(/^100 /);
    await on("d2", "nmcli", "connection", "up", profile);
    expect(await on("d2", "nmcli", "-g", "GENERAL.CONNECTION", "device", "show", "eth0")).toBe(profile);
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
    await on("d2", "nmcli", "connection", "up", profile);
    await expect.poll(places, patience).toEqual(["", "lo"]);
  });
}
