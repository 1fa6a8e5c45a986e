// VRRP between two directors with firewalld: a firewall that drops the adverts makes two masters.
import { afterAll, beforeAll, expect, it } from "vitest";
import { holdersOf } from "../../../lab";
import { on, theLab } from "../support/stack";
import { patience, startFirewall, vip } from "./stage";

const directors = ["d1", "d2"];
const holders = () => holdersOf(theLab(), vip, directors);

/** With multicast. (With unicast, a director's own adverts make conntrack accept those of the other one.) */
const configuration = (priority: number) => `vrrp_instance VI_1 {
  state BACKUP
  interface eth0
  virtual_router_id 51
  priority ${priority}
  advert_int 0.5
  virtual_ipaddress {
    ${vip}/32
  }
}
`;

export function vrrp(): void {
  beforeAll(async () => {
    for (const [host, priority] of [
      ["d1", 150],
      ["d2", 100],
    ] as const) {
      const stdin = configuration(priority);
      await theLab().exec(host, ["tee", "/etc/keepalived/keepalived.conf"], { stdin });
      await startFirewall(host);
      await on(host, "systemctl", "start", "keepalived");
    }
  });

  afterAll(async () => {
    for (const host of directors) await on(host, "systemctl", "stop", "keepalived", "firewalld");
  });

  it("has two masters while the firewall drops it", async () => {
    await expect.poll(holders, patience).toEqual(["d1", "d2"]);
  });

  it("has one master when the firewall accepts it", async () => {
    for (const host of directors) await on(host, "firewall-cmd", "-q", "--add-protocol=vrrp");
    await expect.poll(holders, patience).toEqual(["d1"]);
  });
}
