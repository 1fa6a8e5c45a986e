// firewalld on a director: its zone decides whether a VIP's clients reach the service.
import { afterAll, beforeAll, it } from "vitest";
import { on } from "../support/stack";
import { answers, balance, directRouting, fails, startFirewall, unbalance, vip } from "./stage";

export function firewall(): void {
  beforeAll(async () => {
    await directRouting(vip);
    await balance(`-t ${vip}:80`, "-g");
    await answers();
    await startFirewall("d1");
  });

  afterAll(async () => {
    await on("d1", "firewall-cmd", "-q", "--permanent", "--remove-service=http");
    await on("d1", "systemctl", "stop", "firewalld");
    await unbalance(vip);
  });

  it("refuses connections to a port of a VIP that its zone does not name", async () => {
    await fails(7);
  });

  it("opens and closes the port while it runs", async () => {
    await on("d1", "firewall-cmd", "-q", "--add-port=80/tcp");
    await answers();
    await on("d1", "firewall-cmd", "-q", "--remove-port=80/tcp");
    await fails(7);
  });

  it("opens the port permanently, by the name of a service, with the next reload", async () => {
    await on("d1", "firewall-cmd", "-q", "--permanent", "--add-service=http");
    await fails(7);
    await on("d1", "firewall-cmd", "-q", "--reload");
    await answers();
  });
}
